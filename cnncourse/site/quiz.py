"""The directive `quiz`: a question with options, each with its own feedback.

The author writes a definition list; the key is computed by a code cell of the same page:

    :::{quiz} How many parameters has a layer of six 5 × 5 filters on one channel?
    :key: q-conv-parameters
    150
    : That counts the weights. Each filter also has a bias.
    156
    : Yes: six filters of 25 weights and one bias.
    :::

    question("q-conv-parameters", 6 * (25 + 1), 6 * 25)

Question, options and feedback are ordinary text nodes, so Sphinx extracts them for translation.
Without JavaScript each option keeps its feedback in a `<details>`; with it, an answer shows that
feedback in a live region and is remembered (`static/quiz.js`, `progress.py`).
"""

import ast
import re
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from myst_nb.core.variables import RetrievalError
from myst_nb.ext.glue.utils import retrieve_glue_data
from sphinx.application import Sphinx
from sphinx.locale import get_translation
from sphinx.util.docutils import SphinxDirective

from cnncourse.glue import BETWEEN, WRONG

_ = get_translation("cnncourse")

Visitor = Any  # Sphinx's writer of HTML, whose methods the visitors become


class quiz(nodes.General, nodes.Element):
    """A question and its options; attribute `name` groups the radio buttons."""


class quiz_question(nodes.General, nodes.TextElement):
    """The question's text."""


class quiz_option(nodes.General, nodes.Element):
    """One option: its label, then its feedback; attributes `name` and `correct`."""


class quiz_label(nodes.General, nodes.TextElement):
    """What the option says."""


class quiz_feedback(nodes.General, nodes.Element):
    """Why the option is right or wrong; attribute `correct`."""


class QuizDirective(SphinxDirective):
    """Turn a definition list into a quiz, and mark the option that equals the glued key."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {"key": directives.unchanged_required}
    has_content = True

    def run(self) -> list[nodes.Node]:
        key = self.options.get("key")
        if not key:
            raise self.error("a quiz needs `:key:`, the name that a code cell gives to glue()")
        answer = self.answer(key)

        content = nodes.Element()
        self.state.nested_parse(_separate_items(self.content), self.content_offset, content)
        items = list(content.findall(nodes.definition_list_item))
        if len(items) < 2:
            raise self.error(
                f"quiz {key!r} has {len(items)} options; write `option`, then "
                "`: feedback` on the next line, at least twice"
            )

        options = [item[0].astext().strip() for item in items]
        if options.count(answer) != 1:
            raise self.error(
                f"quiz {key!r} on page {self.env.docname}: the computed answer is "
                f"{answer!r}, and exactly one option must say so; "
                f"the options are {options}"
            )

        self.require_computed(key, [text for text in options if text != answer])

        name = nodes.make_id(f"quiz-{key}")
        question = self._question()
        result = quiz("", question, name=name, ids=[name])
        for item, text in zip(items, options, strict=True):
            result += _option(item, name, correct=text == answer)
        self.set_source_info(result)
        return [result]

    def answer(self, key: str) -> str:
        """The text that this page's code cells glued under `key`."""
        text = self.glued(key)
        if text is None:
            raise self.error(
                f"quiz {key!r} on page {self.env.docname}: no code cell of the page "
                f"calls glue({key!r}, …)"
            )
        return text

    def require_computed(self, key: str, options: list[str]) -> None:
        """Each wrong option that is a number must be what some misconception computes."""
        computed = (self.glued(key + WRONG) or "").split(BETWEEN)
        invented = [text for text in options if is_number(text) and text not in computed]
        unused = [text for text in computed if text and text not in options]
        if invented or unused:
            raise self.error(
                f"quiz {key!r} on page {self.env.docname}: the wrong options {invented} are "
                f"computed nowhere, and the computed ones {unused} are no options; give "
                f"question({key!r}, right, wrong, …) what each misconception computes"
            )

    def glued(self, name: str) -> str | None:
        """The text that this page's code cells glued under a name, if they did."""
        try:
            text = retrieve_glue_data(self.state.document, name).data["text/plain"]
        except (RetrievalError, KeyError):
            return None
        try:  # a string may have been glued as its repr
            value = ast.literal_eval(text)
        except (SyntaxError, ValueError):
            value = None
        return (value if isinstance(value, str) else text).strip()

    def _question(self) -> quiz_question:
        text = self.arguments[0]
        children, messages = self.state.inline_text(text, self.lineno)
        question = quiz_question(text, "", *children, *messages)
        self.set_source_info(question)
        return question


