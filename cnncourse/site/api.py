"""Docstrings for the reference page: plain text with `names`, shown as it was written.

The library's docstrings are read in an editor and in a notebook, so they hold no markup but
backticks, lines such as "x: (N, C, H, W)" for arguments, and formulas such as "Σ n_h n_{h+1}".
Autodoc reads reStructuredText; this module translates. Each function leads to its source.
"""

import importlib
import re
from collections.abc import Iterable
from typing import Any

from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.locale import get_translation

_ = get_translation("cnncourse")

ENGLISH = "in-english"  # the class of what a docstring says, on a page in another language

ARGUMENT = re.compile(r"^([a-z_]\w*(?:, \w+)*): (?=\S)")
INITIAL = re.compile(r"(?=[A-Z]\. )")  # of a name, which at the beginning of a line numbers a list
# What formulas are made of: letters with their signs and indices, numbers, operators.
_TOKEN = (
    r"(?:(?<!\w)(?:log|tanh)(?!\w)"
    r"|(?<![A-Za-z_])(?!a [a-z]{2})(?:[∂Σ]?[A-Za-zα-ω]\u0302?|Σ)"
    r"(?:_(?:[a-z]{1,2}(?!\w)|\{[^}]*\}))?['ᵀ²]*(?![A-Za-z_])"
    r"|\d+(?:\.\d+)?(?![A-Za-z_]{2})|[-+−·×/=^,…(⌊\[]|[)⌋\]]['²]*)"
)
_RUN = re.compile(rf"`[^`]+`|{_TOKEN}(?: ?{_TOKEN})*")
# One is a formula for its equals sign or an index; else only the shape in it is, (N, C·M·N).
_SIGN = re.compile(r"\w[^`]* = |[A-Za-zΣ]_[a-z{]")
_SHAPE = re.compile(r"\((?=[^()]*[A-Z])(?:[A-Z](?![A-Za-z])|[\d ,·+−×…'])+\)")
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
    said, position = "", 0
    for found in _RUN.finditer(text):
        said += _literal(text[position : found.start()]) + _run(found[0])
        position = found.end()
    return said + _literal(text[position:])


def _literal(text: str) -> str:
    return MARKUP.sub(r"\\\1", text)


def _run(text: str) -> str:
    """What may be a formula; the signs at its ends belong to the sentence."""
    if text.startswith("`"):
        return f"`{text}`"
    body = text.strip(" ,-=")
    while body.count("(") != body.count(")"):
        body = body[1:] if body.count("(") > body.count(")") else body[:-1]
    if body and _SIGN.search(body):
        before, _, after = text.partition(body)
        return _literal(before) + _formula(body) + _literal(after)
    said, position = "", 0
    for found in _SHAPE.finditer(text):
        said += _literal(text[position : found.start()]) + _formula(found[0])
        position = found.end()
    return said + _literal(text[position:])


def _formula(text: str) -> str:
    latex = re.sub(r"(\w)\u0302", r"\\hat{\1}", text)
    latex = re.sub(r"(?<!\w)(log|tanh)", r"\\\1 ", latex)
    latex = re.sub(r"_([a-z]{2})", r"_{\1}", latex)
    latex = re.sub(r"\^-(\w(?:_\w)?)", r"^{-\1}", latex)
    latex = "".join(_LATEX.get(letter, letter) for letter in latex)
    return f":math:`{re.sub(' +', ' ', latex).strip()}`"


def translate(
    app: Sphinx, what: str, name: str, documented: object, options: object, lines: list[str]
) -> None:
    lines[:] = as_markup(lines)
    if what == "module" and app.config.language != "en":  # stands among the page's own text
        lines[:] = [f".. container:: {ENGLISH}", "", *("   " + line for line in lines), ""]


def where(app: Sphinx, module: str, name: str) -> str | None:
    """The module whose source has a property: unlike a function, it does not know it itself."""
    owner = getattr(importlib.import_module(module), name.partition(".")[0], None)
    found = vars(owner).get(name.partition(".")[2]) if isinstance(owner, type) else None
    return owner.__module__ if owner and isinstance(found, property) else None


def mark_english(
    app: Sphinx, page: str, template: str, context: dict[str, Any], document: object
) -> None:
    """On a page in another language, say that what the docstrings say is in English."""
    if app.config.language == "en" or 'class="py ' not in context.get("body", ""):
        return
    body = BeautifulSoup(context["body"], "html.parser")
    for said in body.select(f".{ENGLISH}, dl.py > dd > :is(p, ul), dl.py dl.field-list > dd"):
        said["lang"] = "en"
    note = body.new_tag("p")
    note.string = str(_("The descriptions of the functions are those of the code, in English."))
    if body.h1 is not None:
        body.h1.insert_after(note)
    context["body"] = str(body)


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", mark_english, priority=300)
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.viewcode")
    app.config.add_module_names = False  # the section's title says it
    app.config.autodoc_inherit_docstrings = False  # PyTorch's own, of `forward`
    app.connect("autodoc-process-docstring", translate)
    app.connect("viewcode-follow-imported", where)
