"""The built site in Chromium: fixtures for the tests of its pages and of their figures.

Playwright, axe and the parser are imported where they are used: tests/conftest.py imports this, and
a machine that tests the library alone has none of them (tools/on_gpu.sh).
"""

import functools
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import needs
import pytest

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--font-render-hinting=slight",  # as a window draws letters; without one they differ
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Of axe-core: all levels but AAA, what is called best practice, and what is on trial.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental"]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3

# The contrast of two colors as a style says them: "rgb(1, 2, 3)" or "color(srgb 0.1 0.2 0.3)".
CONTRAST = """
    const light = (color) => {
        const parts = color.match(/[\\d.e-]+/g).slice(0, 3)
            .map((part) => Number(part) / (color.startsWith("rgb") ? 255 : 1))
            .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    const contrast = (one, other) => {
        const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05);
    };
"""

# To axe each of the thousands of words of code and letters of formulas is an element of its own to be
# judged, for seconds. What it can find there is a color that is not read: all of them, in whatever is
# folded up too, are looked at here, each pair of colors once.
BLOCKS = ".highlight pre, dt.sig"
WORDS = f":is({BLOCKS}) span, math :is(mi, mn, mo, mtext)"
FAINT = (
    """least => {"""
    + CONTRAST
    + """
    const grounds = new Map(), pairs = new Map();
    const parts = (color) => {
        const [red, green, blue, alpha = 1] = color.match(/[\\d.e-]+/g).map(Number);
        const most = color.startsWith("rgb") ? 255 : 1;
        return [red / most, green / most, blue / most, alpha];
    };
    const over = (color, ground) => {
        const [[red, green, blue, alpha], under] = [color, ground].map(parts);
        const mixed = [red, green, blue].map((v, i) => alpha * v + (1 - alpha) * under[i]);
        return `color(srgb ${mixed.join(" ")})`;
    };
    const groundOf = (element) => {
        if (!grounds.has(element)) {
            const { backgroundColor: color, opacity } = getComputedStyle(element);
            const alpha = parts(color)[3], under = alpha < 1 ? groundOf(element.parentElement) : "";
            grounds.set(element, opacity !== "1" || under === "faded" ? "faded"
                : alpha === 1 ? color : alpha === 0 ? under : over(color, under));
        }
        return grounds.get(element);
    };
    for (const word of document.querySelectorAll("""
    + repr(WORDS)
    + """)) {
        if (![...word.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
        const color = getComputedStyle(word).color, ground = groundOf(word);
        pairs.set(`${color} on ${ground}`, [color, ground, word.outerHTML.slice(0, 80)]);
    }
    return [...pairs.values()].filter(([color, ground]) =>
        ground === "faded" || parts(color)[3] < 1 || contrast(color, ground) < least);
}"""
)

# So axe sees the same code as plain text of its block: links in it, and all that a block is and
# has, remain; and no formula, unless more than letters is in it. Afterward the page is as it was.
FORMULAS = "math:not(:has([href], [tabindex], [role], [aria-label]))"
PLAIN_CODE = (
    "() => { const blocks = "
    + repr(BLOCKS)
    + """;
    window.colored = [...document.querySelectorAll(blocks)].map((block) => {
        const plain = block.cloneNode(true);
        for (const word of plain.querySelectorAll("span"))
            if (word.getAttributeNames().every((name) => name === "class"))
                word.replaceWith(...word.childNodes);
        plain.normalize();
        block.replaceWith(plain);
        return [plain, block];
    });
}"""
)
COLORED_CODE = """() => {
    for (const [plain, block] of window.colored) plain.replaceWith(block);
    delete window.colored;
}"""

