"""The Sphinx extension behind the site: self-check questions, figures, run times, nothing from elsewhere.

Each module has one subject and its own `setup`.
"""

from cnncourse.site import execution_cache, figures, offline, quiz, runtime, streams, theme


def setup(app):
    for part in (execution_cache, figures, offline, quiz, runtime, streams, theme):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
