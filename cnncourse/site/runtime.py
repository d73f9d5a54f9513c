"""The role `run-time`: how long the page's cells ran, as measured when the site was built."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import get_translation
from sphinx.util.docutils import SphinxRole

_ = get_translation("cnncourse")


class RunTimeRole(SphinxRole):
    """{run-time}`cells` becomes a phrase; it says nothing on a page whose cells were not run."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        renderer = self.inliner.document.get("nb_renderer")
        metadata = renderer.renderer.nb_client.exec_metadata if renderer else None
        seconds = (metadata or {}).get("runtime")
        if seconds is None:
            return [], []
        text = phrase(seconds)
        return [nodes.inline(text, text, classes=["run-time"])], []


def phrase(seconds: float) -> str:
    """Words for a duration, as exact as a reader needs it.

    >>> phrase(22.6)
    'its cells ran in 23 seconds when this page was built'
    """
    if seconds < 1.5:
        return _("its cells ran in about a second when this page was built")
    if seconds < 100:
        return _("its cells ran in %d seconds when this page was built") % round(seconds)
    return _("its cells ran in %d minutes when this page was built") % round(seconds / 60)


def setup(app: Sphinx) -> None:
    app.add_role("run-time", RunTimeRole())
