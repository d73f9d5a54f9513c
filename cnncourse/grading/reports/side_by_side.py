"""A page that shows alike submissions beside each other; it runs nothing and fetches nothing."""

import html
from collections.abc import Collection, Iterable, Mapping

from cnncourse.grading.gradebook.feedback import POLICY
from cnncourse.grading.intake.passages import Lines, Written
from cnncourse.language import current, tr

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 1.5rem }
.all { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(26rem, 1fr); gap: 1rem;
  overflow-x: auto }
pre { font: 13px/1.45 ui-monospace, monospace; margin: 0; white-space: pre-wrap }
b { display: inline-block; width: 2.2rem; color: #666; font-weight: normal; text-align: right;
  margin-right: .8rem }
mark { background: #ffe08a; color: #000; display: block }
mark:nth-of-type(even) { background: #ffd0a0 }
pre > span { display: block }
"""


def page(title: str, texts: Mapping[str, Written], known: Collection[int] = ()) -> str:
    """Each text in a column, with the lines marked that another one shares.

    texts: by who wrote them, in the order of the columns; known: hashes of passages that count for
    nothing, for everybody has them.
    """
    found = {who: one.places for who, one in texts.items()}
    columns = []
    for who, one in texts.items():
        others = {hash_ for other in texts if other != who for hash_, _ in found[other]}
        shared = others.difference(known)
        marked = lines_of(lines for hash_, lines in found[who] if hash_ in shared)
        columns.append(
            f"<section><h2>{html.escape(who)}</h2><pre>{_marked(one.text, marked)}</pre></section>"
        )
    marked_lines = tr(
        "Lines that another one shares, after names, numbers and strings were made equal, are "
        "marked."
    )
    return (
        f'<!doctype html>\n<html lang="{current()}"><head>\n<meta charset="utf-8">\n{POLICY}\n'
        f"<title>{html.escape(title)}</title>\n<style>{STYLE}</style></head>\n<body>\n"
        f"<h1>{html.escape(title)}</h1>\n"
        f"<p>{html.escape(marked_lines)}</p>\n"
        f'<div class="all">{"".join(columns)}</div>\n</body></html>\n'
    )


def lines_of(passages: Iterable[Lines]) -> set[int]:
    """All lines of passages.

    >>> sorted(lines_of([(1, 2), (2, 4)]))
    [1, 2, 3, 4]
    """
    return {line for first, last in passages for line in range(first, last + 1)}


def _marked(text: str, marked: set[int]) -> str:
    lines = []
    for number, line in enumerate(text.split("\n"), 1):
        tag = "mark" if number in marked else "span"
        lines.append(f"<{tag}><b>{number}</b>{html.escape(line)}</{tag}>")
    return "".join(lines)
