"""The Sphinx extension behind the site: self-check questions, run times, and nothing from elsewhere.

Each module has one subject and its own `setup`.
"""

from cnncourse.site import (assignment, execution_cache, links, offline, quiz, runtime, streams,
                            theme)


def setup(app):
    for part in (assignment, execution_cache, links, offline, quiz, runtime, streams, theme):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
