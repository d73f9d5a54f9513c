"""What is built again after a change: the pages that changed, or all where the others show it.

Menus, links and numbers tell of other pages, and Sphinx by itself leaves them as they were.
"""

import hashlib
from collections.abc import Iterable

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def shown_elsewhere(env: BuildEnvironment) -> str:
    """A hash of what pages may show of each other: titles, headings, labels, terms, numbers."""
    standard, formulas = env.get_domain("std"), env.get_domain("math")
    slugs = {page: found.get("myst_slugs") for page, found in env.metadata.items()}
    told = [
        {page: title.astext() for page, title in env.titles.items()},
        {page: toc.astext() for page, toc in env.tocs.items()},
        *(standard.data[kind] for kind in ("labels", "anonlabels", "terms")),
        *(formulas.data["objects"], env.toc_secnumbers, env.toc_fignumbers, slugs),
        env.toctree_includes,
    ]
    ordered = repr([sorted(part.items()) for part in told])
    return hashlib.sha256(ordered.encode()).hexdigest()


def pages_to_write(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """All pages, if one of them might show something else of another than it did."""
    before, now = getattr(env, "cnncourse_shown_elsewhere", None), shown_elsewhere(env)
    env.cnncourse_shown_elsewhere = now  # type: ignore[attr-defined]
    return [] if now == before else env.found_docs


def setup(app: Sphinx) -> None:
    app.connect("env-get-updated", pages_to_write, priority=900)  # once numbers are given
