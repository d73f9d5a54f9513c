"""The Sphinx extension behind the site: questions, figures, formulas, nothing from elsewhere.

Each module has one subject and its own `setup`.
"""

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from cnncourse.site import (
    anchors,
    api,
    assignment,
    citations,
    downloads,
    editions,
    execution,
    execution_cache,
    figures,
    finding,
    formulas,
    head,
    incremental,
    instructors,
    licenses,
    links,
    numbers,
    offline,
    pictures,
    previews,
    progress,
    quiz,
    runtime,
    search,
    streams,
    styles,
    terms,
    theme,
    weight,
    words,
)

PARTS = (
    anchors,
    api,
    assignment,
    citations,
    downloads,
    editions,
    execution,
    execution_cache,
    figures,
    finding,
    formulas,
    head,
    incremental,
    instructors,
    licenses,
    links,
    numbers,
    offline,
    pictures,
    previews,
    progress,
    quiz,
    runtime,
    search,
    streams,
    styles,
    terms,
    theme,
    weight,
    words,
)


def setup(app: Sphinx) -> ExtensionMetadata:
    for part in PARTS:
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
