"""Everything in the built site that others made is listed with its license, whose text is shipped."""

import re
from fnmatch import fnmatchcase

import pytest
from browsing import SITE
from needs import ROOT

LIST = (ROOT / "THIRD-PARTY.md").read_text(encoding="utf-8")
TABLE = LIST.partition("## Files of the site")[2].partition("\n## ")[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.splitlines()
    if line.startswith("| ") and not line.startswith("| Work")
]
OWN = re.findall(r"`([^`]+)`", TABLE.partition("course's own there")[2])


def patterns(cell):
    return re.findall(r"`([^`]+)`", cell)


@pytest.fixture(scope="module")
def shipped(site):
    static = SITE / "_static"
    return {path.relative_to(static).as_posix() for path in static.rglob("*") if path.is_file()}


def test_every_file_is_the_courses_own_or_listed(shipped):
    listed = [pattern for *_, cell in ROWS for pattern in patterns(cell)]
    assert len(listed) > 20  # else the table was not read
    unlisted = {
        file for file in shipped if not any(fnmatchcase(file, one) for one in [*listed, *OWN])
    }
    assert not unlisted


def test_every_entry_is_of_a_file_that_is_there(shipped):
    for work, _, cell in ROWS:
        for pattern in patterns(cell):
            assert any(fnmatchcase(file, pattern) for file in shipped), f"{work}: {pattern}"


def test_what_is_the_courses_own_lies_in_the_repository(shipped):
    ours = {path.name for path in (ROOT / "cnncourse").glob("*/static/*")}
    # Put together when the site is built: of many scripts, of all pages.
    assert set(OWN) <= ours | {"figures/*.js", "search-index.js", "preview-data.js"}
    assert all(any(fnmatchcase(file, own) for file in shipped) for own in OWN)


def test_the_site_has_the_list_and_the_text_of_every_license(site):
    shown = SITE / "licenses"
    assert (shown / "THIRD-PARTY.txt").read_text(encoding="utf-8") == LIST
    for work, license, _ in ROWS:
        text = (shown / f"{license}.txt").read_text(encoding="utf-8")
        assert len(text) > 1000, work
        if license != "Apache-2.0":  # whose notice is its own text; the others want the holder's
            named = work.partition("(icons")[0]
            names = re.findall(r"\[([^\]]+)\]\(", named) or [named.partition(",")[0]]
            assert all(name in text for name in names), work


def test_every_page_leads_to_the_list(site):
    for page in [*SITE.glob("*.html"), *SITE.glob("instructors/*.html")]:
        text = page.read_text(encoding="utf-8")
        up = "../" * (len(page.relative_to(SITE).parts) - 1)
        if "</main>" in text:  # index.html only leads on
            assert f'href="{up}licenses/THIRD-PARTY.txt"' in text, page.name
