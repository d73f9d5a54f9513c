"""Docstrings for the reference page: plain text with `names`, shown as it was written.

Autodoc reads reStructuredText, and the library's docstrings hold none (translating/docstrings.py
says what they hold); this module makes it of them. On a page in another language they are told in
that, from its catalog of the reference. Each function leads to its source.
"""

import importlib
import re
from collections.abc import Iterable
from typing import cast

from sphinx.application import Sphinx

from cnncourse.course import PACKAGE
from cnncourse.translating import catalogs, docstrings
from cnncourse.translating.docstrings import ARGUMENT, pieces
from cnncourse.translating.reference import NAME
from cnncourse.translating.say import Say

INITIAL = re.compile(r"(?=[A-Z]\. )")  # of a name, which at the beginning of a line numbers a list
_LATEX = {
    "·": r"\cdot ",
    "×": r"\times ",
    "−": "-",
    "…": r"\dots ",
    "Σ": r"\sum ",
    "∂": r"\partial ",
    "⌊": r"\lfloor ",
    "⌋": r"\rfloor ",
    "ᵀ": r"^{\top}",
    "²": "^2",
}
MARKUP = re.compile(r"([*|\\]|_(?!\w))")


def as_markup(lines: Iterable[str]) -> list[str]:
    """The lines of a docstring as reStructuredText; examples stay as they are.

    >>> as_markup(["As `pad2d`, 2*P wider.", "", "x: an image", "", ">>> 2 * 3", "6"])
    ['As ``pad2d``, 2\\\\*P wider.', '', ':param x: an image', '', '>>> 2 * 3', '6']
    >>> as_markup(["Source: a paper of", "A. Author."])
    ['Source: a paper of', '\\\\A. Author.']
    """
    result: list[str] = []
    example, argument = False, False
    for line in lines:
        example = bool(line.strip()) and (example or line.lstrip().startswith(">>>"))
        if example:
            result.append(line)
            continue
        # A colon within a paragraph is only a colon.
        name = (argument or not "".join(result[-1:]).strip()) and ARGUMENT.match(line)
        argument = bool(name) or (argument and bool(line.strip()))
        if name:
            result.append(f":param {name[1].replace(', ', ',')}: {_prose(line[name.end() :])}")
        else:
            result.append("    " * argument + "\\" * bool(INITIAL.match(line)) + _prose(line))
    return result


def _prose(text: str) -> str:
    r"""A line of prose: names as code, formulas as formulas, and everything else as it stands.

    >>> print(_prose("`x` is (N, H), see (RGB); Σ n_h n_{h+1} of a*b"))
    ``x`` is :math:`(N, H)`, see (RGB); :math:`\sum n_h n_{h+1}` of a\*b
    """
    return "".join(_MARKUP[kind](part) for kind, part in pieces(text))


def _literal(text: str) -> str:
    return MARKUP.sub(r"\\\1", text)


def _formula(text: str) -> str:
    latex = re.sub(r"(\w)\u0302", r"\\hat{\1}", text)
    latex = re.sub(r"(?<!\w)(log|tanh)", r"\\\1 ", latex)
    latex = re.sub(r"_([a-z]{2})", r"_{\1}", latex)
    latex = re.sub(r"\^-(\w(?:_\w)?)", r"^{-\1}", latex)
    latex = "".join(_LATEX.get(letter, letter) for letter in latex)
    return f":math:`{re.sub(' +', ' ', latex).strip()}`"


_MARKUP = {"words": _literal, "code": "`{}`".format, "formula": _formula}


def say_in(app: Sphinx) -> Say:
    """How the texts of docstrings are said in the language of this build."""
    known = app.env.temp_data  # of the page that is being read
    if "cnncourse.api" not in known:
        path = catalogs.catalog_file(PACKAGE.parent, app.config.language, NAME)
        app.env.note_dependency(str(path))
        known["cnncourse.api"] = catalogs.speaker(catalogs.read(path, app.config.language))
    return cast(Say, known["cnncourse.api"])


def translate(
    app: Sphinx, what: str, name: str, documented: object, options: object, lines: list[str]
) -> None:
    if app.config.language != "en":
        lines[:] = docstrings.walk("\n".join(lines), say_in(app)).split("\n")
    lines[:] = as_markup(lines)


def where(app: Sphinx, module: str, name: str) -> str | None:
    """The module whose source has a property: unlike a function, it does not know it itself."""
    owner = getattr(importlib.import_module(module), name.partition(".")[0], None)
    found = vars(owner).get(name.partition(".")[2]) if isinstance(owner, type) else None
    return owner.__module__ if owner and isinstance(found, property) else None


def setup(app: Sphinx) -> None:
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.viewcode")
    app.config.add_module_names = False  # the section's title says it
    app.config.autodoc_inherit_docstrings = False  # PyTorch's own, of `forward`
    app.connect("autodoc-process-docstring", translate)
    app.connect("viewcode-follow-imported", where)
