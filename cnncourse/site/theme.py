"""Mends of the theme's pages: what they load for nothing, and what a screen reader stumbles over.

Each mend rewrites the page as it is rendered and fails the build where the theme no longer writes
what it looks for, so that an upgrade of the theme is noticed here and not by a reader.
"""

import json
import re
from html import escape
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.locale import get_translation

_ = get_translation("cnncourse")

# What every page has: name, what the theme writes, what the page gets instead, words in it.
MENDS: dict[str, tuple[Any, ...]] = {
    # 1.5 MB that redraw the icons, which the theme's stylesheet draws from its fonts anyway.
    "fontawesome.js": (re.compile(r"<script[^>]*scripts/fontawesome\.js[^>]*></script>\s*"), ""),
    # Whether it is dark is known before anything is drawn: no flash of white, and no picture of the
    # other mode is loaded.
    "the choice of light and dark": (
        re.compile(r'localStorage\.getItem\("theme"\) \|\| "auto";'),
        """({ light: "light", dark: "dark" })[localStorage.getItem("mode")]
        || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");""",
    ),
    # Without a script a page is light: the theme has no colors for "auto", and what stays on the
    # screen while one scrolls would be transparent.
    "the colors without a script": (
        re.compile(r'(<html\b[^>]*) data-theme="auto"'),
        r'\1 data-theme="light"',
    ),
    # The logo stands beside the menu but outside of every landmark.
    "the logo": (
        re.compile(
            r'(<div class="sidebar-primary-item">)(\s*<a class="navbar-brand logo".*?</a>)',
            re.DOTALL,
        ),
        r'\1<nav aria-label="{}">\2</nav>',
        _("Home"),
    ),
    # A name other than the text that is seen ("Search Ctrl K"), which is what people say to it.
    "the search button": (
        re.compile(r'(<button class="btn search-button-field[^>]*?) aria-label="[^"]*"'),
        r"\1",
    ),
    # Words that the theme has in English alone.
    "the button of the menu": (
        re.compile('title="Toggle primary sidebar"'),
        'title="{}"',
        _("Menu of the course"),
    ),
}
# Half of a chapter's bytes: what Jupyter's widgets need, and the site's figures do not.
WIDGETS = re.compile(
    r'<script type="application/vnd\.jupyter\.widget-state\+json">.*?</script>\s*', re.DOTALL
)
# The same fault on the pages that hide code: "Show the code" is its text, in paragraphs, which may
# not stand in a button.
CODE_BUTTON = re.compile(
    r'<summary aria-label="Toggle hidden content">\s*'
    r'<p class="(collapsed admonition-title)">(.*?)</p>\s*'
    r'<p class="(expanded admonition-title)">(.*?)</p>\s*</summary>'
)
MENU = re.compile(r'(<nav class="bd-links bd-docs-nav" aria-label=")Main(")')  # of the course
CONTENTS_BUTTON = re.compile('title="Toggle secondary sidebar"')  # on pages with sections
# Signs that give an address to copy: a page has dozens, and lists its headings beside the text.
ADDRESS_LINK = re.compile(r'<a class="headerlink"')
# In the pages of sources, which the extension viewcode writes: no block may stand in code.
SOURCE = re.compile(r"<pre>.*?</pre>", re.DOTALL)
CODE_BUTTON_MENDED = r'<summary><span class="\1">\2</span><span class="\3">\4</span></summary>'


def mend(html: str) -> str:
    """The page with every mend. Raises ExtensionError for one that finds nothing to mend."""
    for name, (pattern, replacement, *said) in MENDS.items():
        if said:
            replacement = replacement.format(*(escape(str(words)) for words in said))
        html, count = pattern.subn(replacement, html)
        if count == 0:
            raise ExtensionError(
                f"cnncourse.site.theme: the theme's pages changed at {name}; "
                "look at one, then adapt or remove its entry in MENDS"
            )
    if 'class="viewcode-block"' in html:
        html = SOURCE.sub(lambda code: re.sub(r"(</?)div\b", r"\1span", code[0]), html)
    html = MENU.sub(rf"\g<1>{escape(str(_('Main')))}\2", html)
    html = CONTENTS_BUTTON.sub(rf'title="{escape(str(_("On this page")))}"', html)
    html = ADDRESS_LINK.sub('<a tabindex="-1" class="headerlink"', html)
    return WIDGETS.sub("", CODE_BUTTON.sub(CODE_BUTTON_MENDED, html))


def mend_pages(app: Sphinx) -> None:
    """Have every page mended as it is rendered, before it is written."""
    if app.builder.format != "html":
        return
    render = app.builder.templates.render

    def render_mended(template: str, context: dict[str, Any]) -> str:
        text: str = render(template, context)
        return mend(text) if "<html" in text else text  # the rest are parts of pages

    app.builder.templates.render = render_mended


def give_words(
    app: Sphinx, page: str, template: str, context: dict[str, Any], document: object
) -> None:
    """What the scripts say of formulas and of the buttons that copy code (scroll.js, stops.js)."""
    said = {"formula": _("Formula"), "copy": _("Copy (arrow keys: other code of this section)")}
    context["script_words"] = json.dumps(said, ensure_ascii=False, default=str)


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", give_words)
    app.add_css_file("site.css", priority=900)  # after the theme's own
    app.add_js_file("scroll.js", loading_method="defer")
    app.add_js_file("paper.js", loading_method="defer")
    app.add_js_file("stops.js", loading_method="defer")
    app.connect("builder-inited", mend_pages)
