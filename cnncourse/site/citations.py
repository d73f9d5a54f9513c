"""How citations are written is looked up once, not for each of them: a third of a build's time."""

from importlib.metadata import entry_points

from pybtex.plugin import register_plugin
from sphinx.application import Sphinx

# What pybtex looks for among all installed packages whenever a citation is made.
KINDS = ("formatting", "labels", "names", "sorting")


def setup(app: Sphinx) -> None:
    for group in (f"pybtex.style.{kind}" for kind in KINDS):
        for style in entry_points(group=group):
            register_plugin(group, style.name, style.load(), force=True)
