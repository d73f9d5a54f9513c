"""The pages for instructors: out of the students' menu and search, with a menu of their own."""

import re
from types import SimpleNamespace

import pytest
from browsing import ROOT, SITE, soup
from sphinx.errors import ExtensionError

from cnncourse.site.instructors import listed

built = pytest.mark.usefixtures("site")
PAGES = sorted(path.stem for path in (ROOT / "book" / "instructors").glob("*.md"))


def links(path, where):
    return [link["href"] for link in soup(path).select(f"{where} a[href]")]


@built
def test_no_menu_of_the_students_leads_there_and_the_home_page_once():
    for path in SITE.glob("*.html"):
        menus = links(path, "nav") + links(path, ".prev-next-footer")
        assert not [link for link in menus if "instructors/" in link], path
    found = [link for link in links(SITE / "intro.html", "article") if "instructors/" in link]
    assert found == ["instructors/index.html"]


@built
def test_their_menu_has_all_of_them_and_the_way_back():
    for name in PAGES:
        menu = links(SITE / "instructors" / f"{name}.html", "nav.bd-docs-nav")
        names = {re.sub(r"\.html$", "", link) for link in menu} - {"#"}
        assert names == {"../intro", *PAGES} - {name}


def test_an_index_without_one_of_them_stops_the_build(tmp_path):
    pages = {"intro", "instructors/index", "instructors/one", "instructors/two"}
    env = SimpleNamespace(found_docs=pages, doc2path=lambda name: tmp_path / "index.md")
    (tmp_path / "index.md").write_text("[2](two.md) [1](one.md) [2](two.md)")
    assert listed(env) == ["instructors/" + n for n in ("index", "two", "one")]
    (tmp_path / "index.md").write_text("[1](one.md)")
    with pytest.raises(ExtensionError, match="instructors/two"):
        listed(env)
