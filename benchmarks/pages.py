"""What a chapter weighs, and how soon it can be read on a slow phone.

Reads the built site (`make book`) through a server that compresses, in a Chromium whose processor
is slowed down four times and whose network carries 1.6 Mbit/s with 150 ms of delay. Bytes are
those that went over the wire. "Read": the first text is drawn, and with it, as elements of the
page, the formulas. "Loaded": the page's load event. The shift is the browser's own measure of how
far what was drawn moved afterwards (Cumulative Layout Shift).

Beside it stands what the site of version 0.2.0 took, the last one whose formulas a script drew. To
build it takes the environment of its own time, so what was measured is stored in `old_site.json`,
with the machine and the day. To measure it anew, on this machine:

    git worktree add ../old v0.2.0 && make -C ../old book
    python -m benchmarks.pages ../old/_build/html v0.2.0
"""

import datetime
import functools
import gzip
import json
import os
import shutil
import sys
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.figures import CHROMIUM, SITE
from benchmarks.measure import limit_row, processor
from cnncourse.course import chapters

ROOT = Path(__file__).parents[1]
OLD = Path(__file__).with_name("old_site.json")
LOADS = 3
SLOWER = 4
NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
PHONE = {"width": 360, "height": 740}
FIRST_KB, WHOLE_KB, READ_S, LOADED_S, SHIFT = 250, 900, 2, 4.5, 0.01
TEXT = (".html", ".css", ".js", ".svg", ".json")
# Older sites have their formulas drawn by a script, which writes this element at the end.
FORMULAS = "!document.querySelector('.math') || document.querySelector('math, mjx-container')"
SEEN = """() => {
    const [page] = performance.getEntriesByType("navigation");
    const [first] = performance.getEntriesByName("first-contentful-paint");
    return { read: first.startTime, loaded: page.loadEventEnd, shift: window.shifted };
}"""
WATCH = """() => {
    window.shifted = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shifted += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    const look = () => {
        if (%s) window.formulas ??= performance.now();
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}""".replace("%s", FORMULAS)


class Compressing(SimpleHTTPRequestHandler):
    """Serves a folder as the public servers of pages do: text compressed, everything kept open."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path = path / "index.html"
        if not path.is_file():
            self.send_error(404)
            return
        content = path.read_bytes()
        self.send_response(200)
        if path.suffix in TEXT:
            content = gzip.compress(content, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass


def rows():
    if not (SITE / "lenet.html").exists():
        raise SystemExit("benchmarks.pages reads the built site: make book")
    old = json.loads(OLD.read_text(encoding="utf-8"))
    with visiting(SITE) as visit:
        for name in ["intro", *chapters(ROOT)]:
            yield from page_rows(name, visit(name), targets=True)
            if name in old["pages"]:
                label = f"{name}, {old['version']} ({old['measured']})"
                yield from page_rows(label, old["pages"][name], targets=False)


def page_rows(name, loads, targets):
    """The rows of a page; only the present site has targets."""
    for group, key, unit, most in (
        ("Pages: compressed, before pictures", "first", "kB", FIRST_KB),
        ("Pages: compressed, all of it", "whole", "kB", WHOLE_KB),
        ("Pages on a slow phone: text and formulas", "read", "s", READ_S),
        ("Pages on a slow phone: loaded", "loaded", "s", LOADED_S),
        ("Pages on a slow phone: layout shift", "shift", "", SHIFT),
    ):
        values = [one[key] for one in loads if key in one]
        if values:
            yield limit_row(group, name, values, unit, most if targets else None)


def keep_old(folder, version):
    """Measure the site in a folder, and store its loads as those of an older version."""
    with visiting(folder) as visit:
        names = ["intro", *chapters(ROOT)]
        pages = {name: visit(name) for name in names if (folder / f"{name}.html").exists()}
    name, _ = processor()
    about = {
        "version": version,
        "measured": datetime.date.today().isoformat(),
        "machine": f"{name}, {os.cpu_count()} cores",
    }
    OLD.write_text(json.dumps({**about, "pages": pages}, indent=1) + "\n", encoding="utf-8")
    print(f"Written to {OLD}")


@contextmanager
def visiting(folder):
    """A function that loads a page of a built site some times, each without a cache."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Compressing, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.server_port}/"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield lambda name: [load(browser, f"{root}{name}.html") for _ in range(LOADS)]
    server.shutdown()
    server.server_close()


def load(browser, address):
    """One visit without a cache: kilobytes, seconds, shift."""
    context = browser.new_context(viewport=PHONE, color_scheme="light")
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", NETWORK)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    kinds, sizes = {}, {}
    wire.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["type"]}))
    wire.on(
        "Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]})
    )
    page.add_init_script(f"({WATCH})()")
    page.goto(address, wait_until="load", timeout=180_000)
    page.wait_for_function("window.formulas", timeout=180_000)
    seen = page.evaluate(SEEN)
    formulas = page.evaluate("window.formulas")
    first = sum(size for name, size in sizes.items() if kinds.get(name) != "Image")
    wire.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    wire.send("Network.emulateNetworkConditions", {**NETWORK, "downloadThroughput": -1})
    # All pictures of the mode in use, as for a reader who goes through the page.
    for picture in page.locator("article img >> visible=true").all():
        picture.evaluate("(picture) => { picture.scrollIntoView(); return picture.decode(); }")
    for figure in page.locator(".cnn-figure").all():
        figure.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    found = {
        "first": first / 1000,
        "whole": sum(sizes.values()) / 1000,
        "read": max(seen["read"], formulas) / 1000,
        "loaded": seen["loaded"] / 1000,
        "shift": seen["shift"],
    }
    context.close()
    return found


if __name__ == "__main__":
    keep_old(Path(sys.argv[1]), sys.argv[2])
