"""Show what a cell printed as it was printed, however the kernel cut it into pieces.

The kernel sends what is printed in pieces that end anywhere. MyST-NB's own `nb_merge_streams`
adds a line's end to each piece, which tears lines apart, and moves what is printed after a
picture before it.
"""

from collections.abc import Iterable
from typing import Any

from myst_nb.core import render
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError


def merge_streams(outputs: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The outputs in their order, with neighboring pieces of one stream joined.

    >>> piece = {"output_type": "stream", "name": "stdout"}
    >>> merge_streams([piece | {"text": "a"}, piece | {"text": "b\\n"}])
    [{'output_type': 'stream', 'name': 'stdout', 'text': 'ab\\n'}]
    """
    merged: list[dict[str, Any]] = []
    for output in outputs:
        if (
            merged
            and output["output_type"] == merged[-1]["output_type"] == "stream"
            and output["name"] == merged[-1]["name"]
        ):
            merged[-1]["text"] += output["text"]
        else:
            merged.append(output)
    return merged


def setup(app: Sphinx) -> None:
    if not hasattr(render, "coalesce_streams"):
        raise ExtensionError(
            "cnncourse.site.streams: MyST-NB has no coalesce_streams any more; "
            "see whether it merges streams rightly now, and drop this module"
        )
    render.coalesce_streams = merge_streams
