"""What is wrong with a translation, and how far it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from babel.messages.catalog import Message

from cnncourse.course import CourseError, Notebook

from . import catalogs, code, tried
from .edition import Edition
from .rules import differences
from .say import Text
from .subjects import Subject


@dataclass(frozen=True)
class Progress:
    """How many texts of a subject there are, how many have words, and how many of these are old."""

    all: int
    translated: int
    fuzzy: int


def progress(subject: Subject, root: Path, language: str) -> Progress:
    """Counted over the texts that the sources have today."""
    catalog = catalogs.read(subject.catalog(root, language), language)
    today = list(catalogs.translations(catalogs.template(subject.found(root), language, catalog)))
    known = [catalog.get(str(message.id), message.context) for message in today]
    given = [message for message in known if message is not None and message.string]
    fuzzy = sum(message.fuzzy for message in given)
    return Progress(len(today), len(given) - fuzzy, fuzzy)


def problems(subject: Subject, root: Path, language: str) -> Iterator[str]:
    """What is wrong with the translation of a subject, a sentence each."""
    path = subject.catalog(root, language)
    if not path.is_file():
        return
    file = path.relative_to(root)
    try:
        catalog = catalogs.read(path, language)
    except CourseError as error:
        yield str(error)
        return
    for message in catalogs.translations(catalog):
        if message.string and not message.fuzzy:
            for said in differences(text_of(message), str(message.string)):
                yield f"{file}: {shortened(str(message.id))}: {said}"
    for source in subject.files:
        if source.endswith(".ipynb"):
            english = nbformat.read(root / source, as_version=4)
            made = subject.walk(root / source, Edition(root, language).say(subject.name))
            for place in other_programs(english, made):
                yield f"{source}: the program of the cell {place} is another one in {language}"


def stale(subject: Subject, root: Path, language: str) -> Iterator[str]:
    """Does the catalog lack texts of today that an author wrote? A sentence, if so."""
    path = subject.catalog(root, language)
    if not path.is_file():
        return
    catalog = catalogs.read(path, language)
    today = catalogs.translations(catalogs.template(subject.found(root), language, catalog))
    unknown = [
        message
        for message in today
        if catalog.get(str(message.id), message.context) is None
        and text_of(message).kind != tried.REASON
    ]
    if unknown:
        yield (
            f"{path.relative_to(root)}: {len(unknown)} texts are not in it, as "
            f"{shortened(str(unknown[0].id))}: run `cnncourse translate update {language}`"
        )


def other_programs(english: Notebook, made: Notebook) -> list[str]:
    """The cells whose programs differ in more than their texts, by their syntax trees."""
    pairs = [
        (ours, theirs)
        for ours, theirs in zip(english.cells, made.cells, strict=True)
        if ours.cell_type == "code"
    ]
    differ = code.others([one.source for one, _ in pairs], [two.source for _, two in pairs])
    return [str(pairs[number][0].get("id")) for number in differ]


def text_of(message: Message) -> Text:
    """The text of an entry; what kind it is stands in the comment that `update` writes."""
    kind = message.auto_comments[0] if message.auto_comments else "paragraph"
    return Text(str(message.id), kind, context=message.context or "")


def shortened(text: str, most: int = 60) -> str:
    line = " ".join(text.split())
    return repr(line if len(line) <= most else line[: most - 1] + "…")
