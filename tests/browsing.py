"""The built site in Chromium: fixtures for the tests of its pages and of their figures."""

import functools
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import needs
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Of axe-core: all levels but AAA, what is called best practice, and what is on trial.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental"]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="session")
def site():
    """The site that `make book` built, or one built now."""
    if not (SITE / "index.html").exists():
        subprocess.run(
            [
                Path(sys.executable).with_name("jupyter-book"),  # which is no module to run
                "build",
                "book",
                "-W",
                "--keep-going",
                "--all",
                "--quiet",
            ],
            cwd=ROOT,
            check=True,
        )


@pytest.fixture(scope="module")
def origins(site):
    """Where the site is found: a server, and the folder itself."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=SITE))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {"http": f"http://127.0.0.1:{server.server_port}/", "file": SITE.as_uri() + "/"}
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    path = needs.require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, origins):
    """Open a page for one test."""
    visits = []

    def open_page(page, origin="file", **options):
        visits.append(open_tab(browser, origins[origin], page, **options))
        return visits[-1]

    yield open_page
    for opened in visits:
        opened.tab.close()


@pytest.fixture(scope="module")
def reading(browser, origins):
    """A page opened once for all tests that only look at it."""
    return functools.cache(
        lambda page, origin: open_tab(browser, origins[origin], page, viewport=DESKTOP)
    )


def open_tab(browser, root, page, fragment="", **options):
    """Open a page, at a fragment (#…) if one is given.

    What goes wrong and what leaves the site is collected on the result.
    """
    tab = browser.new_page(**options)
    opened = SimpleNamespace(tab=tab, errors=[], outside=[])
    tab.on("pageerror", lambda error: opened.errors.append(str(error)))
    tab.on(
        "console",
        lambda message: (
            opened.errors.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    tab.on(
        "requestfailed",
        lambda request: (
            # A page that is left before its last picture has come has not failed.
            None
            if request.failure == "net::ERR_ABORTED"
            else opened.errors.append(f"failed: {request.url}")
        ),
    )
    tab.on(
        "request",
        lambda request: (
            opened.outside.append(request.url)
            if not request.url.startswith((root, "data:", "blob:"))
            else None
        ),
    )
    tab.goto(f"{root}{page}.html{fragment}", wait_until="load")
    return opened


def in_colors(scheme, tab):
    """The tab, once it has taken the color scheme, and all at once: colors on the way are no page's."""
    tab.add_style_tag(content="*, ::before, ::after { transition: none !important }")
    tab.emulate_media(color_scheme=scheme)
    tab.wait_for_function(f"document.documentElement.dataset.theme === {scheme!r}")
    return tab


def axe(tab):
    """The violations that axe-core finds; to describe all that is right as well takes twice as long."""
    tab.wait_for_function("document.readyState === 'complete'")
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    return Axe().run(tab, options=options)
