"""The page that a student gets: their own work, the verdict and the messages, no hidden test.

It is nbgrader's page, of its templates, made by nbconvert alone: to import nbgrader takes twice as
long as all that makes a page, in every process that makes some.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from jinja2 import BaseLoader, Environment
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor, Preprocessor
from nbformat.v4 import new_output
from traitlets import Bool
from traitlets.config import Config

from cnncourse.course import Cell, Notebook, grade_id, is_answer, is_graded, is_test
from cnncourse.grading.records import ByHand, Record
from cnncourse.language import current, later, tr

from .entry import auto_comment
from .markdown import markdown2html

Resources = dict[str, Any]  # what nbconvert hands from step to step
Step = tuple[Any, Resources]  # the notebook or the cell, changed
BEGINS, ENDS = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"  # nbgrader's marks


class OurStep(Preprocessor):
    """Enabled without being asked for, as nbgrader's own are: nbgrader_config.py names ours."""

    enabled = Bool(True).tag(config=True)


class HideTests(OurStep):
    """Leaves out what nbgrader hides, of test cells alone: a student may write the marks."""

    def preprocess_cell(self, cell: Cell, resources: Resources, index: int) -> Step:
        if is_test(cell):
            cell.source = without_hidden(cell.source)
        return cell, resources


def without_hidden(source: str) -> str:
    """A test as students get it; what begins to be hidden and does not end is hidden, too.

    >>> without_hidden("a\\n### BEGIN HIDDEN TESTS\\nb\\n### END HIDDEN TESTS\\nc")
    'a\\nc'
    """
    kept, hidden = [], False
    for line in source.split("\n"):
        if BEGINS in line or ENDS in line:
            hidden = BEGINS in line
        elif not hidden:
            kept.append(line)
    return "\n".join(kept)


class Withhold(OurStep):
    """Leaves out what cells put out after hidden tests had run: it may hold what these asked.

    The lecturer's notebook has it.
    """

    def preprocess_cell(self, cell: Cell, resources: Resources, index: int) -> Step:
        if cell.metadata.get("withheld") and cell.get("outputs"):
            text = tr(
                "What this cell showed is not shown here, for hidden tests had run before it.\n"
            )
            cell.outputs = [new_output("stream", name="stdout", text=text)]
        return cell, resources


class GivenGrades(OurStep):
    """What nbgrader's GetGrades does, from the values at hand instead of the gradebook."""

    def preprocess(self, notebook: Notebook, resources: Resources) -> Step:
        record, by_hand = resources["record"], resources["by_hand"]
        total = most = 0.0
        for cell in notebook.cells:
            name = grade_id(cell) or ""
            given, comment = by_hand.get(name, (None, None))
            if is_answer(cell):
                cell.metadata.nbgrader.comment = comment or auto_comment(record, name)
            if is_graded(cell):
                highest = float(cell.metadata.nbgrader.points)
                earned = record.earned(name, highest) if given is None else given
                cell.metadata.nbgrader.score, cell.metadata.nbgrader.points = earned, highest
                total, most = total + earned, most + highest
        resources["nbgrader"].update(
            score=total - resources["nbgrader"]["late_penalty"], max_score=most
        )
        return notebook, resources


def render(notebook: Notebook, record: Record, by_hand: ByHand, late_penalty: float = 0.0) -> str:
    """The HTML page of an annotated notebook.

    by_hand: what a person gave; it counts before what the record says.
    """
    assignment = record.assignment
    about = {
        "notebook": assignment,
        "assignment": assignment,
        "student": record.student,
        "late_penalty": late_penalty,
    }
    exporter = _exporter()
    later = exporter.filters["highlight_code"] = HighlightLater(notebook)
    page, _ = exporter.from_notebook_node(
        notebook,
        {
            "nbgrader": about,
            "record": record,
            "by_hand": by_hand,
            "unique_key": assignment,
            "metadata": {"name": assignment},
        },
    )
    return dead(later.into(named(page, notebook, by_hand)))


