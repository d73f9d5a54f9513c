"""What a reader has answered: a count below each chapter's questions, and a map of the course.

Both are empty until there is an answer. Answers never leave the browser (`static/quiz.js`).
The map is where a page says so:

    :::{quiz-map}
    :::
"""

from collections.abc import Iterable
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.locale import get_translation
from sphinx.util.docutils import SphinxDirective

from .quiz import quiz

_ = get_translation("cnncourse")


class quiz_score(nodes.General, nodes.Element):
    """How many of a page's questions are answered right; attribute `page`."""


class quiz_map(nodes.General, nodes.Element):
    """The same for all pages; attribute `rows`, (page, address, title, number of questions)."""


class QuizMapDirective(SphinxDirective):
    """The place of the map."""

    def run(self) -> list[nodes.Node]:
        return [quiz_map(rows=[])]


def counts(env: BuildEnvironment) -> dict[str, int]:
    """{page: number of its questions}, kept with the environment."""
    found: dict[str, int] = vars(env).setdefault("cnncourse_questions", {})
    return found


def count(app: Sphinx, document: nodes.document) -> None:
    """Note a page's questions, and put the score after the last one."""
    questions = list(document.findall(quiz))
    if questions:
        counts(app.env)[app.env.docname] = len(questions)
        last = questions[-1].parent
        last.insert(last.index(questions[-1]) + 1, quiz_score(page=app.env.docname))


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    counts(env).pop(docname, None)


def merge(
    app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment
) -> None:
    counts(env).update({name: n for name, n in counts(other).items() if name in docnames})


def fill(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Give the map its rows, in the order of the table of contents."""
    for node in document.findall(quiz_map):
        questions = counts(app.env)
        node["rows"] = [
            (name, app.builder.get_relative_uri(docname, name), title.astext(), questions[name])
            for name in below(app.env, app.config.root_doc)
            if name in questions and (title := app.env.titles[name])
        ]


def below(env: BuildEnvironment, docname: str) -> list[str]:
    """All pages below one in the table of contents, depth first."""
    found = []
    for child in env.toctree_includes.get(docname, []):
        found += [child, *below(env, child)]
    return found


def visit_score(self: Any, node: quiz_score) -> None:
    self.body.append(
        f'<div class="quiz-score" hidden data-page="{node["page"]}" data-text="{_text(self)}">\n'
        f'<p><strong class="quiz-count"></strong> {_kept(self)}</p>\n{_clear(self)}</div>\n'
    )
    raise nodes.SkipNode


def visit_map(self: Any, node: quiz_map) -> None:
    rows = "".join(
        f'<li data-page="{page}" data-all="{number}"><a href="{address}">{self.encode(title)}</a> '
        f'<progress aria-hidden="true"></progress> <span class="quiz-count"></span></li>\n'
        for page, address, title, number in node["rows"]
    )
    self.body.append(
        f'<div class="quiz-map" hidden data-text="{_text(self)}">\n'
        f"<p>{self.encode(_('The questions that you have answered.'))} {_kept(self)}</p>\n"
        f"<ul>\n{rows}</ul>\n{_clear(self)}</div>\n"
    )
    raise nodes.SkipNode


def _text(self: Any) -> str:
    return str(self.attval(str(_("{right} of {all} answered right."))))


def _kept(self: Any) -> str:
    return str(self.encode(_("Your answers stay in this browser; nobody else gets them.")))


def _clear(self: Any) -> str:
    return f'<button type="button">{self.encode(_("Forget all my answers"))}</button>'


def _nothing(self: Any, node: nodes.Node) -> None:
    """On paper nobody has answered."""


def setup(app: Sphinx) -> None:
    for node, visit in ((quiz_score, visit_score), (quiz_map, visit_map)):
        plain = (_nothing, _nothing)
        app.add_node(node, html=(visit, None), latex=plain, text=plain)
    app.add_directive("quiz-map", QuizMapDirective)
    app.connect("doctree-read", count)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("doctree-resolved", fill)
