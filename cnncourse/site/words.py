"""The site's own words in the language of its pages, and those that Sphinx and the theme lack.

They stand in the catalog locale/LANGUAGE/site.po, which goes before Sphinx's and the theme's own.
The library, whose sentences some pages and all kernels show, is told to speak that language too.
"""

import io
import os
from gettext import GNUTranslations

from babel.messages.mofile import write_mo
from docutils.utils.smartquotes import smartchars
from sphinx import locale
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import get_translation

from cnncourse import language
from cnncourse.course import PACKAGE
from cnncourse.translating import catalogs

_ = get_translation("cnncourse")

# Those who ask for words: this extension, Sphinx with its templates, the theme.
DOMAINS = ("cnncourse", "sphinx", "booktheme")
# Of Sphinx and of the theme: what their catalogs do not have, or say in other words than we.
OF_OTHERS = (
    _("Fig. %s"),
    _("Link to this heading"),
    _("Link to this equation"),
    _("Link to this definition"),
    _("Link to this image"),
    _("Link to this term"),
    _("Link to this table"),
    _("Link to this code"),
    _("<h1>Source code for %s</h1>"),
    _("All modules for which code is available"),
    _("Overview: module code"),
    _("Python Module Index"),
    _("[source]"),
    _("[docs]"),
    _("Returns"),
    _("Full index on one page"),
    _("Index pages by letter"),
    _("Index"),
    _("Section Navigation"),
    _("On this page"),
    _("Contents"),
    _("Color mode"),
    _("System Settings"),
    _("Light"),
    _("Dark"),
    _("Auto"),
    _("Search"),
    _("Copyright"),
    _("Download this page"),
    _("Download source file"),
    _("Download notebook file"),
    _("Print to PDF"),
    _("Launch"),
    _("Launch interactive content"),
    _("Source repositories"),
    _("Source repository"),
    _("repository"),
    _("open issue"),
    _("suggest edit"),
    _("next page"),
    _("previous page"),
    _("next"),
    _("previous"),
    _("Home"),
    _("Main"),
    _("By"),
)


# Of docutils' quotes in Italian the inner closing one is ”, which would stand in «un po' di» too.
QUOTES = {"it": "«»‘’"}


def speak(app: Sphinx, config: Config) -> None:
    """Have the pages, and the library while they are built, speak the book's language."""
    spoken = config.language or "en"
    if language.current() != spoken:
        os.environ[language.VARIABLE] = spoken
    smartchars.quotes |= QUOTES
    path = catalogs.catalog_file(PACKAGE.parent, spoken, "site")
    if path.is_file():
        made = io.BytesIO()
        write_mo(made, catalogs.read(path, spoken))
        for domain in DOMAINS:
            ours = GNUTranslations(io.BytesIO(made.getvalue()))
            if theirs := locale.translators.get(("general", domain)):
                ours.add_fallback(theirs)
            locale.translators["general", domain] = ours
        app.translator = locale.translators["general", "sphinx"]


def setup(app: Sphinx) -> None:
    app.connect("config-inited", speak, priority=100)
