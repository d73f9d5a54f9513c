"""Pages that show nothing of a submission: what is left where its own page cannot be made."""

from html import escape

import nbformat
from nbformat.v4 import new_markdown_cell, new_notebook

from cnncourse.grading.records import Record
from cnncourse.language import current, tr

PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<h1>{title}</h1>
<p>{verdict}</p>
<pre>{message}</pre>
<p>{why}</p>
<table>
<tr><th>{test}</th><th>{points}</th><th>{said}</th></tr>
{rows}</table>
</body>
</html>
"""


def page(record: Record, why: str) -> str:
    """An HTML page of the verdict, the points and the messages; why: there is nothing more."""
    rows = [
        f"<tr><td>{escape(test)}</td><td>{record.points[test]:g}</td>"
        f"<td><pre>{escape(record.messages.get(test, ''))}</pre></td></tr>\n"
        for test in record.points
    ]
    return PAGE.format(
        language=current(),
        test=tr("test"),
        points=tr("points"),
        said=tr("message"),
        title=escape(f"{record.assignment}, {record.student}"),
        verdict=escape(_verdict(record)),
        message=escape(record.message),
        why=escape(why),
        rows="".join(rows),
    )


def _verdict(record: Record) -> str:
    return tr("Verdict: {verdict}", verdict=tr(record.verdict))


def notebook(record: Record, why: str) -> str:
    """A notebook for the formgrader that says the same; of text in a block nothing is run."""
    said = "\n".join([record.message, why]).replace("\n", "\n    ")
    text = f"**{_verdict(record)}**\n\n    {said}"
    return str(nbformat.writes(new_notebook(cells=[new_markdown_cell(text, id="verdict")])))
