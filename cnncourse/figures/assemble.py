"""Puts the figures' script files together: a module for Jupyter, one plain script for the site.

Each file under `static/` is ordinary script text that uses the names of those before it; nothing
is imported, because browsers load no modules from a folder (`file://`). What a figure's traits
take goes in as data, before the figure's own files.
"""

import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from cnncourse.language import current

STATIC = Path(__file__).parent / "static"
STILLS = Path(__file__).parent / "stills"

SHARED = ("math", "state", "en", "draw", "sizes", "press", "grid", "present", "frame", "figure")
STYLE = STATIC / "figures.css"


def read(*names: str) -> str:
    """The text of some script files, one after the other.

    >>> read("math").startswith("// The mathematics")
    True
    """
    return "\n".join((STATIC / f"{name}.js").read_text("utf-8") for name in names)


def code(*names: str) -> str:
    """Script files as they are shipped: without the types, which stand in comments of their own."""
    return re.sub(r"^ */\*\*(?:(?!\*/).)*\*/\n", "", read(*names), flags=re.DOTALL | re.MULTILINE)


def shared(language: str = "") -> str:
    """What all figures share, with the strings of the languages that are needed.

    language: the one that is spoken whatever the page's is, "" for the page's.
    """
    spoken = language if language != "en" else ""
    others = sorted({spoken, current()} - {"", "en"})
    others = [name for name in others if (STATIC / f"{name}.js").is_file()]
    chosen = f'courseLanguage = "{spoken}";\n' if spoken in others else ""
    at = SHARED.index("en") + 1
    return f"{code(*SHARED[:at], *others)}\n{chosen}{code(*SHARED[at:])}"


def described(figure: str, description: Mapping[str, Any]) -> str:
    """The line of script that says what the traits of a figure take.

    >>> described("Pooling", {"stride": {"type": "integer"}})
    'descriptions.Pooling = {"stride":{"type":"integer"}};\\n'
    """
    data = json.dumps(description, separators=(",", ":"))
    return f"descriptions.{figure} = {data};\n"


def module(figure: str, description: Mapping[str, Any], *files: str) -> str:
    """The ES module of one figure, made of its own script files, as anywidget wants it.

    >>> module("Pooling", {}, "pooling").splitlines()[-1]
    'export default { render: inNotebook(figures.Pooling) };'
    """
    return (
        f"{shared(current())}\n{described(figure, description)}{code(*files)}\n"
        f"export default {{ render: inNotebook(figures.{figure}) }};\n"
    )


def script(descriptions: Mapping[str, Mapping[str, Any]], files: Iterable[str]) -> str:
    """All figures and what shows them on a page, as one script without global names.

    >>> script({"Pooling": {}}, ["pooling"]).splitlines()[0]
    '(() => {'
    """
    data = "".join(described(*pair) for pair in descriptions.items())
    return f'(() => {{\n"use strict";\n{shared()}\n{data}{code(*files, "host")}}})();\n'


def still(figure: str, state: str) -> Path:
    """Where the still picture of a figure in a state (JSON text) is stored.

    It is the picture in the language that is spoken, if there is one, else the English one.

    >>> still("Pooling", '{"stride": 2}').name
    'Pooling-22282537.html'
    """
    return spoken(STILLS / f"{figure}-{hashlib.sha256(state.encode()).hexdigest()[:8]}.html")


def spoken(still: Path) -> Path:
    """The still picture in the language that is spoken, if there is one; else itself."""
    ours = STILLS / current() / still.name
    return ours if ours.exists() else still


def shown_in(html_text: str) -> tuple[str, str] | None:
    """Name and state (JSON text) of the figure that an output's HTML stands for; None for none.

    >>> shown_in('<div id="Pooling" data-figure="Pooling" data-state="{&quot;stride&quot;: 2}">')
    ('Pooling', '{"stride": 2}')
    """
    found = re.search(r'data-figure="(\w+)" data-state="([^"]*)"', html_text)
    return (found[1], html.unescape(found[2])) if found else None


def picture(figure: str, state: str) -> tuple[Path, bool] | None:
    """A still picture as an image, and whether it is of this very state (JSON text).

    Else it is that of the course's states of this figure which differs in the fewest traits; None
    if the course shows no such figure.
    """
    exact = still(figure, state).with_suffix(".png")
    if exact.exists():
        return exact, True
    wanted = json.loads(state)

    def differing(path: Path) -> int:
        with Image.open(path) as image:
            there = json.loads(image.info.get("state", "{}"))
        return sum(there.get(name) != value for name, value in wanted.items())

    nearest = min(sorted(STILLS.glob(f"{figure}-*.png")), key=differing, default=None)
    return (spoken(nearest), False) if nearest else None
