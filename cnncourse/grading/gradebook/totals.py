"""The first lines of a student's page: what counts, and what was deducted for being late."""

import re
from html import escape

HEADING = re.compile(r"<h4>[^<]*\(Score: [^<)]*\)(?P<note>[^<]*)</h4>")
DEDUCTED = re.compile(r'\s*<li class="late-penalty">[^<]*</li>')


def with_total(page: str, name: str, points: float, most: float, penalty: float) -> str:
    r"""A page of nbgrader's form with these points and this penalty in place of its own.

    Only what comes before the student's own work is looked at.

    >>> page = "<h4>tiny (Score: 9.0 / 11.0) — 2 wait</h4><ol>\n<li/>\n</ol><h4>a (Score: 1)</h4>"
    >>> late = with_total(page, "tiny", 9, 11, 2.2)
    >>> print(*late.splitlines()[::2], sep="\n")
    <h4>tiny (Score: 6.8 / 11.0) — 2 wait</h4><ol>
    <li class="late-penalty">Late submission penalty (Score: -2.2)</li>
    >>> with_total(late, "tiny", 9, 11, 0) == page
    True
    """
    found = HEADING.search(page)
    end = page.find("</ol>", found.end() if found else 0)
    if found is None or end < 0:
        return page
    left = round(max(0.0, float(points - penalty)), 2)
    note = found["note"]  # of points that wait to be given by hand
    head = f"<h4>{escape(name)} (Score: {left} / {round(float(most), 2)}){note}</h4>"
    listed = DEDUCTED.sub("", page[found.end() : end]).rstrip()
    if penalty > 0:
        listed += (
            '\n<li class="late-penalty">Late submission penalty '
            f"(Score: -{round(float(penalty), 2)})</li>"
        )
    return page[: found.start()] + head + listed + "\n" + page[end:]
