"""What a page loads: pictures when they come near, and nothing that no page asks for."""

import re
import shutil
import struct
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

# In _static/, with the reason why no page asks for it. Each must be there, else the theme changed.
UNASKED = {
    "scripts/fontawesome.js*": "icons a second time; they are drawn from the fonts",
    "**/*.map": "for those who debug the theme",
    "vendor/fontawesome/webfonts/*.ttf": "browsers without woff2 are gone",
    "*webpack-macros.html": "of the theme's templates",
    "searchtools.js": "of Sphinx's search; the course has its own",
    "language_data.js": "the same",
    "locales": "the theme's own translations, read when the site is built",
}
PICTURE = re.compile(r'<img (?![^>]*\bloading=)([^>]*\bsrc="([^"]+\.png)"[^>]*?)\s*/?>')
PNG = b"\x89PNG\r\n\x1a\n"


def size(png: Path) -> tuple[int, int] | None:
    """Width and height of a PNG file, or None if it is no such file."""
    with png.open("rb") as file:
        head = file.read(24)
    if head[:8] != PNG or len(head) < 24:
        return None
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def with_sizes(html: str, files: dict[str, Path]) -> str:
    """A page whose pictures are loaded when they come near, and whose places are kept free.

    files: {name of a picture as the site has it: where it is}.
    """

    def tag(match: re.Match[str]) -> str:
        attributes, source = match[1], match[2]
        file = files.get(source.rpartition("/")[2])
        found = size(file) if file is not None and "width=" not in attributes else None
        place = f' width="{found[0]}" height="{found[1]}"' if found else ""
        return f'<img {attributes}{place} loading="lazy">'

    return PICTURE.sub(tag, html)


def give_sizes(
    app: Sphinx, page: str, template: str, context: dict[str, Any], document: object
) -> None:
    if "body" in context and app.builder.format == "html":
        files = {name: Path(app.srcdir, source) for source, name in app.builder.images.items()}
        context["body"] = with_sizes(context["body"], files)


def drop_unasked(app: Sphinx, exception: Exception | None) -> None:
    """Delete what the theme ships and no page asks for."""
    if exception is not None or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    for pattern in UNASKED:
        found = list(static.glob(pattern))
        if not found:
            raise ExtensionError(f"cnncourse.site.weight: nothing is at _static/{pattern} any more")
        for path in found:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", give_sizes)
    app.connect("build-finished", drop_unasked)
