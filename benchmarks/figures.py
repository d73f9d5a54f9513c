"""The figures in Chromium: how soon they are ready, and how long a frame of LeNetLive takes.

Reads the built site (`make book`). Ready: how long the figures of a page take to be made and drawn,
and how much later than the page's own load that is, if at all. A frame: everything that one
movement of the pen causes, from the strokes to the pixels, in a stroke of 200 points; 60 a second
leave 16.7 ms for it.
"""

import functools
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.measure import quartiles

SITE = Path(__file__).parents[1] / "_build" / "html"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PAGES = {"arithmetic": "ConvolutionArithmetic", "volumetric": "ChannelSum", "lenet": "LeNetLive"}
LOADS, FRAMES = 9, 200
READY_MS, FRAME_MS = 300, 1000 / 60

# Milliseconds that the figures add to the page: their script, a deferred one, makes and draws them
# before the page's load event, so that nothing is left to do after it.
READY = """() => {
    const made = performance.getEntriesByName("figures", "measure")[0];
    const { loadEventStart } = performance.getEntriesByType("navigation")[0];
    return made.duration + Math.max(0, made.startTime - loadEventStart);
}"""
# A circle drawn by pointer events, one in each animation frame: milliseconds of script and layout a
# movement, and from one frame to the next.
STROKE = """async (frames) => {
    const paper = document.querySelector("#LeNetLive .cnn-paper");
    paper.scrollIntoView({ block: "center" });
    document.querySelector("#LeNetLive [data-key=clear]").click();
    paper.setPointerCapture = () => {};  // no real pointer to capture
    const box = paper.getBoundingClientRect();
    const next = () => new Promise(requestAnimationFrame);
    const send = (type, i) => paper.dispatchEvent(new PointerEvent(type, { pointerId: 1,
        clientX: box.left + box.width * (0.5 + 0.3 * Math.cos(i / 16)),
        clientY: box.top + box.height * (0.5 + 0.4 * Math.sin(i / 16)) }));
    const work = [], between = [];
    send("pointerdown", 0);
    let last = await next();
    for (let i = 1; i <= frames; i++) {
        const start = performance.now();
        send("pointermove", i);
        await null;               // the figure draws in a microtask
        await null;
        paper.getBoundingClientRect();   // and the browser lays it out
        work.push(performance.now() - start);
        const now = await next();
        between.push(now - last);
        last = now;
    }
    send("pointerup", frames);
    return [work, between];
}"""


def rows():
    from playwright.sync_api import sync_playwright

    if not (SITE / "lenet.html").exists():
        raise SystemExit("benchmarks.figures reads the built site: make book")
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=SITE))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.server_port}/"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            page = browser.new_page()
            for name, figure in PAGES.items():
                times = []
                for _ in range(LOADS):
                    page.goto(f"{root}{name}.html", wait_until="load")
                    times.append(page.evaluate(READY))
                yield _row("Figures: made and drawn", figure, times, READY_MS)
            page.goto(f"{root}lenet.html", wait_until="load")
            work, between = page.evaluate(STROKE, FRAMES)
            yield _row("LeNetLive under the pen", "script and layout of a movement", work, FRAME_MS)
            yield _row("LeNetLive under the pen", "from frame to frame", between, None)
            yield _row(
                "LeNetLive under the pen",
                "the slowest twentieth of the movements",
                sorted(work)[-FRAMES // 20 :],
                None,
            )
    finally:
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    """Serves the site without a line for each request."""

    def log_message(self, *args):
        pass


def _row(group, name, milliseconds, most):
    """A row of the table; its target, if any, is a time that the median must not exceed."""
    median, spread = quartiles(milliseconds)
    return {
        "group": group,
        "name": name,
        "median": median,
        "unit": "ms",
        "spread": spread,
        "ratio": None if most is None else most / median,
        "ratio_spread": None if most is None else (most / spread[1], most / spread[0]),
        "ratio_to": None if most is None else f"{most:.3g} ms",
        "peak_memory_mb": None,
        "target": None if most is None else 1,
        "met": None if most is None else median <= most,
    }
