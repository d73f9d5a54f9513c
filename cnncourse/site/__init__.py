"""The Sphinx extension behind the site: questions, figures, run times, nothing from elsewhere.

Each module has one subject and its own `setup`.
"""

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from cnncourse.site import (
    api,
    assignment,
    downloads,
    execution,
    execution_cache,
    figures,
    formulas,
    instructors,
    licenses,
    links,
    offline,
    progress,
    quiz,
    runtime,
    streams,
    terms,
    theme,
    weight,
)

PARTS = (
    api,
    assignment,
    downloads,
    execution,
    execution_cache,
    figures,
    formulas,
    instructors,
    licenses,
    links,
    offline,
    progress,
    quiz,
    runtime,
    streams,
    terms,
    theme,
    weight,
)


def setup(app: Sphinx) -> ExtensionMetadata:
    for part in PARTS:
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
