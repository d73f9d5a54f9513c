"""`cnncourse translate`: a language from its first catalog to a page, and what changes break."""

import pytest

from cnncourse.__main__ import main

PAGE = "# A heading\n\nThe sum $a$ has two terms.\n"


@pytest.fixture
def root(tmp_path):
    """A course of one page, one sentence and one figure."""
    for name, text in {
        "book/_toc.yml": "format: jb-book\nroot: one\n",
        "book/one.md": PAGE,
        "_config.yml": "parse: {}\n",
        "cnncourse/a.py": 'tr("{n} are wrong", n=2)\n',
        "cnncourse/figures/static/en.js": 'languages.en = {\n  Pooling: {\n    mode: "Mode",\n',
        "cnncourse/publishing/kit_files/README.md": "Read me.\n",
        "cnncourse/publishing/kit_files/start.py": "print('begin here')\n",
        "cnncourse/language/empty": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def translate(root, capsys):
    """Runs the command; gives its exit code and what it printed."""

    def run(*arguments):
        code = main(["translate", *arguments, "--root", str(root)])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run


HEADING, SUM = {"A heading": "Titel"}, {"The sum $a$ has two terms.": "Die Summe $a$ ist da."}


def fill(root, name, words):
    path = root / "locale" / "de" / name
    text = path.read_text("utf-8")
    for english, translation in words.items():
        before, found, after = text.partition(f'msgid "{english}"\nmsgstr "')
        assert found, english
        text = before + found + translation + after
    path.write_text(text)


def test_a_language_is_begun_filled_checked_and_made(root, translate):
    assert translate("update", "de")[0] == 0
    assert translate("update", "de") == (0, "")  # the same sources give the same files
    fill(root, "book/one.po", HEADING | SUM)
    fill(root, "library.po", {"{n} are wrong": "{n} sind falsch"})
    fill(root, "figures.po", {"Mode": "Modus"})
    assert "{n} sind falsch" not in (root / "cnncourse/language/de.json").read_text()
    assert translate("update", "de") == (
        0,
        "cnncourse/language/de.json\ncnncourse/figures/static/de.js\n",
    )
    assert "{n} sind falsch" in (root / "cnncourse/language/de.json").read_text()
    assert 'mode: "Modus"' in (root / "cnncourse/figures/static/de.js").read_text()
    assert translate("check", "de")[0] == 0
    rows = [line.split() for line in translate("status", "de")[1].splitlines()]
    assert ["book/one", "2", "2", "0", "100", "%"] in rows
    assert translate("generate", "de")[0] == 0
    made = (root / "_build/de/book/one.md").read_text()
    assert made == "# Titel\n\nDie Summe $a$ ist da.\n"


def test_what_a_translation_lost_is_named(root, translate):
    translate("update", "de")
    fill(root, "book/one.po", {"The sum $a$ has two terms.": "Die Summe $b$ ist da."})
    code, said = translate("check", "de", "--only", "one")
    assert code == 1 and "locale/de/book/one.po: 'The sum $a$ has two terms.'" in said
    assert "$a$ is missing, $b$ is too much" in said


def test_an_edit_of_the_english_is_seen_by_check_and_becomes_fuzzy_by_update(root, translate):
    translate("update", "de")
    fill(root, "book/one.po", HEADING | SUM)
    (root / "book" / "one.md").write_text(PAGE.replace("two", "three"))
    code, said = translate("check", "de", "--only", "one")
    assert code == 1 and "1 texts are not in it" in said
    translate("update", "de")
    assert "book/one" in (said := translate("status", "de", "--only", "one")[1])
    assert ["book/one", "2", "1", "1", "50", "%"] in [line.split() for line in said.splitlines()]
    assert "1 texts are shown in English" in translate("generate", "de")[1]
    made = (root / "_build/de/book/one.md").read_text()
    assert made == "# Titel\n\n[en] The sum $a$ has three terms.\n"


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (("status",), "locale/ has no language yet"),
        (("update", "en"), "no language to translate into"),
        (("update", "deutsch"), "no language to translate into"),
        (
            ("update", "de", "--only", "two"),
            "nothing to translate is called 'two'; there are book/one",
        ),
    ],
    ids=range(4),
)
def test_what_cannot_be_done_is_said(translate, arguments, sentence):
    code, said = translate(*arguments)
    assert code == 2 and sentence in said


def test_a_damaged_catalog_is_named(root, translate):
    translate("update", "de")
    (root / "locale/de/book/one.po").write_bytes(b'msgid "\xff"\nmsgstr "b"\n')
    code, said = translate("check", "de", "--only", "one")
    assert code != 0 and "one.po is no catalog that gettext reads" in said


def test_templates_for_other_tools(root, translate):
    assert "_build/locale/book/one.pot" in translate("extract")[1]
    assert 'msgid "A heading"' in (root / "_build/locale/book/one.pot").read_text()