# Axe spends three quarters of its time on the contrast of letters, with each element anew. Of those
# that are styled alike, on grounds of one color, the first and the last that are seen are judged.
JUDGED = "data-judged"
CONTRAST_OF_SOME = f"""
    axe.configure({{ rules: [{{ id: "color-contrast", selector: "[{JUDGED}]" }}] }});
"""
ONE_OF_EACH = """judged => {
    const kinds = new Map(), grounds = new Map();
    const groundOf = (element) => {
        if (!element) return "";
        if (!grounds.has(element)) {
            const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(element);
            const own = [backgroundColor, backgroundImage, opacity, position].join();
            const plain = own === "rgba(0, 0, 0, 0),none,1,static";
            grounds.set(element, (plain ? "" : own) + groundOf(element.parentElement));
        }
        return grounds.get(element);
    };
    const kind = (element) => {
        const { color, fontSize, fontWeight, textShadow } = getComputedStyle(element);
        const names = [element, element.parentElement].map((e) => `${e.tagName}.${e.className}`);
        return [color, fontSize, fontWeight, textShadow, ...names, groundOf(element)].join("|");
    };
    for (const element of document.body.querySelectorAll("*")) {
        const written = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
        const field = element.matches("input, select, textarea");
        if (!(written || field) || !element.checkVisibility({ visibilityProperty: true })) continue;
        const alike = kind(element), [first] = kinds.get(alike) ?? [element];
        kinds.set(alike, [first, element]);
    }
    for (const some of kinds.values()) some.forEach((element) => element.setAttribute(judged, ""));
    return kinds.size;
}"""
NOBODY_JUDGED = """judged => {
    for (const element of document.querySelectorAll(`[${judged}]`)) element.removeAttribute(judged);
}"""


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
    from playwright.sync_api import sync_playwright

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
def page(request):
    """Whatever `page` is parametrized with, indirectly: all tests of a page follow each other."""
    return request.param


@contextmanager
def tabs(browser, origins):
    """Opens page after page in one tab for each origin and screen: a new tab takes longer than a page."""
    opened = {}

    def turn_to(page, origin="file", **screen):
        key = origin, str(screen)
        if key not in opened:
            opened[key] = open_tab(browser, origins[origin], page, **screen)
            return opened[key]
        visited = opened[key]
        visited.errors.clear(), visited.outside.clear()
        visited.tab.evaluate("localStorage.clear()")  # or it would know what was answered before
        visited.tab.mouse.move(0, 0)  # or it would point at something of the next page
        visited.tab.goto(f"{origins[origin]}{page}.html", wait_until="load")
        return visited

    yield turn_to
    for visited in opened.values():
        visited.tab.close()


@pytest.fixture(scope="module")
def turn_to(browser, origins):
    """Opens a page afresh, in the tab of the one before."""
    with tabs(browser, origins) as turn_to:
        yield turn_to


@pytest.fixture(scope="module")
def reading(browser, origins):
    """A page opened once for the tests that only look at it, until the next one takes its tab."""
    with tabs(browser, origins) as turn_to:
        shown = {}

        def read(page, origin="file", **screen):
            screen = {"viewport": DESKTOP} | screen
            key = origin, str(screen)
            if shown.get(key, ("",))[0] != page:
                shown[key] = page, turn_to(page, origin, **screen)
            return shown[key][1]

        yield read


def open_tab(browser, root, page, fragment="", **options):
    """Open a page, at a fragment (#…) if one is given.

    What goes wrong and what leaves the site is collected on the result.
    """
    tab = browser.new_page(**options)
    opened = SimpleNamespace(tab=tab, errors=[], outside=[], asked=set())
    tab.on("request", lambda request: opened.asked.add(request))
    tab.on("requestfinished", lambda request: opened.asked.discard(request))
    tab.on("requestfailed", lambda request: opened.asked.discard(request))
    # What the page before still waited for, nobody tells of any more.
    tab.on("framenavigated", lambda frame: opened.asked.clear())
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


def settled(opened):
    """Wait until a page has all that it asked for, and that came into sight at last."""
    # Whoever watches what comes into sight is told with the next picture of the page.
    frame = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
    opened.tab.evaluate(frame)
    opened.tab.evaluate("() => document.fonts.ready.then(() => {})")
    while opened.asked:
        opened.tab.evaluate(frame)


def axe(tab):
    """The violations that axe-core finds; to describe all that is right as well takes twice as long."""
    from axe_playwright_python.base import AXE_SCRIPT
    from axe_playwright_python.sync_playwright import Axe

    tab.wait_for_function("document.readyState === 'complete'")
    faint = tab.evaluate(FAINT, LEAST_CONTRAST)
    assert not faint, faint
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    tab.evaluate(PLAIN_CODE)
    assert tab.evaluate(ONE_OF_EACH, JUDGED)
    script = Axe(f"{AXE_SCRIPT};{CONTRAST_OF_SOME}")
    found = script.run(tab, context={"exclude": [[FORMULAS]]}, options=options)
    tab.evaluate(NOBODY_JUDGED, JUDGED)
    tab.evaluate(COLORED_CODE)
    return found


def soup(path):
    """A built page, for whoever only looks at it."""
    return parsed(path.read_text("utf-8"))


@functools.cache
def parsed(text):
    """The same for its text, which is parsed once in a process: that takes up to a second."""
    from bs4 import BeautifulSoup

    return BeautifulSoup(text, "html.parser")
