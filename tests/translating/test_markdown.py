"""Which texts of a page are told, and that the rest of it stays."""

from pathlib import Path

import nbformat
import pytest
from answers import COURSE

from cnncourse.translating import markdown
from cnncourse.translating.edition import Edition
from cnncourse.translating.subjects import Subject, walk_page

PAGES = sorted([*COURSE.glob("book/**/*.md"), *COURSE.glob("book/*.ipynb")]) + sorted(
    COURSE.glob("solutions/*/*.ipynb")
)


def told(text: str) -> list[tuple[str, str]]:
    found = []

    def note(words):
        found.append((words.kind, words.words))
        return words.words

    markdown.walk(text, note)
    return found


def cells_of(path: Path) -> list[str]:
    if path.suffix == ".md":
        return [path.read_text("utf-8")]
    cells = nbformat.read(path, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(COURSE).as_posix())
def test_a_page_whose_texts_stay_is_the_same_page(path):
    for text in cells_of(path):
        assert markdown.walk(text, lambda words: words.words) == text


def test_blocks_are_told_one_by_one():
    page = """\
# A title

First line
of a paragraph with $x_{i}$.

- an item
  that goes on
- [ ] another item
1. a number

> a quotation
> on two lines

| a head | `code` |
|---|:-:|
| cell $a|b$ | 12 |
"""
    assert told(page) == [
        ("heading", "A title"),
        ("paragraph", "First line of a paragraph with $x_{i}$."),
        ("list item", "an item that goes on"),
        ("list item", "another item"),
        ("list item", "a number"),
        ("paragraph", "a quotation on two lines"),
        ("table cell", "a head"),
        ("table cell", "cell $a|b$"),
    ]


def test_directives_give_their_words_and_keep_their_keys():
    page = """\
(a-label)=
:::{admonition} Check the slide: $x$
:class: check-the-slide
Its text.
:::

:::{quiz} How many?
:key: q-many
78
: The weights alone.
it stays 26
: Yes.
:::

```{figure} a.png
:alt: What is seen
:name: fig-a
```

<details><summary>Hint 1: neighbors</summary>

Inside.

</details>
"""
    assert told(page) == [
        ("title of admonition", "Check the slide: $x$"),
        ("paragraph", "Its text."),
        ("title of quiz", "How many?"),
        ("feedback", "The weights alone."),
        ("option", "it stays 26"),
        ("feedback", "Yes."),
        ("alt", "What is seen"),
        ("title", "Hint 1: neighbors"),
        ("paragraph", "Inside."),
    ]
    changed = markdown.walk(page, lambda words: "X")
    for kept in ("(a-label)=", ":class: check-the-slide", ":key: q-many", "\n78\n", "a.png"):
        assert kept in changed


def test_of_code_comments_are_told_and_of_formulas_the_words():
    page = """\
```sh
python start.py    # opens the course
```

$$ n = \\underbrace{a}_{\\text{weights}} + b
   - \\text{biases} $$ (eq-n)

What follows.
"""
    assert told(page) == [
        ("comment", "opens the course"),
        ("in a formula", "weights"),
        ("in a formula", "biases"),
        ("paragraph", "What follows."),
    ]


def test_what_nbgrader_cuts_by_is_no_heading():
    page = "### BEGIN SOLUTION\nBecause.\n### END SOLUTION"
    assert told(page) == [("paragraph", "Because.")]


def test_of_programs_to_copy_the_strings_and_of_pages_to_copy_the_blocks_are_told():
    page = """\
```python
# file: right_a.py
# Right: by hand.

# %% pad
def pad(image, size):
    ### BEGIN SOLUTION
    raise ValueError(f"the size is {size}")  # for now
```

```markdown
## 1. A task

Do *this*.
```

```text
bob: 12 points → 14
```
"""
    assert sorted(told(page)) == [
        ("comment", "Right: by hand."),
        ("comment", "file: right_a.py"),
        ("comment", "for now"),
        ("heading", "1. A task"),
        ("output", "bob: 12 points → 14"),
        ("paragraph", "Do *this*."),
        ("shown", "the size is {size}"),
    ]


@pytest.mark.parametrize(
    "cell, expected",
    [
        ("48,120", "48.120"),
        ("16 · (6·5·5 + 1) = 2,416", "16 · (6·5·5 + 1) = 2.416"),
        ("99.2 %", "99,2 %"),
        ("$1.5$", "$1.5$"),
        ("`f(1.5)`", "`f(1.5)`"),
        ("2.15.0", "2.15.0"),
        ("---", "---"),
    ],
)
def test_numbers_in_tables_are_written_as_the_language_does_and_in_no_catalog(
    cell, expected, tmp_path
):
    text = f"| layer | products |\n|---|---|\n| first | {cell} |"
    (tmp_path / "book").mkdir()
    (tmp_path / "book/page.md").write_text(text)
    subject = Subject("book/page", ("book/page.md",), walk_page)
    assert [found.text.words for found in subject.found(tmp_path)] == ["layer", "products", "first"]
    italian = Edition(tmp_path, "it", speak=lambda name: lambda text: text.words)
    assert italian.page("page") == text.replace(cell, expected)
