"""The page on how the tests were tested: its rows come and go, and are told in the language."""

import re

import pytest
from answers import COURSE

from cnncourse.course import assignments
from cnncourse.translating import catalogs, tried
from cnncourse.translating.checking import problems, stale
from cnncourse.translating.edition import Edition
from cnncourse.translating.rules import left_in_english
from cnncourse.translating.subjects import Subject, walk_page

PAGE = """\
# The tests

## im2col

| test | slips it notices |
|---|---|
| `values` | 3 |

| wrong answer | loses | hears |
|---|---|---|
| `wrong_a` | `values`, `shape` | a &lt; b \\| c, they say. |
| `wrong_b` | `values` | – |

A slip that costs nothing: `im2col:7`.

Slips that need not cost anything: 2. A view is one.
"""


def told(text):
    found = []

    def say(text):
        found.append((text.kind, text.words, text.place))
        return text.words.upper()

    return tried.walk(text, say), found


def test_what_a_row_says_is_told_apart_from_what_the_page_says():
    made, found = told(PAGE)
    assert ("heard", "a < b | c, they say.", "im2col") in found
    assert [words for kind, words, _ in found if kind == "heard"] == ["a < b | c, they say."]
    assert ("reason", "A view is one.", "") in found
    assert "| `wrong_a` | `values`, `shape` | A &lt; B \\| C, THEY SAY. |\n" in made
    assert "\nA SLIP THAT COSTS NOTHING: `im2col:7`.\n" in made
    assert "\nSLIPS THAT NEED NOT COST ANYTHING: 2. A VIEW IS ONE.\n" in made
    assert "## im2col\n" in made and "| TEST | SLIPS IT NOTICES |" in made


@pytest.mark.parametrize("text", [PAGE, PAGE.partition("## ")[0], "# No rows"], ids=range(3))
def test_a_page_whose_texts_stay_is_the_same_page(text):
    assert tried.walk(text, lambda words: words.words) == text


def test_rows_that_come_break_no_check_and_a_new_sentence_does(tmp_path):
    page = tmp_path / "book" / f"{tried.PAGE}.md"
    page.parent.mkdir(parents=True)
    page.write_text(PAGE)
    name = f"book/{tried.PAGE}"
    subject = Subject(name, (f"{name}.md",), walk_page)
    catalog = catalogs.template(subject.found(tmp_path), "it")
    known = {str(message.id) for message in catalogs.translations(catalog)}
    assert "A view is one." in known and not [words for words in known if "they say" in words]
    catalogs.write(catalog, subject.catalog(tmp_path, "it"), name)
    row = "| `wrong_b` | `values` | all is zero. |\n"
    reason = "\nSlips that need not cost anything: 1. Another one.\n"
    page.write_text(PAGE.replace("| `wrong_b` | `values` | – |\n", row) + reason)
    found = [*problems(subject, tmp_path, "it"), *stale(subject, tmp_path, "it")]
    assert found == []
    page.write_text(page.read_text().replace("# The tests", "# The tests of all"))
    assert len(list(stale(subject, tmp_path, "it"))) == 1


def test_messages_are_told_again_from_the_sentences_that_they_are_made_of():
    tell = Edition(COURSE, "it").retelling("im2col").tell
    assert tell("the stride is ignored.") == "lo stride è ignorato."
    assert tell("f(x): it holds NaN in 3 of 4 entries, first at (0, 1).") == (
        "f(x): contiene NaN in 3 elementi su 4, il primo in (0, 1)."
    )
    both = tell("the stride is ignored; or the dilation is ignored.")
    assert both == "lo stride è ignorato; oppure la dilatazione è ignorata."
    assert tell("this is what nobody has ever said of it.") == (
        '<span lang="en">this is what nobody has ever said of it</span>.'
    )


def test_nearly_all_rows_of_the_italian_page_are_italian_and_the_others_say_so():
    page = Edition(COURSE, "it").page(tried.PAGE)
    rows = [row[2] for line in page.split("\n") if (row := tried.ROW.match(line))]
    assert len(rows) > 100 and "## " + assignments(COURSE)[0] in page
    english = [row for row in rows if "<span" in row and "ha sollevato" not in row]
    assert len(english) <= 0.05 * len(rows), english
    rest = re.sub(r'<span lang="en">.*?</span>', "", page)
    assert list(left_in_english(iter(rest.split("\n")))) == []
