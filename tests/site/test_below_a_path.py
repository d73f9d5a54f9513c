"""The built site in a folder of a web server: every link and file is found below the path."""

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.request import urlopen

import pytest
from browsing import ROOT, SITE, open_tab, parsed
from bs4 import BeautifulSoup

from cnncourse.course import course_languages

BELOW = "/courses/2026/cnn/"
LINKS = {"a": "href", "link": "href", "script": "src", "img": "src", "source": "src"}


@pytest.fixture(scope="module")
def home(site):
    """The address of the site on a server that has nothing else."""

    class Below(SimpleHTTPRequestHandler):
        def translate_path(self, path):
            inside = path.startswith(BELOW)
            return super().translate_path(path.removeprefix(BELOW[:-1]) if inside else "/nowhere")

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Below, directory=SITE))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{BELOW}"
    server.shutdown()
    server.server_close()


def fetch(address):
    """(kind, contents), or None where there is nothing."""
    try:
        with urlopen(address) as answer:
            return answer.headers.get_content_type(), answer.read()
    except HTTPError:
        return None


def crawl(home):
    """{address: page or None} of all that the home page leads to on its server."""
    found, waiting = {}, [home]
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        answer = fetch(address)
        found[address] = answer and (
            parsed(answer[1].decode()) if answer[0] == "text/html" else answer[1]
        )
        if isinstance(found[address], BeautifulSoup):
            waiting += [
                target for target, _ in links(found[address], address) if not in_no_site(target)
            ]
    return found


def links(page, address):
    """(address, fragment) of each link of a page to its own server."""
    host = urlsplit(address).netloc
    for name, attribute in LINKS.items():
        for tag in page.find_all(name, **{attribute: True}):
            target = urlsplit(urljoin(address, tag[attribute]))
            if target.netloc == host:
                whole, fragment = urldefrag(target._replace(query="").geturl())
                yield whole, fragment


def in_no_site(address):
    """Is it a page in a language that was not built? The tests need the English site alone."""
    language = urlsplit(address).path.removeprefix(BELOW).partition("/")[0]
    return language in course_languages(ROOT)[1:] and not (SITE / language).is_dir()


def test_no_link_is_broken_and_none_leads_out_of_the_folder(home):
    found = crawl(home)
    pages = {a: page for a, page in found.items() if isinstance(page, BeautifulSoup)}
    ids = {a: {tag["id"] for tag in page.find_all(id=True)} for a, page in pages.items()}
    assert len(pages) > 12 and any("/instructors/" in address for address in pages)
    assert [address for address, page in found.items() if page is None] == []
    assert [address for address in found if not address.startswith(home)] == []
    broken = {
        f"{address} to {target}#{fragment}"
        for address, page in pages.items()
        for target, fragment in links(page, address)
        # A fragment with ? opens a figure in a state (see figures).
        if fragment and "?" not in fragment and target in pages
        and unquote(fragment) not in ids[target]
    }  # fmt: skip
    assert broken == set()


def test_the_search_and_the_pages_behind_it_work_there(home, browser):
    opened = open_tab(browser, home, "search", "?q=dilation")
    hits = "main .search-hits a"
    opened.tab.wait_for_selector(hits)
    found = opened.tab.eval_on_selector_all(hits, "all => all.map(a => a.href)")
    assert found and all(address.startswith(home) for address in found)
    assert fetch(urldefrag(found[0].partition("?")[0])[0]) is not None
    assert not [address for address in found if "/instructors/" in address]
    assert opened.errors == []
    opened.tab.close()


def test_github_is_told_to_leave_no_folder_out(site):
    assert (SITE / ".nojekyll").is_file()
