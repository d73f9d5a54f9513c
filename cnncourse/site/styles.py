"""The theme's stylesheets and icons, cut to what the site's pages can use.

They come with rules for every part that a theme may have, and with 2,000 icons; a page of ours uses
a tenth of either, and waits for all of it before its first line is drawn.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import tinycss2
from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx

WORD = re.compile(r"[A-Za-z_][\w-]*")
ICON = re.compile(r"\\([ef][0-9a-f]{3})\b|([\ue000-\uf8ff])")  # escaped, or as it is
NESTED = ("media", "supports", "layer", "container")


def words(texts: Iterable[str]) -> set[str]:
    """Every word of pages and scripts, among them all classes that an element can ever have."""
    return set().union(*(WORD.findall(text) for text in texts))


def cut(css: str, used: set[str]) -> str:
    """A stylesheet without the rules for classes that are in no page and no script.

    >>> cut(".a, .b:not(.c) { top: 0 } .c { top: 1px } @media print { .c { top: 0 } }", {"a", "b"})
    '.a,.b:not(.c){ top: 0 }'
    """
    return "".join(_kept(tinycss2.parse_stylesheet(css, True, True), used))


def _kept(rules: Iterable[Any], used: set[str]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            kept = [one for one in _selectors(rule.prelude) if _classes(one) <= used]
            if kept:
                names = ",".join(tinycss2.serialize(one).strip() for one in kept)
                yield f"{names}{{{tinycss2.serialize(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in NESTED and rule.content:
            inner = "".join(_kept(tinycss2.parse_rule_list(rule.content, True, True), used))
            if inner:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}"
        else:
            yield rule.serialize()


def _selectors(tokens: Iterable[Any]) -> list[list[Any]]:
    """The selectors of a rule, which commas part; those within parentheses part nothing."""
    found: list[list[Any]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            found.append([])
        else:
            found[-1].append(token)
    return found


def _classes(selector: list[Any]) -> set[str]:
    """The classes that an element must have for a selector; those in `:is` or `:not` are none."""
    return {
        name.value
        for dot, name in pairwise(selector)
        if dot.type == "literal" and dot.value == "." and name.type == "ident"
    }


def icons(font: Path, wanted: set[int]) -> None:
    """Leave of a font of icons those wanted."""
    options = subset.Options(flavor="woff2", notdef_outline=True)
    options.name_IDs = ["*"]  # the copyright and the license among them
    found = TTFont(font)
    worker = subset.Subsetter(options)
    worker.populate(unicodes=sorted(wanted))
    worker.subset(found)
    found.save(font)


def cut_all(app: Sphinx, exception: Exception | None) -> None:
    """Cut what was copied, once every page is there."""
    if exception is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    pages = [*out.rglob("*.html"), *(out / "_static").rglob("*.js")]
    used = words(path.read_text(encoding="utf-8") for path in pages)
    wanted: set[int] = set()
    for sheet in (out / "_static").rglob("*.css"):
        text = cut(sheet.read_text(encoding="utf-8"), used)
        sheet.write_text(text, encoding="utf-8")
        wanted |= {int(code, 16) if code else ord(sign) for code, sign in ICON.findall(text)}
    for font in (out / "_static" / "vendor").rglob("fa-*.woff2"):
        icons(font, wanted)


def setup(app: Sphinx) -> None:
    app.connect("build-finished", cut_all, priority=900)  # once everything is written
