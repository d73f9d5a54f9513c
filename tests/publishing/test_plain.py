"""MyST Markdown becomes plain Markdown that says the same."""

import pytest

from cnncourse.course import CourseError
from cnncourse.publishing.book import read_book
from cnncourse.publishing.jupyter import markup_left
from cnncourse.publishing.plain import Page
from cnncourse.publishing.works import Works

PAGES = {
    "one": r"""
# The first page

$$ a = b $$ (eq-first)

## A place, `code` and more

(a-label)=
:::{admonition} A box
:class: note
With an equation of its own: $$ c $$ (eq-inline-is-no-block)

$$
x &= 1 \\
y &= 2
$$ (eq-boxed)
:::

## References
""",
    "two": "# The second page\n\n$$ d = e $$ (eq-second)\n",
    "glossary": "# Glossary\n",
    "references": "# References\n",
}
BIBLIOGRAPHY = """
@article{a2016, author={Ada One and Bob {de Two}}, title={On Things}, journal={J}, year={2016}}
@article{b2020, author={Ada One and Bob Two and Cy Three}, title={More}, journal={J}, year={2020}}
"""
CONFIG = """
parse:
  myst_enable_extensions: [amsmath, attrs_inline, colon_fence, deflist, dollarmath, substitution]
  myst_dmath_double_inline: false
bibtex_bibfiles: [references.bib]
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    (root / "book").mkdir()
    (root / "_config.yml").write_text(CONFIG)
    names = list(PAGES)
    contents = "".join(f"      - file: {name}\n" for name in names[1:])
    parts = f"parts:\n  - caption: All\n    numbered: 1\n    chapters:\n{contents}"
    (root / "book" / "_toc.yml").write_text(f"root: {names[0]}\n{parts}")
    (root / "book" / "references.bib").write_text(BIBLIOGRAPHY)
    for name, text in PAGES.items():
        (root / "book" / f"{name}.md").write_text(text)
    return read_book(root)


@pytest.fixture
def plain(book):
    """A function from MyST Markdown to plain Markdown, on page one or another."""

    def convert(text, name="one", site=None, beside=tuple(PAGES), **values):
        elsewhere = {"two": {"far": 5000}}.__getitem__
        page = Page(book, name, Works(book.bibliography), values, beside, site, elsewhere)
        page.scan(text)
        result = page.plain(text)
        assert markup_left(result) == []
        return result

    return convert


@pytest.mark.parametrize(
    "text, result",
    [
        ("{glue:text}`n` % of {glue:text}`n:.2f`", "7 % of 7.00"),
        ("{glue:text}`big:,d` and {glue:text}`word`", "12,345 and six *stars*"),
        ("{glue:text}`two::far:,d`, {glue:text}`two.ipynb::far`", "5,000, 5000"),
        ("- **bold {glue:text}`n`**\n  and {glue:text}`n`", "- **bold 7**\n  and 7"),
        ("> quoted {glue:text}`n`\n> twice {glue:text}`n`", "> quoted 7\n> twice 7"),
        ("| a | b |\n|---|---|\n| {glue:text}`n` | 7 |", "| a | b |\n|---|---|\n| 7 | 7 |"),
        ("`{glue:text}` stays, as does $\\{a\\}$", "`{glue:text}` stays, as does $\\{a\\}$"),
        ("```python\nx = {1: 2}[1]  # {eq}`no`\n```", "```python\nx = {1: 2}[1]  # {eq}`no`\n```"),
        ("**Time**: an hour; {run-time}`cells`", "**Time**: an hour"),
        ("x % y\n\n% a comment\n\n+++\n\nz", "x % y\n\nz"),
        ("H{sub}`2`O", "H<sub>2</sub>O"),
        ("a [word]{.class} more", "a word more"),
    ],
)
def test_numbers_and_small_things(plain, text, result):
    assert plain(text, n=7, big=12345, word="six *stars*").strip() == result


def test_equations_have_the_numbers_of_the_book_and_references_lead_to_them(plain):
    assert plain("$$ a = b $$ (eq-first)") == "$$\na = b \\tag{1}\n$$"
    boxed = plain("$$\nx &= 1 \\\\\ny &= 2\n$$ (eq-boxed)")
    assert boxed == "$$\n\\begin{aligned}\nx &= 1 \\\\\ny &= 2\n\\end{aligned} \\tag{2}\n$$"
    assert plain("$$\nx &= 1 \\\\\ny &= 2\n$$").startswith("$$\n\\begin{aligned}")
    assert plain("$$ a $$") == "$$ a $$"
    assert plain("see {eq}`eq-first`") == "see [(1)](#The-first-page)"
    assert plain("see {eq}`eq-second`") == "see [(1.1)](two.md#The-second-page)"


def test_links_lead_to_the_notebook_beside_or_to_the_site_or_are_words(plain):
    link = "[a place](one.md#a-place-code-and-more), [there](two.md), [x](#a-label)"
    here = "[a place](#A-place,-code-and-more), [there](two.md), [x](#A-place,-code-and-more)"
    assert plain(link) == here
    site = plain(link, name="two", site="https://cnn.org")
    assert "[a place](https://cnn.org/one.html#a-place-code-and-more)" in site
    assert "[x](https://cnn.org/one.html#a-label)" in site and "[there](#The-second-page)" in site
    assert plain(link, name="glossary", beside=()) == "a place, there, x"
    assert plain("[](two.md), <https://x.org>, [y](https://y.org)") == (
        "[The second page](two.md), <https://x.org>, [y](https://y.org)"
    )
    assert plain("{term}`kernel` and {doc}`two`") == "[kernel](glossary.md) and [two](two.md)"
    assert plain("{download}`n.ipynb <../e/n.ipynb>`") == "[n.ipynb](../e/n.ipynb)"


def test_citations_are_author_and_year_and_the_works_are_listed(plain):
    text = "As {footcite:t}`a2016` said {footcite:p}`b2020,a2016`.\n\n:::{footbibliography}\n:::"
    sentence, *works = plain(text).split("\n")
    assert sentence == (
        "As [One and de Two (2016)](#References) said ([One et al., 2020](#References); "
        "[One and de Two, 2016](#References))."
    )
    assert [work[:14] for work in works if work] == ["- Ada One and ", "- Ada One, Bob"]
    assert plain("{footcite:p}`a2016`", "two") == "([One and de Two, 2016](references.md))"


def test_boxes_are_quotations_with_their_title(plain):
    box = plain(":::{admonition} Check {glue:text}`n`\n:class: x\nOne.\n\n- $a$\n- b\n:::", n=7)
    assert box == "> **Check 7**\n>\n> One.\n>\n> - $a$\n> - b"
    assert plain("```{important}\nText.\n```") == "> **Important**\n>\n> Text."
    assert plain(":::{tip}\n:class: site-only\nText.\n:::") == ""
    nested = plain("::::{note}\n:::{dropdown} More\nText.\n:::\n::::")
    assert "> <details>\n> <summary>More</summary>\n>\n> Text.\n>\n> </details>" in nested


def test_what_the_site_folds_is_folded(plain):
    text = "1. Do.\n\n   :::{dropdown} Hint on `x < 1`, $a_1$\n   Try {glue:text}`n`.\n   :::\n\n2. Go."
    assert plain(text, n=7) == (
        "1. Do.\n\n   <details>\n   <summary>Hint on <code>x &lt; 1</code>, $a_1$</summary>\n   \n"
        "   Try 7.\n   \n   </details>\n\n2. Go."
    )


QUIZ = """:::{quiz} How many *filters* has `x`?
:key: q
five, `5`
: Too few.
six $n$
: Yes: {glue:text}`n`.
: Twice.
:::"""


def test_each_option_of_a_quiz_is_folded_by_itself_and_nothing_gives_the_answer_away(plain):
    text = plain(QUIZ, q="six n", n=7)
    assert text.startswith("**How many *filters* has `x`?**\n\n")
    folds = text.split("<details>\n")[1:]
    assert [fold.split("\n")[0] for fold in folds] == [
        "<summary>five, <code>5</code></summary>",
        "<summary>six $n$</summary>",
    ]
    assert "✗ **Not quite.** Too few." in folds[0] and "✓ **Right.** Yes: 7.\n\nTwice." in folds[1]
    outside = text.split("<details>")[0]
    assert "Right" not in outside and "Yes" not in outside


def test_footnotes_and_definitions_have_a_plain_form(plain):
    text = plain("A claim[^why].\n\n[^why]: Because {glue:text}`n`.\n\nterm\n: what it *is*", n=7)
    assert text == "A claim<sup>1</sup>.\n\n<sup>1</sup> Because 7.\n\n**term**  \nwhat it *is*"


@pytest.mark.parametrize(
    "text, said",
    [
        ("{glue:text}`missing`", "no code cell glues 'missing'"),
        ("{unheard:of}`x`", r"role \{unheard:of\}`x`"),
        (":::{mystery}\n:::", r"directive \{mystery\}"),
        (QUIZ, "no code cell glues 'q'"),
        ("{eq}`nowhere`", "no equation 'nowhere'"),
        ("{footcite:p}`nobody1999`", "'nobody1999'"),
        ("[x](nowhere.md)", "no such page"),
        ("[x](#nowhere)", "no such place"),
        ("{{ substitution }}", "cannot be shown"),
    ],
)
def test_what_has_no_plain_form_stops_the_conversion_and_is_named(plain, text, said):
    with pytest.raises(CourseError, match=said):
        plain(text)


def test_a_quiz_whose_key_is_no_option_stops_it(plain):
    with pytest.raises(CourseError, match="0 options that say 'eight'"):
        plain(QUIZ, q="eight", n=1)
