"""Where the course is published, and which chapter and assignment belong together."""

import re
import tomllib
from pathlib import Path

CHAPTERS = {"lenet_cifar10": "lenet"}  # elsewhere an assignment has its chapter's name
COLAB = "https://colab.research.google.com"
GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")


def chapter_of(assignment):
    """The name of an assignment's chapter.

    >>> chapter_of("pooling"), chapter_of("lenet_cifar10")
    ('pooling', 'lenet')
    """
    return CHAPTERS.get(assignment, assignment)


def public_address(root):
    """The address of the published student kit, None as long as none is set.

    It is set once, in pyproject.toml: [tool.cnncourse] student-kit = "https://github.com/…/…".
    Raises ValueError for what is no repository on GitHub, which is all that Colab opens.
    """
    settings = tomllib.loads((Path(root) / "pyproject.toml").read_text(encoding="utf-8"))
    address = settings.get("tool", {}).get("cnncourse", {}).get("student-kit")
    if address and not GITHUB.fullmatch(address):
        raise ValueError(
            f"pyproject.toml: student-kit is {address!r}; it must be like "
            "https://github.com/OWNER/NAME"
        )
    return address or None


def colab(address, path):
    """The link that opens a notebook of the published kit in Colab.

    >>> colab("https://github.com/someone/course", "book/lenet.ipynb")
    'https://colab.research.google.com/github/someone/course/blob/main/book/lenet.ipynb'
    """
    return f"{COLAB}/github/{GITHUB.fullmatch(address)[1]}/blob/main/{path}"


def configure(app, config):
    """Give every page the buttons that lead to the published kit, once it has an address."""
    address = public_address(Path(app.srcdir).parent)
    if address:
        config.html_theme_options |= {
            "repository_url": address,
            "repository_branch": "main",
            "path_to_docs": "book",
            "use_repository_button": True,
            "launch_buttons": {"colab_url": COLAB},
        }


def setup(app):
    app.connect("config-inited", configure)
