"""How the course is got: what the site offers beside its pages, and what notebooks begin with.

The first code cell of a notebook finds the library, or says how to get it.
"""

from nbformat.v4 import new_code_cell

from cnncourse import __version__
from cnncourse.course import Cell, repository

KIT, START = "student-kit.zip", "python start.py"
WHEEL = f"cnncourse-{__version__}-py3-none-any.whl"

FIND = """\
# Finds the course's library, or says how to get it; where it is installed, this changes nothing.
import importlib.util
import sys
from pathlib import Path

if importlib.util.find_spec("cnncourse") is None:
    above = [folder for folder in Path.cwd().parents if (folder / "cnncourse").is_dir()]
    if above:
        sys.path.insert(0, str(above[0]))
"""
INSTALL = """\
    elif "google.colab" in sys.modules:
        library = "cnncourse[figures] @ git+{place}@{branch}"
        get_ipython().run_line_magic("pip", f"install --quiet '{{library}}'")
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
    source = FIND
    if address:
        place, branch = repository(address)
        source += INSTALL.format(place=place, branch=branch)
    where = f"{site}/get.html" if site else address
    get = f"at {where}" if where else f"on its site, page Get the course ({KIT})"
    lines = [
        "The library of this course, cnncourse, is not installed in this Python. ",
        f"Get the course {get}, unpack it, run `{START}` in its folder, ",
        "and open this notebook there.",
    ]
    sentences = "".join(f'\n            "{line}"' for line in lines)
    folded = {
        "jupyter": {"source_hidden": True}
    }  # nobody needs to read it before it says something
    text = (source + SAY.format(sentences=sentences)).rstrip()
    return new_code_cell(text, id="set-up", metadata=folded)
