"""Which numbers a chapter's text names that no cell gives: the site's build finds out much later.

A text names a number by {glue:text}`name` or {glue:text}`name:,d`, another page's by
{glue:text}`page::name`; a quiz names its key by `:key: name`.
"""

import re
from pathlib import Path

import nbformat
from myst_nb.core.variables import format_plain_text

USE = re.compile(r"\{glue:\w*\}`([^`]*)`|^\s*:key:\s*(\S+)", re.MULTILINE)


def given(notebook):
    """{name: text} of what the cells of an executed notebook glued."""
    found = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if name := output.get("metadata", {}).get("scrapbook", {}).get("name"):
                found[name] = next(iter(output.get("data", {}).values()), "")
    return found


def problems(notebook, folder):
    """A sentence for each use of a number that is not there, or not as the text wants it.

    notebook: executed; folder: of the book, whose other pages may be named.
    """
    own, found = given(notebook), []
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        for glued, key in USE.findall(cell.source):
            problem = problem_of(glued, own, folder) if glued else missing(key, own)
            if problem:
                found.append(f"cell {cell.id}: {problem}")
    return found


def problem_of(use, own, folder):
    """Why a use such as "page::name:,d" cannot be shown, or None."""
    page, _, rest = use.rpartition("::")
    name, _, form = rest.partition(":")
    names = own
    if page:
        path = Path(folder, f"{page}.ipynb")
        if not path.is_file():
            return f"the text names {use}, and there is no page {page}"
        names = given(nbformat.read(path, as_version=4))
    if name not in names:
        return missing(name, names)
    try:
        format_plain_text(names[name], form)
    except ValueError as error:
        return f"the text names {use}, and {name} is {names[name]}: {error}"
    return None


def missing(name, names):
    if name in names:
        return None
    return f"the text names {name}, and no cell calls glue({name!r}, …)"
