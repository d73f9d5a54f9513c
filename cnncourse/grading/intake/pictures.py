"""Picture files that lie beside a notebook, as attachments of the text cells that show them.

The formgrader and the student's page have the notebook alone; a file beside it they would not find.
"""

import base64
import re
from collections.abc import Mapping
from urllib.parse import unquote

from .layouts import alike

KINDS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".bmp": "image/bmp",
    ".avif": "image/avif",
    ".svg": "image/svg+xml",
}
SHOWN = re.compile(  # ![words](file "title") or <img src="file">
    r"!\[(?P<words>[^\]\n]{0,500})\]"
    r"\([ ]{0,9}(?:<(?P<angled>[^>\n]{1,300})>|(?P<file>[^)\s<]{1,300}))"
    r"[^)\n]{0,200}\)"
    r"|<img\b[^>]{0,500}?\bsrc[ ]?=[ ]?[\"'](?P<source>[^\"'>\n]{1,300})[\"'][^>]{0,500}>"
)
MOST = 50  # pictures of a cell

Attachments = dict[str, dict[str, str]]


def attach(text: str, attachments: Attachments, files: Mapping[str, bytes]) -> str:
    """A cell's text with the pictures that it shows out of `files` added to `attachments`.

    >>> found = {}
    >>> attach('see ![a](plot.png) and <img src="./plot.png">', found, {"plot.png": b"1"})
    'see ![a](attachment:file-plot.png) and ![](attachment:file-plot.png)'
    >>> found
    {'file-plot.png': {'image/png': 'MQ=='}}
    """

    def put(found: re.Match[str]) -> str:
        wanted = found["angled"] or found["file"] or found["source"]
        path = _file(unquote(wanted).removeprefix("./"), files)
        kind = KINDS.get(path[path.rfind(".") :].lower()) if path else None
        if path is None or kind is None or len(attachments) >= MOST:
            return found[0]
        name = "file-" + re.sub(r"[^\w.-]+", "-", path, flags=re.ASCII)
        attachments[name] = {kind: base64.b64encode(files[path]).decode()}
        return f"![{found['words'] or ''}](attachment:{name})"

    return SHOWN.sub(put, text) if files else text


def _file(path: str, files: Mapping[str, bytes]) -> str | None:
    """The file that is meant: of this name, or the one that a platform made of it."""
    if path in files:
        return path
    likely = alike(path, files)
    return likely[0] if len(likely) == 1 else None