def named(page: str, notebook: Notebook, by_hand: ByHand) -> str:
    """The page with each test's name in its list, and with what still waits beside the total."""
    waiting = 0.0
    for cell in filter(is_graded, notebook.cells):
        name, kind = str(grade_id(cell)), ""
        if is_answer(cell) and name not in by_hand:
            waiting += float(cell.metadata.nbgrader.points)
            kind = tr(", which a person reads and gives points for")
        link = re.compile(rf'(<a href="#{re.escape(name)}">)[^<]*(</a>)')
        page = link.sub(rf"\g<1>{name}{kind}\g<2>", page, count=1)
    if waiting:
        note = tr(" — {waiting:g} points wait to be given by hand", waiting=waiting)
        page = page.replace("</h4>", f"{note}</h4>", 1)
    return page


# A page may show itself and the pictures in it; browsers refuse whatever else somebody got in.
POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "img-src data:; style-src 'unsafe-inline'\">"
)


def dead(page: str) -> str:
    """The page without programs: those of its template asked other hosts for MathJax."""
    page = re.sub(r"<script\b.*?</script>", "", page, flags=re.DOTALL | re.IGNORECASE)
    return page.replace("<head>", f"<head>\n{POLICY}", 1)


class HighlightLater:
    """Marks where code belongs while a page is made, and puts it there, highlighted, afterward.

    nbconvert parses its whole page again, to give pictures alternative texts. Most tags of a page
    color single words of code, and most code is the same in every submission's page.
    """

    def __init__(self, notebook: Notebook):
        language = notebook.metadata.get("language_info", {})
        self.language = language.get("pygments_lexer", language.get("name"))
        self.pieces: dict[str, str] = {}

    def __call__(
        self, source: str, language: object = None, metadata: Mapping[str, Any] | None = None
    ) -> str:
        mark = f'<i id="code-{secrets.token_hex(16)}"></i>'  # nobody can write it beforehand
        magics = (metadata or {}).get("magics_language")
        self.pieces[mark] = _highlighted(source, self.language, magics)
        return mark

    def into(self, page: str) -> str:
        """The page with the code in it."""
        return re.sub(
            '<i id="code-[0-9a-f]{32}"></i>',
            lambda found: self.pieces.get(found[0], found[0]),
            page,
        )


@lru_cache(maxsize=1024)
def _highlighted(source: str, language: str, magics_language: str | None) -> str:
    metadata = {"magics_language": magics_language} if magics_language else {}
    code = Highlight2HTML(pygments_lexer=language)(source, metadata=metadata)
    return str(BeautifulSoup(code, "html.parser")).rstrip("\n")  # as the rest of the page is


# The words of nbgrader's template; what holds another comes before it.
WORDS = (
    later("Student's answer"),
    later("Student's task"),
    later("Grade cell:"),
    later("Late submission penalty"),
    later("Comments:"),
    later("Comment"),
    later("Score:"),
    later("(Top)"),
)


class InWords(BaseLoader):
    """Templates as another loader finds them, nbgrader's own in the language of the course."""

    def __init__(self, loader: BaseLoader):
        self.loader = loader

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        source, path, current_still = self.loader.get_source(environment, template)
        if "resources.nbgrader" in source and current() != "en":
            for words in WORDS:
                source = re.sub(rf"(?<![\w.]){re.escape(words)}", tr(words), source)
            source = source.replace("<html>", f'<html lang="{current()}">')
        return source, path, current_still


@cache
def _exporter() -> HTMLExporter:
    """nbgrader's own page; made once, since reading its templates takes longer than a page."""
    nbgrader = find_spec("nbgrader")
    assert nbgrader is not None and nbgrader.origin is not None
    formgrader = Path(nbgrader.origin).parent / "server_extensions" / "formgrader"
    css = formgrader / "static" / "node_modules" / "bootstrap" / "dist" / "css"
    config = Config()  # as nbgrader's GenerateFeedback has it
    config.Exporter.default_preprocessors = []
    config.HTMLExporter.template_name = "feedback"
    config.HTMLExporter.extra_template_basedirs = [str(formgrader / "templates")]
    config.HTMLExporter.extra_template_paths = [str(css)]
    exporter = HTMLExporter(config=config)
    exporter.register_filter("markdown2html", markdown2html)
    exporter.environment.loader = InWords(exporter.environment.loader)
    for step in (GivenGrades, HideTests, Withhold, CSSHTMLHeaderPreprocessor):
        exporter.register_preprocessor(step, enabled=True)
    return exporter
