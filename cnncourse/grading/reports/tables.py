"""Results of a batch as text and as CSV, and what every table of the grading is written with."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tabulate import tabulate

from cnncourse.grading.platforms.sheets import as_csv
from cnncourse.grading.records import VERDICTS
from cnncourse.language import both
from cnncourse.whole import write_whole

BARS = 10
LONGEST = 70  # characters of a message in a table


def as_text(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table for a terminal; numbers as they are given."""
    return tabulate(rows, head, tablefmt="plain", disable_numparse=True)


def as_markdown(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table in Markdown, whose cells are words and nothing else (see `dead`)."""
    safe = [[dead(str(cell)) for cell in row] for row in rows]
    return tabulate(safe, head, tablefmt="pipe", disable_numparse=True)


def dead(text: str) -> str:
    """Text in Markdown that is no tag, link, picture or code there, nor a command to a terminal.

    >>> print(dead("<img src=x> ![a](b) | `c`"))
    &lt;img src=x> !\\[a\\](b) \\| \\`c\\`
    """
    shown = "".join(c if c.isprintable() else " " for c in text)
    return re.sub(r"([\[\]|`])", r"\\\1", shown.replace("&", "&amp;").replace("<", "&lt;"))


def write_rows(path: str | Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV file in one step, for spreadsheets, too: see `sheets.as_csv`."""
    write_whole(path, as_csv(head, rows))


def table(results: Sequence[Any]) -> str:
    """The results as text, a line each."""
    rows = []
    for r in results:
        points = f"{r.points:g}/{r.max_points:g}"
        rows.append([r.assignment, r.student, r.verdict, points, shortened(reason(r.message))])
    return as_text(["assignment", "student", "verdict", "points", "message"], rows)


def reason(message: str) -> str:
    """The test and the cause of a message, where it names one.

    >>> reason("size: output_size(7, 3): the value is wrong. Likely cause: one was forgotten.")
    'size: one was forgotten.'
    """
    cause = next(
        (c for likely in both("Likely cause: ") if (c := message.partition(likely)[2])), ""
    )
    return f"{message.partition(': ')[0]}: {cause}" if cause else message


def shortened(text: str, most: int = LONGEST) -> str:
    """A text on one line, cut between words where it is longer.

    >>> shortened("the sum was taken, not the mean", 25)
    'the sum was taken, not …'
    >>> shortened("x" * 30, 10)
    'xxxxxxxxx…'
    """
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    words = line[: most - 1].rpartition(" ")[0]
    return f"{words} …" if len(words) > most / 2 else line[: most - 1] + "…"


def counts(results: Iterable[Any]) -> str:
    """How many submissions got which verdict, in the order of VERDICTS.

    >>> from types import SimpleNamespace
    >>> counts([SimpleNamespace(verdict=verdict) for verdict in ("wrong", "ok", "wrong")])
    '1 ok, 2 wrong'
    """
    found = Counter(result.verdict for result in results)
    return ", ".join(f"{found[verdict]} {verdict}" for verdict in VERDICTS if found[verdict])


def histogram(points: Iterable[float], most: float) -> str:
    """How many have how many points, in ten steps; a line each.

    >>> print(histogram([0, 9, 9.5, 10], 10))
     0–1   ##########                     1
     1–2                                  0
     2–3                                  0
     3–4                                  0
     4–5                                  0
     5–6                                  0
     6–7                                  0
     7–8                                  0
     8–9                                  0
     9–10  ############################## 3
    """
    step = most / BARS or 1
    found = Counter(min(int(value / step), BARS - 1) for value in points)
    longest = max(found.values(), default=1)
    lines = []
    for bar in range(BARS):
        span = f"{bar * step:g}–{(bar + 1) * step:g}"
        lines.append(f" {span:<5} {'#' * round(30 * found[bar] / longest):<30} {found[bar]}")
    return "\n".join(lines)
