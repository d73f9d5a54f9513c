"""The same anchors in every language: a translated heading and term has the id of the English one.

The ids of the English headings and terms come with the pages of the edition, in `anchors.json`
(cnncourse/translating/edition.py): for each page, in their order. So a link to a section leads
there in both languages.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain
from sphinx.transforms import SphinxTransform
from sphinx.util.nodes import _make_id

from cnncourse.translating.edition import ANCHORS


class EnglishAnchors(SphinxTransform):
    """Give the headings and terms of a page the ids that they have in English."""

    default_priority = 300  # labels have found their headings; nothing has been collected yet

    def apply(self, **kwargs: object) -> None:
        path = Path(self.env.srcdir).parent / ANCHORS
        if not path.is_file():
            return
        self.env.note_dependency(str(path))
        known = json.loads(path.read_text(encoding="utf-8")).get(self.env.docname, {})
        self.headings(known.get("headings", []))
        self.terms(known.get("terms", []))

    def headings(self, english: list[str]) -> None:
        sections = list(self.document.findall(nodes.section))
        own = [nodes.make_id(section[0].astext()) for section in sections]  # of its title
        taken = set(self.document.ids) - set(own)  # labels among them
        renamed = {}
        for section, old, new in zip(sections, own, english, strict=False):
            # Of two headings that say the same, the second has an id that docutils counts.
            if old in section["ids"] and new and new not in taken:
                section["ids"][section["ids"].index(old)] = renamed[old] = new
                taken.add(new)
        self.follow(renamed, sections)
        slugs = self.env.metadata[self.env.docname].get("myst_slugs", {})
        for slug, (line, old, text) in slugs.items():
            slugs[slug] = (line, renamed.get(old, old), text)

    def terms(self, english: list[str]) -> None:
        domain = cast(StandardDomain, self.env.get_domain("std"))
        found = [term for term in self.document.findall(nodes.term) if term["ids"]]
        found.sort(key=lambda term: term.line or 0)  # as written; the page has them by the alphabet
        renamed = {}
        for term, title in zip(found, english, strict=False):
            new, old = _make_id(f"term-{title}"), term["ids"][0]
            term["ids"][0] = renamed[old] = new
            for index in term.findall(addnodes.index):
                index["entries"] = [
                    (kind, words, new if place == old else place, *rest)
                    for kind, words, place, *rest in index["entries"]
                ]
        self.follow(renamed, found)
        here = self.env.docname
        for terms in (domain._terms, domain.objects):
            for key, (page, old) in list(terms.items()):
                if page == here and old in renamed:
                    terms[key] = (page, renamed[old])  # type: ignore[index]

    def follow(self, renamed: dict[str, str], elements: Sequence[nodes.Element]) -> None:
        """Have the document know its elements, and links lead to them, by the new ids."""
        for old in renamed:
            self.document.ids.pop(old, None)
        for element in elements:
            for name in element["ids"]:
                self.document.ids[name] = element
        for name, old in self.document.nameids.items():
            self.document.nameids[name] = renamed.get(old, old) if old else old
        for node in self.document.findall(nodes.Element):
            if node.get("refid") in renamed:
                node["refid"] = renamed[node["refid"]]


def setup(app: Sphinx) -> None:
    app.add_transform(EnglishAnchors)
