"""The figures in Chromium: how soon they are ready, and how long a step and a frame take.

Reads the built site (`make book`). Ready: how long the figures of a page take to be made and drawn,
and how much later than the page's own load that is, if at all. A frame: everything that one
movement of the pen causes, from the strokes to the pixels, in a stroke of 200 points; 60 a second
leave 16.7 ms for it. A step: the script that one movement of a control runs, in the largest state
of a figure, which is the one with the most elements; of all controls the slowest is told, by its
median.
"""

import functools
import itertools
import random
import re
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.measure import limit_row, quartiles
from cnncourse import figures

SITE = Path(__file__).parents[1] / "_build" / "html"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PAGES = {"arithmetic": "ConvolutionArithmetic", "volumetric": "ChannelSum"}
LOADS, FRAMES, STEPS, STATES = 9, 200, 21, 300
READY_MS, FRAME_MS, STEP_MS = 300, 1000 / 60, 16

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
# Opens states and stays in the one with the most elements.
LARGEST = """async ([id, queries]) => {
    const figure = document.getElementById(id);
    const open = async (query) => {
        location.hash = `${id}?${query}`;
        await new Promise((done) => setTimeout(done));
        return figure.querySelectorAll("*").length;
    };
    let most = 0, largest = "";
    for (const query of queries) {
        const count = await open(query);
        if (count > most) [most, largest] = [count, query];
    }
    await open(largest);
    return most;
}"""
# For each control of a figure, the milliseconds of script in each of its movements, back and forth.
STEP = """async ([id, steps]) => {
    const figure = document.getElementById(id), times = {};
    const next = () => new Promise(requestAnimationFrame);
    const measure = async (name, move) => {
        times[name] = [];
        for (let i = 0; i < steps; i++) {
            const start = performance.now();
            move(i);
            await null;               // the figure draws in a microtask
            await null;
            times[name].push(performance.now() - start);
            await next();
        }
    };
    for (const slider of figure.querySelectorAll("input[type=range]:enabled")) {
        const ends = [Number(slider.value)];
        ends.push(ends[0] + (slider.value === slider.max ? -1 : 1) * Number(slider.step));
        await measure(slider.dataset.trait, (i) => {
            slider.value = ends[(i + 1) % 2];
            slider.dispatchEvent(new Event("input"));
        });
    }
    for (const group of figure.querySelectorAll(".cnn-group")) {
        const buttons = [...group.querySelectorAll("button[aria-pressed]:enabled")];
        if (buttons.length > 1) await measure(group.getAttribute("aria-label"),
            (i) => buttons[i % buttons.length].click());
    }
    return times;
}"""


def states(figure):
    """Queries for links to states among which a figure's largest is: its traits at their ends."""

    def ends(of):
        if "enum" in of:
            return of["enum"]
        if of["type"] == "boolean":
            return ["false", "true"]
        least, most = of["minimum"], of.get("maximum", 0)
        return range(least, most + 1) if most - least == 2 else (least, most)

    traits = {
        trait: ends(of)
        for trait, of in figure.description.items()
        if of.get("type") != "array" and "below" not in of
    }
    every = list(itertools.product(*traits.values()))
    for values in random.Random(0).sample(every, min(STATES, len(every))):
        yield "&".join(f"{name}={value}" for name, value in zip(traits, values, strict=True))


def steps(page, root):
    """The row of each figure's slowest control in its largest state."""
    places = {}
    for path in sorted(SITE.glob("*.html")):
        for id in re.findall(r'class="cnn-figure" id="(\w+)"', path.read_text("utf-8")):
            places.setdefault(id, path.name)
    for id, name in sorted(places.items()):
        page.goto(f"{root}{name}", wait_until="load")
        come_near(page, id)
        elements = page.evaluate(LARGEST, [id, list(states(getattr(figures, id)))])
        times = page.evaluate(STEP, [id, STEPS])
        control = max(times, key=lambda control: quartiles(times[control])[0])
        told = f"{id}, {elements:,} elements: {control}"
        yield limit_row(
            "Figures: script of a step in the largest state", told, times[control], "ms", STEP_MS
        )


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
                yield limit_row("Figures: made and drawn", figure, times, "ms", READY_MS)
            yield from steps(page, root)
            page.goto(f"{root}lenet.html", wait_until="load")
            come_near(page, "LeNetLive")
            work, between = page.evaluate(STROKE, FRAMES)
            yield limit_row(
                "LeNetLive under the pen", "script and layout of a movement", work, "ms", FRAME_MS
            )
            yield limit_row("LeNetLive under the pen", "from frame to frame", between, "ms", None)
            yield limit_row(
                "LeNetLive under the pen",
                "the slowest twentieth of the movements",
                sorted(work)[-FRAMES // 20 :],
                "ms",
                None,
            )
    finally:
        server.shutdown()


def come_near(page, id):
    """What a figure needs may be loaded only now."""
    page.locator(f"#{id}").scroll_into_view_if_needed()
    page.locator(f"#{id} [role=status]").wait_for()


class Quiet(SimpleHTTPRequestHandler):
    """Serves the site without a line for each request."""

    def log_message(self, *args):
        pass
