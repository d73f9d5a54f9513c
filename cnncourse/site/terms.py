"""Link the first use of each term in a chapter's prose to the glossary."""

import re
from collections.abc import Iterable, Iterator
from typing import cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain
from sphinx.util.nodes import make_refnode

# What stands in the plural where a word ends in a vowel: strato, strati; mappa, mappe.
PLURALS = {"it": {"o": "(?:o|h?i)", "a": "(?:a|h?e)", "e": "[ei]"}}
Terms = dict[str, tuple[str, str]]  # lower case: (page, anchor)


def link_terms(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn the first use of each glossary term in the running text of a notebook into a link."""
    if not str(app.env.doc2path(docname)).endswith(".ipynb"):
        return
    terms: Terms = dict(cast(StandardDomain, app.env.get_domain("std"))._terms)
    for text in list(doctree.findall(nodes.Text)):
        # Running text only: no title, list of objectives, question, caption or emphasized new word.
        in_prose = isinstance(text.parent, nodes.paragraph) and isinstance(
            text.parent.parent, nodes.section
        )
        if in_prose and terms:
            text.parent.replace(text, list(_linked(app, docname, str(text), terms)))


def _linked(app: Sphinx, docname: str, text: str, terms: Terms) -> Iterator[nodes.Node]:
    """The text as nodes; terms that got their link are removed from `terms`."""
    position = 0
    language = app.config.language
    for found in _pattern(terms, language).finditer(text):
        target = terms.pop(_called(found["term"], terms, language), None)
        if target is None:  # linked a few words before
            continue
        yield nodes.Text(text[position : found.start()])
        content = nodes.inline("", found[0], classes=["term"])
        page, anchor = target
        yield make_refnode(app.builder, docname, page, anchor, content)
        position = found.end()
    yield nodes.Text(text[position:])


def _pattern(terms: Iterable[str], language: str = "en") -> re.Pattern[str]:
    """Any of the terms as whole words, the longest first, in singular or plural.

    >>> _pattern({"filter": 0, "feature map": 0}).search("its feature maps")[0]
    'feature maps'
    >>> _pattern({"tap": 0}).search("tape") is None
    True
    >>> _pattern({"campo recettivo": 0}, "it").search("i campi recettivi")[0]
    'campi recettivi'
    """
    longest = sorted(terms, key=len, reverse=True)
    anyone = "|".join(_any_number(term, language) for term in longest)
    return re.compile(rf"\b(?P<term>{anyone})(?:s|es)?\b", re.IGNORECASE)


def _any_number(term: str, language: str) -> str:
    """A pattern of a term whose words change within it in the plural."""
    endings = PLURALS.get(language, {})
    return re.sub(r"(?<=\w\w)\w\b", lambda end: endings.get(end[0], end[0]), re.escape(term))


def _called(words: str, terms: Iterable[str], language: str) -> str:
    """The term that these words are, in singular or plural."""
    return next(
        (
            term
            for term in terms
            if re.fullmatch(_any_number(term, language), words, flags=re.IGNORECASE)
        ),
        "",
    )


def setup(app: Sphinx) -> None:
    app.connect("doctree-resolved", link_terms)
