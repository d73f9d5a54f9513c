"""Draw the still pictures of the book's figures, which readers without JavaScript see.

    python tools/draw_stills.py

For each figure in the committed chapters Chromium runs the figure's own script, and what it drew on
the stage is stored as HTML and SVG in cnncourse/figures/stills/, named after figure and state.
Colors are the page's, so a still is dark in dark mode. Run it after `make refresh`.
"""

import html
import json
from pathlib import Path

from playwright.sync_api import sync_playwright

from cnncourse.commands.doctor import find_browser
from cnncourse.course import chapters
from cnncourse.figures import assemble
from cnncourse.site.figures import PLACE, assets

BOOK = Path(__file__).resolve().parent.parent / "book"
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


def draw(browser, place):
    """The stage of a figure, as HTML, given the element that holds its state."""
    files = assets()
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_content(f'<html lang="en"><style>{files["figures.css"]}</style>{place}')
    for name, text in files.items():
        if name.endswith(".js"):
            page.add_script_tag(content=text)
    stage = page.evaluate(STAGE)
    page.close()
    if errors:
        raise RuntimeError(f"{place}: {errors[0]}")
    return f'<div class="cnn-frame cnn-still">{stage}</div>\n'


def main():
    assemble.STILLS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        stills = {still: draw(browser, place) for still, place in places().items()}
    for old in set(assemble.STILLS.glob("*.html")) - set(stills):
        old.unlink()
    for still, text in stills.items():
        still.write_text(text, encoding="utf-8")
        print(f"{still.name}: {len(text):,} characters")


if __name__ == "__main__":
    main()
