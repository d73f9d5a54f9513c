"""The buttons that lead from every page to the published kit and to Colab."""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from cnncourse.course import COLAB, public_address, repository


def configure(app: Sphinx, config: Config) -> None:
    """Give every page the buttons that lead to the published kit, once it has an address."""
    address = public_address(Path(app.srcdir).parent)
    if address:
        place, branch = repository(address)
        config.html_theme_options |= {
            "repository_url": place,
            "repository_branch": branch,
            "path_to_docs": "book",
            "use_repository_button": True,
            "launch_buttons": {"colab_url": COLAB},
        }


def setup(app: Sphinx) -> None:
    app.connect("config-inited", configure)
