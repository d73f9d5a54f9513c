"""All that is translated: a made-up language finds what is not, and catalogs keep to the rules."""

import io
import re
import tokenize
from functools import cache

import nbformat
import pytest
from answers import COURSE, expectation, stored_answer

from cnncourse.grading.trying import answers
from cnncourse.translating import catalogs, messages, pseudo
from cnncourse.translating.checking import other_programs, problems
from cnncourse.translating.edition import Edition
from cnncourse.translating.rules import differences, left_in_english
from cnncourse.translating.subjects import all_subjects

SUBJECTS = {subject.name: subject for subject in all_subjects(COURSE)}
each_subject = pytest.mark.parametrize("name", SUBJECTS)
LANGUAGES = sorted(path.name for path in (COURSE / "locale").iterdir())


EXAMPLE = re.compile(r"^>>> .*?(?:^$|\Z)", re.MULTILINE | re.DOTALL)  # of a docstring


def strings_and_comments(program):
    for token in tokenize.generate_tokens(io.StringIO(program).readline):
        if token.type in (tokenize.STRING, tokenize.COMMENT):
            yield token.string


def said_in(made):
    """The pieces of text of a generated notebook or page."""
    if isinstance(made, str):
        made = EXAMPLE.sub("", made)
        yield from (line for line in made.split("\n") if not line.startswith(("//", "/**")))
    for cell in getattr(made, "cells", ()):
        figure = cell.metadata.get("mystnb", {}).get("figure", {})
        yield from filter(None, (figure.get("caption"),))
        yield from (
            cell.source.split("\n")
            if cell.cell_type == "markdown"
            else strings_and_comments(cell.source)
        )


def too_long(english, made):
    """The lines of programs that came to have more than 100 columns; comments beside code may."""

    def lines(notebook):
        cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        return {line for source in cells for line in source.split("\n") if len(line) > 100}

    return [line for line in lines(made) - lines(english) if "  # " not in line]


@each_subject
def test_a_made_up_language_leaves_nothing_english_and_keeps_what_is_to_be_kept(name):
    broken, left = [], []

    def say(text):
        words = pseudo.say(text)
        broken.extend((text.words, problem) for problem in differences(text, words))
        return words

    for file in SUBJECTS[name].files:
        made = SUBJECTS[name].walk(COURSE / file, say)
        if not file.endswith(".json"):  # of a measured table most is for whoever measures
            left += left_in_english(said_in(made))
        if file.endswith(".ipynb"):
            english = nbformat.read(COURSE / file, as_version=4)
            assert other_programs(english, made) == []
            assert too_long(english, made) == []
    assert broken == []
    assert [text for text in left if not re.match(r"[\[{<].*[\]}>]$", text.strip())] == []


@pytest.mark.parametrize("language", LANGUAGES)
@each_subject
def test_translations_keep_formulas_numbers_code_and_links(name, language):
    assert list(problems(SUBJECTS[name], COURSE, language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_library_and_the_figures_speak_by_is_made_of_the_catalogs(language):
    for path, text in Edition(COURSE, language).library().items():
        assert path.read_text("utf-8") == text, f"run `cnncourse translate update {language}`"


def test_a_sentence_that_is_filled_in_too_early_is_refused():
    with pytest.raises(Exception, match="filled in before"):
        list(messages.texts('tr(f"{n} images")', "a.py"))


@cache
def italian(name):
    return Edition(COURSE, "it").assignment(name)


STORED = sorted(path.stem for path in (COURSE / "tests/submissions/convolution").glob("*_*.py"))


@pytest.mark.parametrize("answer", STORED)
def test_an_answer_gets_the_same_points_in_another_language(answer, monkeypatch):
    monkeypatch.setenv("CNNCOURSE_LANGUAGE", "it")
    graded = answers.grade(italian("convolution"), stored_answer("convolution", answer))
    assert set(graded.lost) == expectation("convolution", answer)[0]
    # What Python or torch says of an error is English everywhere.
    ours = [said for said in graded.said.values() if "ha sollevato " not in said]
    assert list(left_in_english(iter(ours))) == []


def test_a_failure_names_the_misconception_in_the_language(monkeypatch):
    monkeypatch.setenv("CNNCOURSE_LANGUAGE", "it")
    answer = stored_answer("convolution", "wrong_off_by_one")
    said = answers.grade(italian("convolution"), answer).said["correlate-square"]
    assert "la forma è sbagliata.\n  atteso: (2, 2)" in said
    assert said.endswith(
        "Causa probabile: mancano l'ultima riga e l'ultima colonna di finestre (errore di uno)."
    )


def test_untranslated_texts_are_marked_and_counted():
    edition = Edition(COURSE, "xx")
    notebook = edition.assignment("arithmetic")
    assert "# [en] " in notebook.cells[0].source
    assert len(edition.missing["assignments/arithmetic"]) > 100
    assert catalogs.MARK not in "".join(c.source for c in notebook.cells if c.cell_type == "code")