def is_number(option: str) -> bool:
    """Does an option give a number, or some? "C1" and "3 × 3" in words are names.

    >>> [is_number(text) for text in ("1,024", "(12, 8)", "one column: 4, 1", "C1", "both")]
    [True, True, True, False, False]
    """
    return bool(re.search(r"(?<![A-Za-z])\d", option))


def _separate_items(content: StringList) -> StringList:
    """A blank line before each option; else Markdown reads it as the feedback's next line."""
    separated = StringList()
    following = [*content[1:], ""]
    lines = zip(content.items, content, following, strict=False)  # there may be none at all
    for (source, offset), line, next_line in lines:
        if next_line.startswith(":") and not line.startswith(":"):
            separated.append("", source, offset)
        separated.append(line, source, offset)
    return separated


def _option(item: Any, name: str, correct: bool) -> quiz_option:
    """A `quiz_option` made of a definition list's item: the term, then all its definitions."""
    term = item[0]
    label = quiz_label(term.rawsource, "", *term.children)
    feedback = quiz_feedback(
        "", *(child for definition in item[1:] for child in definition), correct=correct
    )
    label.source, label.line = term.source, term.line
    option = quiz_option("", label, feedback, name=name, correct=correct)
    option.source, option.line = term.source, term.line
    return option


def visit_quiz(self: Visitor, node: quiz) -> None:
    self.body.append(self.starttag(node, "fieldset", CLASS="quiz"))


def depart_quiz(self: Visitor, node: quiz) -> None:
    ask = self.encode(_("Check this answer"))
    self.body.append(f'<button type="button" class="quiz-ask" hidden>{ask}</button>\n')
    self.body.append('<div class="quiz-verdict" role="status" aria-live="polite"></div>\n')
    self.body.append("</fieldset>\n")


def visit_question(self: Visitor, node: quiz_question) -> None:
    self.body.append('<legend class="quiz-question">')


def depart_question(self: Visitor, node: quiz_question) -> None:
    self.body.append("</legend>\n")


def visit_option(self: Visitor, node: quiz_option) -> None:
    self.body.append('<div class="quiz-option">\n')


def depart_option(self: Visitor, node: quiz_option) -> None:
    self.body.append("</div>\n")


def visit_label(self: Visitor, node: quiz_label) -> None:
    name = node.parent["name"]
    self.body.append(f'<label class="quiz-label"><input type="radio" name="{name}"> <span>')


def depart_label(self: Visitor, node: quiz_label) -> None:
    self.body.append("</span></label>\n")


def visit_feedback(self: Visitor, node: quiz_feedback) -> None:
    verdict, mark, word = (
        ("right", "✓", _("Right.")) if node["correct"] else ("wrong", "✗", _("Not quite."))
    )
    self.body.append(
        f'<details class="quiz-feedback quiz-{verdict}">'
        f"<summary>{self.encode(_('Feedback on this answer'))}</summary>\n"
        f'<p class="quiz-word"><span aria-hidden="true">{mark}</span> '
        f"<strong>{self.encode(word)}</strong></p>\n"
    )


def depart_feedback(self: Visitor, node: quiz_feedback) -> None:
    self.body.append("</details>\n")


def _nothing(self: Visitor, node: nodes.Node) -> None:
    """Other builders (LaTeX, text) show the texts one after the other."""


def setup(app: Sphinx) -> None:
    for node, visit, depart in (
        (quiz, visit_quiz, depart_quiz),
        (quiz_question, visit_question, depart_question),
        (quiz_option, visit_option, depart_option),
        (quiz_label, visit_label, depart_label),
        (quiz_feedback, visit_feedback, depart_feedback),
    ):
        plain = (_nothing, _nothing)
        app.add_node(node, html=(visit, depart), latex=plain, text=plain)
    app.add_directive("quiz", QuizDirective)
    app.add_js_file("quiz.js", loading_method="defer")
