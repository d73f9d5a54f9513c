"""Catalogs over time: what is translated, what has changed, and what is shown meanwhile."""

from babel.messages.catalog import Catalog

from cnncourse.translating import catalogs
from cnncourse.translating.catalogs import Found
from cnncourse.translating.rules import differences
from cnncourse.translating.say import Text


def found(*words, place="a", kind="paragraph"):
    return [Found(Text(text, kind, place), "book/a.ipynb") for text in words]


def translated(tmp_path, *pairs) -> Catalog:
    catalog = catalogs.template(found(*(english for english, _ in pairs)), "it")
    for english, words in pairs:
        catalog.get(english).string = words
    catalogs.write(catalog, tmp_path / "a.po", "a")
    return catalogs.read(tmp_path / "a.po", "it")


def test_a_catalog_is_read_as_it_was_written_and_written_the_same_again(tmp_path):
    catalog = translated(tmp_path, ("One “quoted” sum $a$.", "Una somma $a$."), ("Two", ""))
    assert catalog.get("One “quoted” sum $a$.").string == "Una somma $a$."
    assert not catalogs.write(catalog, tmp_path / "a.po", "a")
    assert "book/a.ipynb#a" in (tmp_path / "a.po").read_text("utf-8")


def test_a_change_of_the_english_makes_its_block_fuzzy_and_shows_it_in_english(tmp_path):
    old, new = "The window fits in three places.", "The window fits in four places."
    catalog = translated(tmp_path, (old, "La finestra sta in tre posti."), ("Else", "Altro"))
    updated = catalogs.updated(catalog, catalogs.template(found(new, "Else"), "it", catalog))
    assert updated.get(new).fuzzy and updated.get(new).string == "La finestra sta in tre posti."
    missing: list[Text] = []
    say = catalogs.speaker(updated, missing)
    assert say(Text(new, "paragraph")) == f"[en] {new}"
    assert say(Text("Else", "paragraph")) == "Altro"
    assert [text.words for text in missing] == [new]


def test_what_is_not_in_a_catalog_yet_is_shown_in_english_and_unmarked_in_programs(tmp_path):
    say = catalogs.speaker(translated(tmp_path, ("One", "Uno")))
    assert say(Text("Two", "heading")) == "[en] Two"
    assert say(Text("Two", "shown")) == "Two"


def test_the_same_english_may_have_another_translation_in_one_cell(tmp_path):
    catalog = translated(tmp_path, ("parameters", "parametri"))
    catalog.add("parameters", "parametri ", context="b")
    texts = found("parameters") + found("parameters", place="b")
    updated = catalogs.updated(catalog, catalogs.template(texts, "it", catalog))
    say = catalogs.speaker(updated)
    assert say(Text("parameters", "shown", "a")) == "parametri"
    assert say(Text("parameters", "shown", "b")) == "parametri "


def test_figures_have_translations_of_their_own():
    texts = [Found(Text("Weight", "figure", "w", figure), "en.js") for figure in ("A", "B")]
    catalog = catalogs.template(texts, "it")
    assert [message.context for message in catalogs.translations(catalog)] == ["A", "B"]


def said(english, words, kind="paragraph"):
    return differences(Text(english, kind), words)


def test_what_a_translation_must_keep():
    assert (
        said(
            "$a_{1}$ and `x` in {eq}`eq-a`, 1,024 and 0.5", "0,5 e 1.024, {eq}`eq-a`, `x`, $a_{1}$"
        )
        == []
    )
    for english, wrong, what in (
        ("the sum $a_i$", "la somma $a_j$", "formulas"),
        ("call `zip`", "chiama `cerniera`", "code"),
        ("see {eq}`eq-a`", "vedi {eq}`eq-b`", "roles"),
        ("[here](a.md)", "[qui](b.md)", "links"),
        ("<b>so</b>", "<b>così", "tags"),
        ("26 weights", "25 pesi", "numbers"),
        ("a sum", "  ", "empty"),
    ):
        [problem] = said(english, wrong)
        assert what in problem, problem


def test_what_a_string_of_a_program_must_keep():
    assert said("{n:3} of {all}", "{all}, di cui {n:3}", "shown") == []
    assert "placeholders" in said("{n:3} of {all}", "{n} di {all}", "shown")[0]
    assert "line breaks" in said("one\ntwo", "uno due", "message")[0]
    assert said("code stays `n`", "il codice `m`", "comment") == []


def test_words_in_formulas_and_titles_of_roles_are_translated():
    assert said("$n_{\\text{in}}$", "$n_{\\text{entrata}}$") == []
    assert said("{download}`the file <a.ipynb>`", "{download}`il file <a.ipynb>`") == []
    assert said("{download}`the file <a.ipynb>`", "{download}`il file <b.ipynb>`")
    assert said("a {term}`kernel`", "un {term}`nucleo`") == []
