"""Catalogs: the texts of a subject in English and in another language, as gettext's `.po` files.

Weblate, Poedit and any other editor of such files read them. Babel reads and writes them, and finds
the nearest old text for a new one, whose translation it then calls fuzzy.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from cnncourse.course import CourseError
from cnncourse.whole import write_bytes_whole

from .say import Text

MARK = "[en] "  # before a text that is shown in English for want of a translation
WIDTH = 100
HEADER = """\
# {subject} of the course in {language}.
# Made by `cnncourse translate update`; only the lines of msgstr are written by hand.
#"""


@dataclass(frozen=True)
class Found:
    """A text of a source, and the file in which it stands."""

    text: Text
    file: str


def catalog_file(root: Path, language: str, subject: str) -> Path:
    """Where the catalog of a subject is kept."""
    return Path(root, "locale", language, f"{subject}.po")


def read(path: Path, language: str) -> Catalog:
    """The catalog in a file; an empty one if there is none."""
    if not path.is_file():
        return Catalog(locale=language, fuzzy=False)
    try:
        with path.open("rb") as file:
            return read_po(file, locale=language, abort_invalid=True)
    except (ValueError, UnicodeDecodeError) as error:
        raise CourseError(f"{path} is no catalog that gettext reads: {error}") from None


def template(found: Iterable[Found], language: str, own: Catalog | None = None) -> Catalog:
    """A catalog of these texts without translations.

    own: the catalog as it is; its entries of a context that is a cell's name, which translators
    add where the same English needs another translation there, are kept as long as they apply.
    """
    made = Catalog(locale=language, fuzzy=False)
    placed = {(m.context, str(m.id)) for m in own or () if m.context}
    for item in found:
        text = item.text
        # A name alone: with a number of the line every edit above it would be a change.
        where: Any = [(f"{item.file}#{text.place}" if text.place else item.file, None)]
        contexts = [text.context or None]
        if not text.context and text.place and (text.place, text.words) in placed:
            contexts.append(text.place)
        for context in contexts:
            made.add(
                text.words, locations=where, auto_comments=[text.kind], context=context, flags=()
            )
    return made


def updated(old: Catalog, new: Catalog) -> Catalog:
    """The catalog with the texts of today: what was translated is kept, what changed is fuzzy.

    A text that is gone stays as obsolete, so that its words are not lost.
    """
    old.update(new, no_fuzzy_matching=False, update_header_comment=False, keep_user_comments=True)
    for message in old:
        message.flags -= {"python-format", "python-brace-format"}
        if message.id:
            message.flags |= {"fuzzy"} & message.flags
    return old


def write(catalog: Catalog, path: Path, subject: str) -> bool:
    """Write a catalog, if that changes the file; the same catalog gives the same bytes."""
    catalog.header_comment = HEADER.format(subject=subject, language=str(catalog.locale))
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=WIDTH, sort_by_file=False, omit_header=False)
    made = "\n".join(
        line
        for line in buffer.getvalue().decode("utf-8").split("\n")
        if not line.startswith(
            (
                '"POT-Creation-Date',
                '"PO-Revision-Date',
                '"Generated-By',
                '"Last-Translator',
                '"Language-Team',
                '"Report-Msgid-Bugs-To',
                '"Project-Id-Version',
            )
        )
    ).encode()
    if path.is_file() and path.read_bytes() == made:
        return False
    write_bytes_whole(path, made)
    return True


def translations(catalog: Catalog) -> Iterator[Message]:
    """The entries of a catalog that have words, without its header."""
    for message in catalog:
        if message.id:
            yield message


def translation(catalog: Catalog, text: Text) -> str | None:
    """The words for a text; None where there are none, or only fuzzy ones."""
    contexts = (text.context or None,) if text.context else (text.place or None, None)
    for context in contexts:
        message = catalog.get(text.words, context)
        if message is not None and message.string and not message.fuzzy:
            return str(message.string)
    return None


def speaker(catalog: Catalog, missing: list[Text] | None = None) -> Callable[[Text], str]:
    """A `say` that translates; what has no translation is told in English, and marked as that.

    In programs nothing is marked: a string may be a key as well. missing: takes those texts.
    """

    def say(text: Text) -> str:
        words = translation(catalog, text)
        if words is not None:
            return words
        if missing is not None:
            missing.append(text)
        return text.words if text.kind in UNMARKED else MARK + text.words

    return say


# Kinds of texts that are shown in English without a mark, because something may go by them.
UNMARKED = set("shown comment message figure option term output reason".split()) | {"in a formula"}
