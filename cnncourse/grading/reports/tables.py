"""Results of a batch as text and as CSV."""

import csv
import io
from collections import Counter

from cnncourse.grading.records import VERDICTS, write_whole

COLUMNS = [
    "assignment",
    "student",
    "verdict",
    "points",
    "max_points",
    "message",
    "sandboxed",
    "seconds",
    "peak_memory_mb",
]
BARS = 10


def write_csv(results, path):
    """One row for each submission; the columns of the tests come last."""
    tests = list(dict.fromkeys(test for result in results for test in result.tests))
    text = io.StringIO()
    rows = csv.DictWriter(text, [*COLUMNS, *tests], lineterminator="\n")
    rows.writeheader()
    for result in results:
        row = {name: _harmless(getattr(result, name)) for name in COLUMNS[:7]}
        peak = result.resources.get("peak_memory_bytes")
        rows.writerow(
            row
            | result.tests
            | {
                "seconds": result.resources.get("seconds"),
                "peak_memory_mb": peak and round(peak / 1e6),
            }
        )
    write_whole(path, text.getvalue())


def _harmless(value):
    """A spreadsheet takes text that begins like this for a formula, and a student could write it."""
    return (
        f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value
    )


def table(results) -> str:
    """The results as text, a line each."""
    lines = [f"{'assignment':<16} {'student':<20} {'verdict':<12}  points  message"]
    for r in results:
        message = " ".join(r.message.split())
        message = message if len(message) <= 70 else message[:69] + "…"
        points = f"{r.points:g}/{r.max_points:g}"
        lines.append(f"{r.assignment:<16} {r.student:<20} {r.verdict:<12}  {points:<6}  {message}")
    return "\n".join(lines)


def counts(results) -> str:
    """How many submissions got which verdict, in the order of VERDICTS.

    >>> from types import SimpleNamespace
    >>> counts([SimpleNamespace(verdict=verdict) for verdict in ("wrong", "ok", "wrong")])
    '1 ok, 2 wrong'
    """
    found = Counter(result.verdict for result in results)
    return ", ".join(f"{found[verdict]} {verdict}" for verdict in VERDICTS if found[verdict])


def histogram(points, most) -> str:
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
