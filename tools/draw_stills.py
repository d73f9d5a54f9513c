"""Draw the still pictures of the book's figures, which readers without JavaScript see.

    python tools/draw_stills.py             # of all figures
    python tools/draw_stills.py LeNetLive   # of some

For each figure in the committed chapters Chromium runs the figure's own script, and what it drew on
the stage is stored as HTML and SVG in cnncourse/figures/stills/, named after figure and state, and
as an image for notebooks; those in other languages lie in folders below. Colors of the
HTML are the page's, so a still is dark in dark mode.
Run it after `make refresh`.
"""

import html
import io
import json
import sys
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import sync_playwright

from cnncourse.commands.doctor import find_browser
from cnncourse.course import chapters, course_languages
from cnncourse.figures import assemble
from cnncourse.language import speaking
from cnncourse.site.figures import PLACE, assets

BOOK = Path(__file__).resolve().parent.parent / "book"
SCREEN = {"width": 760, "height": 900}
# What the stage shows, without what only a moving figure needs.
STAGE = """() => {
    const stage = document.querySelector(".cnn-stage");
    for (const canvas of stage.querySelectorAll("canvas")) {
        const image = document.createElement("img");
        for (const name of ["class", "style", "width", "height"])
            if (canvas.hasAttribute(name)) image.setAttribute(name, canvas.getAttribute(name));
        image.src = canvas.toDataURL();
        image.alt = canvas.getAttribute("aria-label") ?? "";
        canvas.replaceWith(image);
    }
    for (const control of stage.querySelectorAll("button, input, select")) control.remove();
    for (const said of stage.querySelectorAll("[role=status]"))
        for (const name of ["role", "aria-live"]) said.removeAttribute(name);
    for (const node of stage.querySelectorAll("[tabindex]")) {
        node.removeAttribute("tabindex");
        if (node.getAttribute("role") === "application") node.setAttribute("role", "img");
        const title = node.parentElement.querySelector(".cnn-title");
        if (title) node.setAttribute("aria-label", title.textContent);
    }
    return stage.outerHTML;
}"""


def places():
    """The element of each figure that the chapters show, by the path of its still picture."""
    found = {}
    for path in [BOOK / f"{name}.ipynb" for name in chapters(BOOK.parent)]:
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            for output in cell.get("outputs", ()):
                for match in PLACE.finditer("".join(output.get("data", {}).get("text/html", ""))):
                    found[assemble.still(match[4], html.unescape(match[5]))] = match[0]
    return found


def draw(page, place, files, language="en"):
    """Draw a figure on an empty page, given the element that holds its state.

    files: the figures' scripts and style in the language, by name.
    """
    errors = []

    def note(error):
        errors.append(str(error))

    page.goto("about:blank")  # without the scripts of the figure before
    page.on("pageerror", note)
    page.set_content(f'<html lang="{language}"><style>{files["figures.css"]}</style>{place}')
    for name, text in files.items():
        if name.endswith(".js"):
            page.add_script_tag(content=text)
    page.add_style_tag(content=".cnn-stage button { display: none }")
    page.locator(".cnn-stage").scroll_into_view_if_needed()  # once it keeps its size
    page.remove_listener("pageerror", note)
    if errors:
        raise RuntimeError(f"{place}: {errors[0]}")


def still(page):
    """The stage of the figure on a page, as HTML that needs no script."""
    return f'<div class="cnn-frame cnn-still">{page.evaluate(STAGE)}</div>\n'


def main(names):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page(viewport=SCREEN)
        for language in course_languages(BOOK.parent):
            draw_all(page, language, names)


def folder_of(language):
    """Where the stills in a language lie: those in English above the others."""
    return assemble.STILLS if language == "en" else assemble.STILLS / language


def draw_all(page, language, names=()):
    """Draw the stills of these figures, or all, in a language, in place of those that are there."""
    folder = folder_of(language)
    folder.mkdir(exist_ok=True)
    stills = {still.name: place for still, place in places().items()}
    for old in folder.iterdir():
        if old.is_file() and old.with_suffix(".html").name not in stills:
            old.unlink()
    with speaking(language):
        files = assets()
    for name, place in stills.items():
        if names and name.partition("-")[0] not in names:
            continue
        draw(page, place, files, language)
        image, text = page.locator(".cnn-stage").screenshot(), still(page)
        (folder / name).write_text(text, encoding="utf-8")
        size = write_image((folder / name).with_suffix(".png"), image, state_of(place))
        print(f"{language}, {name}: {len(text):,} characters, as an image {size:,} bytes")


def state_of(place):
    """The state of a figure, as JSON text, given the element that holds it."""
    return html.unescape(PLACE.search(place)[5])


def write_image(path, image, state):
    """Write a PNG image in few colors, with the figure's state in it; returns its size in bytes."""
    about = PngInfo()
    about.add_text("state", state)
    with Image.open(io.BytesIO(image)) as drawn:
        few = drawn.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        few.save(path, optimize=True, pnginfo=about)
    return path.stat().st_size


if __name__ == "__main__":
    main(sys.argv[1:])
