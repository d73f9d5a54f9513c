"""Docstrings for the reference page: plain text with `names`, shown as it was written.

The library's docstrings are read in an editor and in a notebook, so they hold no markup but
backticks, and lines such as "x: (N, C, H, W)" for arguments. Autodoc reads reStructuredText; this
module translates.
"""

import re
from collections.abc import Iterable

from sphinx.application import Sphinx

ARGUMENT = re.compile(r"^(\w+(?:, \w+)*): (?=\S)")
MARKUP = re.compile(r"([*|\\]|_(?!\w))")


def as_markup(lines: Iterable[str]) -> list[str]:
    """The lines of a docstring as reStructuredText; examples stay as they are.

    >>> as_markup(["As `pad2d`, 2*P wider.", "", "x: an image", "", ">>> 2 * 3", "6"])
    ['As ``pad2d``, 2\\\\*P wider.', '', ':param x: an image', '', '>>> 2 * 3', '6']
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
            result.append("    " * argument + _prose(line))
    return result


def _prose(text: str) -> str:
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(
        f"`{part}`"
        if part.startswith("`") and part.endswith("`") and len(part) > 1
        else MARKUP.sub(r"\\\1", part)
        for part in parts
    )


def translate(
    app: Sphinx, what: str, name: str, documented: object, options: object, lines: list[str]
) -> None:
    lines[:] = as_markup(lines)


def setup(app: Sphinx) -> None:
    app.setup_extension("sphinx.ext.autodoc")
    app.config.add_module_names = False  # the section's title says it
    app.connect("autodoc-process-docstring", translate)
