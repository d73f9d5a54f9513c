"""The pictures that chapters draw: light, and in reach of a few kilobytes; dark on dark pages.

A page holds two of each and shows one; the other is not loaded.
"""

import base64
import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from jupyter_cache import get_cache
from PIL import Image
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from cnncourse import dark

# A picture of more colors loses some where nobody sees it: of 255 at most these, on average and at
# a single point.
LOST, LOST_ANYWHERE = 0.3, 40
SHOWN = re.compile(r'<img ([^>]*\bsrc="[^"]*?_images/)([0-9a-f]{64}\.png)("[^>]*)>')


def drawn(app: Sphinx) -> Path:
    """Where MyST-NB leaves the pictures of all chapters, named after a hash of their contents."""
    return Path(app.outdir).parent / "jupyter_execute"


def dark_ones(cache: Path) -> Iterator[tuple[bytes, bytes]]:
    """The light picture and the dark one of each output of the executions that a cache keeps."""
    kept = get_cache(str(cache))
    for record in kept.list_cache_records():
        for cell in kept.get_cache_bundle(record.pk).nb.cells:
            for output in cell.get("outputs", ()):
                light = output.get("data", {}).get("image/png")
                black = output.get("metadata", {}).get(dark.KEY)
                if light and black:
                    yield base64.b64decode(light), base64.b64decode(black)


def shrink(path: Path) -> None:
    """Write a PNG of matplotlib's with a palette, where nobody sees the difference."""
    with Image.open(path) as picture:
        opaque = np.asarray(picture.convert("RGBA"))[..., 3].min() == 255
        if "Software" not in picture.info or not opaque:
            return  # not matplotlib's, or done before; or it has holes
        whole = picture.convert("RGB")
    few = whole.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    lost = np.abs(np.asarray(few.convert("RGB"), int) - np.asarray(whole, int))
    seen = lost.mean() > LOST or lost.max() > LOST_ANYWHERE
    (whole if seen else few).save(path, optimize=True)


def prepare(app: Sphinx, env: BuildEnvironment) -> None:
    """Before pages are written: the dark pictures beside the light ones, and all of them small."""
    folder, pairs = drawn(app), {}
    if app.builder.format == "html" and app.config.nb_execution_mode == "cache":
        for light, black in dark_ones(Path(app.config.nb_execution_cache_path)):
            names = [f"{hashlib.sha256(content).hexdigest()}.png" for content in (light, black)]
            if (folder / names[0]).exists():
                pairs[names[0]] = names[1]
                if not (folder / names[1]).exists():
                    (folder / names[1]).write_bytes(black)
    env.dark_pictures = pairs  # type: ignore[attr-defined]
    for path in folder.glob("*.png"):
        shrink(path)


def show_both(
    app: Sphinx, page: str, template: str, context: dict[str, Any], document: object
) -> None:
    """Have a page show the dark picture, where there is one, on dark pages."""
    pairs: dict[str, str] = getattr(app.env, "dark_pictures", {})

    def both(match: re.Match[str]) -> str:
        before, name, after = match.groups()
        if name not in pairs:
            return match[0]
        light, black = f"{before}{name}{after}", f"{before}{pairs[name]}{after}"
        return f'<img class="on-light" {light}><img class="on-dark" {black}>'

    if "body" in context and app.builder.format == "html":
        context["body"] = SHOWN.sub(both, context["body"])


def copy_dark(app: Sphinx, exception: Exception | None) -> None:
    """Publish the dark pictures of those that pages show."""
    images = Path(app.outdir, "_images")
    if exception is None and app.builder.format == "html" and images.is_dir():
        pairs: dict[str, str] = getattr(app.env, "dark_pictures", {})
        for light in pairs.keys() & set(app.builder.images.values()):
            shutil.copy(drawn(app) / pairs[light], images)


def setup(app: Sphinx) -> None:
    app.connect("env-updated", prepare)
    app.connect("html-page-context", show_both, priority=600)  # once sizes are given
    app.connect("build-finished", copy_dark)
