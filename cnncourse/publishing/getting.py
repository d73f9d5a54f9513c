"""How the course is got: what the site offers beside its pages, and what notebooks begin with.

The first code cell of a notebook finds the library, or says how to get it.
"""

from nbformat.v4 import new_code_cell

from cnncourse import __version__
from cnncourse.course import Cell, repository
from cnncourse.language import later, tr

KIT, START = "student-kit.zip", "python start.py"
WHEEL = f"cnncourse-{__version__}-py3-none-any.whl"

FIND = """\
# {comment}
import importlib.util
import sys
from pathlib import Path

if importlib.util.find_spec("cnncourse") is None:
    above = [folder for folder in Path.cwd().parents if (folder / "cnncourse").is_dir()]
    needed = "torch", "torchvision", "matplotlib", "sklearn", "tqdm", "anywidget"
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if above and not missing:
        sys.path.insert(0, str(above[0]))
"""
INSTALL = """\
    elif "google.colab" in sys.modules:
        library = "cnncourse[figures] @ git+{place}@{branch}"
        get_ipython().run_line_magic("pip", f"install --quiet '{{library}}'")
"""
COMMENT = later(
    "Finds the course's library, or says how to get it; where it is installed, "
    "this changes nothing."
)
# In the folder of the course, by another Python than the one that its `start.py` made.
LACKS = """\
    elif above:
        start = "{start}" if (above[0] / "start.py").is_file() else "make lab"
        raise ModuleNotFoundError({sentences}
        )
"""
SAY = """\
    else:
        raise ModuleNotFoundError({sentences}
        )
"""


def pip_command(site: str | None) -> str:
    """The command that installs the library, from the published site or from a file at hand."""
    if site:
        return f'pip install "cnncourse[lab,figures] @ {site}/{WHEEL}"'
    return f'pip install "./{WHEEL}[lab,figures]"'


def first_cell(address: str | None, site: str | None) -> Cell:
    """The cell, as it is for a published kit (a repository on GitHub) and site, if there are any.

    In Colab it installs the library from there; elsewhere nothing is installed unasked.
    """
    source = FIND.replace("{comment}", tr(COMMENT))
    if address:
        place, branch = repository(address)
        source += INSTALL.format(place=place, branch=branch)
    where = f"{site}/get.html" if site else address
    get = (
        tr("at {where}", where=where)
        if where
        else tr("on its site, page Get the course ({kit})", kit=KIT)
    )
    said = tr(
        "The library of this course, cnncourse, is not installed in this Python.\n"
        "Get the course {get}, unpack it, run `{start}` in its folder,\n"
        "and open this notebook there.",
        get=get,
        start=START,
    )
    lacks = tr(
        "This Python, {python}, lacks {missing}.\n"
        "Run `{start}` in {folder},\n"
        "and open this notebook in the JupyterLab that it starts.",
        python="{sys.executable}",
        missing="{', '.join(missing)}",
        start="{start}",
        folder="{above[0]}",
    )
    source += LACKS.format(start=START, sentences=strings(lacks, "f"))
    folded = {
        "jupyter": {"source_hidden": True}
    }  # nobody needs to read it before it says something
    text = (source + SAY.format(sentences=strings(said))).rstrip()
    return new_code_cell(text, id="set-up", metadata=folded)


def strings(said: str, kind: str = "") -> str:
    """The lines of a text as strings of a program; kind: "f" if some have places to fill."""
    lines = said.replace("\n", " \n").split("\n")
    return "".join(f'\n            {kind * ("{" in line)}"{line}"' for line in lines)
