"""The site in several languages: English at its root, each other one in a folder of its name.

All have the same pages, and on them the same anchors (anchors.py). A switch on every page leads to
the same page in the other language, and its head tells search engines of all.
"""

import re
from pathlib import Path
from typing import Any

from babel import Locale
from sphinx.application import Sphinx

from cnncourse.course import course_languages, site_address

# Cited works, below a chapter and in the list of all.
WORKS = re.compile(r'<(aside(?=[^>]*\sid="footcite-)|ul(?=[^>]*\sid="id\d+">\s*<li id="id\d+">))')


def course_folder(app: Sphinx) -> Path:
    """The folder of the course: above its book, whatever language the book of this build is in."""
    return Path(app.srcdir, app.config.course_folder).resolve()


def name_of(language: str) -> str:
    """What a language calls itself.

    >>> name_of("it")
    'Italiano'
    """
    return str(Locale.parse(language).display_name).capitalize()


def folder_of(language: str) -> str:
    """Where the pages of a language lie, below those in English."""
    return "" if language == "en" else f"{language}/"


def give_switch(
    app: Sphinx, page: str, template: str, context: dict[str, Any], document: object
) -> None:
    """Tell the page's templates where it is in each language."""
    root, ours = course_folder(app), app.config.language
    languages = course_languages(root)
    context["editions"], context["alternates"] = [], []
    if app.builder.format != "html" or len(languages) < 2:
        return
    top = context["pathto"]("", 1) + ("../" if ours != "en" else "")
    address = site_address(root)
    for language in languages:
        file = f"{folder_of(language)}{page}.html"
        if language != ours:
            context["editions"].append(
                {"code": language, "name": name_of(language), "href": f"{top}{file}"}
            )
        if page == app.config.root_doc and address:
            file = folder_of(language)
        context["alternates"].append((language, f"{address}/{file}" if address else top + file))
    context["alternates"] += [("x-default", where) for code, where in context["alternates"][:1]]


def mind_the_english(
    app: Sphinx, page: str, template: str, context: dict[str, Any], document: object
) -> None:
    """Say that works are in English."""
    if app.config.language != "en" and "body" in context:
        context["body"] = WORKS.sub(r'<\1 lang="en"', context["body"])


def setup(app: Sphinx) -> None:
    app.add_config_value("course_folder", "..", "env", [str])
    app.add_js_file("languages.js", loading_method="defer")
    app.connect("html-page-context", give_switch)
    app.connect("html-page-context", mind_the_english, priority=700)
