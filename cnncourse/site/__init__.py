"""The Sphinx extension behind the site: self-check questions, run times, and nothing from elsewhere.

Each module has one subject and its own `setup`.
"""

from cnncourse.site import api, execution_cache, offline, quiz, runtime, streams, terms, theme


def setup(app):
    for part in (api, execution_cache, offline, quiz, runtime, streams, terms, theme):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
