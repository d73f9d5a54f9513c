"""The Sphinx extension, part by part, on pages of a few lines."""

import io
import json
from html import escape
from types import SimpleNamespace

import pytest
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace

from cnncourse.figures import assemble
from cnncourse.site import figures, theme

QUESTION = """\
:::{{quiz}} How many *weights*?
:key: {key}
150
: Each filter has a bias.
${right}$
: Yes, with
  the biases.
26
: That is one filter.
:::

Run time: {{run-time}}`cells`!
"""


def glue(name, value):
    return {
        "output_type": "display_data",
        "data": {"application/papermill.record/text/plain": value},
        "metadata": {"scrapbook": {"name": name, "mime_prefix": "application/papermill.record/"}},
    }


def build(folder, builder="html", key="q-weights", right="156", glued="156", wrong="'150 | 26'"):
    """Build a page with one question, without executing it; returns its text and the warnings."""
    notebook = {
        "cells": [
            {
                "cell_type": "markdown",
                "id": "text",
                "metadata": {},
                "source": "# Page\n\n" + QUESTION.format(key=key, right=right),
            },
            {
                "cell_type": "code",
                "id": "key",
                "metadata": {},
                "execution_count": 1,
                "source": "weights",
                "outputs": [glue("q-weights", glued), glue("q-weights-wrong", wrong)],
            },
        ],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (folder / "index.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (folder / "quiz.js").write_text("", encoding="utf-8")
    warnings = io.StringIO()
    with docutils_namespace():
        app = Sphinx(
            folder,
            None,
            folder / "out",
            folder / "doctrees",
            builder,
            confoverrides={
                "extensions": ["myst_nb", "cnncourse.site.quiz", "cnncourse.site.runtime"],
                "html_theme": "basic",
                "html_static_path": ["quiz.js"],
                # Its own dictionary: extensions add to Sphinx's default, for the whole process.
                "source_suffix": {".ipynb": "myst-nb"},
                "nb_execution_mode": "off",
                "myst_enable_extensions": ["colon_fence", "deflist", "dollarmath"],
            },
            status=None,
            warning=warnings,
            freshenv=True,
        )
        app.build()
    result = folder / "out" / {"html": "index.html", "gettext": "index.pot"}[builder]
    return result.read_text(encoding="utf-8"), warnings.getvalue()


@pytest.mark.parametrize("glued", ["156", "'156'"], ids=["number", "quoted string"])
def test_option_that_equals_the_computed_key_is_the_right_one(tmp_path, glued):
    html, warnings = build(tmp_path, glued=glued)
    assert warnings == ""
    options = html.split('<div class="quiz-option">')[1:]
    assert ["quiz-right" in option for option in options] == [False, True, False]
    assert "Each filter has a bias." in options[0] and "150" in options[0]
    assert "<em>weights</em>" in html


@pytest.mark.parametrize(
    "change, named",
    [
        ({"glued": "157"}, ["q-weights", "index", "'157'", "150", "156", "26"]),
        ({"right": "150", "glued": "150"}, ["q-weights", "'150'"]),
        ({"key": "q-typo"}, ["q-typo", "index", "glue("]),
        ({"wrong": "'150'"}, ["q-weights", "['26'] are computed nowhere"]),
        ({"wrong": "'150 | 26 | 27'"}, ["q-weights", "['27'] are no options"]),
    ],
    ids=[
        "no option is right",
        "two options are right",
        "nothing glued under the key",
        "a wrong number is invented",
        "a misconception's number is no option",
    ],
)
def test_quiz_whose_options_are_not_the_computed_ones_is_reported(tmp_path, change, named):
    """A warning is an error in the site's build."""
    _, warnings = build(tmp_path, **change)
    assert "ERROR" in warnings
    assert all(word in warnings for word in named), warnings


def test_translators_see_question_options_and_feedback(tmp_path):
    catalog, _ = build(tmp_path, builder="gettext")
    for text in (
        "How many *weights*?",
        "150",
        "$156$",
        "Each filter has a bias.",
        "Yes, with the biases.",
    ):
        assert f'msgid "{text}"' in catalog, text


def test_run_time_says_nothing_where_nothing_ran(tmp_path):
    html, _ = build(tmp_path)
    assert "Run time: !" in html


THEME = """<html lang="en" data-theme="auto"><script>theme = localStorage.getItem("theme") || "auto";</script>
<script type="application/vnd.jupyter.widget-state+json">{"a": 1}</script>
<script defer src="_static/scripts/fontawesome.js?digest=1"></script>
<div class="sidebar-primary-item"> <a class="navbar-brand logo" href="#">Home</a></div>
<button class="btn search-button-field pst-js-only" title="Search" aria-label="Search">Search</button>
<button class="sidebar-toggle" title="Toggle primary sidebar"></button>
<summary aria-label="Toggle hidden content"><p class="collapsed admonition-title">Show</p>
<p class="expanded admonition-title">Hide</p></summary></html>"""


def test_theme_is_mended():
    assert (
        theme.mend(THEME)
        == """<html lang="en" data-theme="light"><script>theme = ({ light: "light", dark: "dark" })[localStorage.getItem("mode")]
        || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");</script>
<div class="sidebar-primary-item"><nav aria-label="Home"> <a class="navbar-brand logo" href="#">Home</a></nav></div>
<button class="btn search-button-field pst-js-only" title="Search">Search</button>
<button class="sidebar-toggle" title="Menu of the course"></button>
<summary><span class="collapsed admonition-title">Show</span>\
<span class="expanded admonition-title">Hide</span></summary></html>"""
    )


@pytest.mark.parametrize(
    "gone",
    ["fontawesome.js", '"theme"', "navbar-brand", 'aria-label="Search"', 'data-theme="auto"'],
)
def test_mend_that_finds_nothing_stops_the_build(gone):
    with pytest.raises(ExtensionError, match="the theme's pages changed"):
        theme.mend(THEME.replace(gone, ""))


def figure_element(state='{"stride": 2}'):
    return (
        f'<div class="cnn-figure" id="Pooling" data-figure="Pooling" data-state="{escape(state)}">'
        "<p>Run the cell.</p></div>"
    )


@pytest.fixture
def fill(tmp_path, monkeypatch):
    """Fills a page's body; returns it with the names of the files that the page then loads."""
    monkeypatch.setattr(assemble, "STILLS", tmp_path)
    monkeypatch.setattr(
        figures.figures, "Pooling", SimpleNamespace(data=("weights",)), raising=False
    )
    monkeypatch.setattr(figures, "script", lambda names: f"script of {names}")
    assemble.still("Pooling", '{"stride": 2}').write_text("<svg>still</svg>")

    def fill_page(body):
        loaded, context = [], {"body": body}
        app = SimpleNamespace(
            outdir=tmp_path,
            add_css_file=lambda name, **options: loaded.append(name),
            add_js_file=lambda name, **options: loaded.append(name),
        )
        figures.fill_page(app, "page", "page.html", context, None)
        return context["body"], loaded

    return fill_page


def test_figure_gets_its_still_picture_and_the_page_its_script(fill, tmp_path):
    body, loaded = fill("<p>Before</p>" + figure_element())
    assert body == (
        '<p>Before</p><div class="cnn-figure" id="Pooling" data-figure="Pooling" '
        'data-state="{&quot;stride&quot;: 2}" data-needs="weights"><svg>still</svg></div>'
    )
    assert loaded == ["figures.css", "figures/Pooling.js"], "what is heavy comes later"
    assert (tmp_path / "_static" / loaded[1]).read_text() == "script of ['Pooling']"


def test_second_figure_of_a_kind_has_a_name_of_its_own(fill):
    body, _ = fill(figure_element() + figure_element())
    assert body.count('id="Pooling"') == body.count('id="Pooling-2"') == 1


def test_page_without_figures_loads_nothing_for_them(fill):
    assert fill("<p>Text</p>") == ("<p>Text</p>", [])


def test_figure_without_a_still_picture_stops_the_build(fill):
    with pytest.raises(ExtensionError, match="draw_stills"):
        fill(figure_element('{"stride": 3}'))
