"""The works that the book cites: how they are called in a sentence, and how they are listed."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pybtex.backends.markdown import Backend
from pybtex.database import BibliographyData, Entry, parse_file
from pybtex.richtext import Text
from pybtex.style.formatting.unsrt import Style

from cnncourse.course import CourseError

NEEDLESS = re.compile(r"\\([.()-])")  # what pybtex escapes and no sentence needs escaped


class Works:
    """The entries of BibTeX files, by key."""

    def __init__(self, files: Iterable[Path]) -> None:
        self.entries: dict[str, Entry] = {}
        for path in files:
            data: BibliographyData = parse_file(str(path))
            self.entries.update(data.entries)
        self._style = Style()  # looks through all installed packages when it is made
        self._lines: dict[str, str] = {}

    def called(self, key: str) -> tuple[str, str]:
        """Author and year: ("Odena et al.", "2016")."""
        entry = self._entry(key)
        people = entry.persons.get("author") or entry.persons.get("editor") or []
        names = [
            str(Text.from_latex(" ".join([*person.prelast_names, *person.last_names])))
            for person in people
        ]
        match names:
            case []:
                name = str(Text.from_latex(entry.fields.get("title", key)))
            case [one]:
                name = one
            case [one, two]:
                name = f"{one} and {two}"
            case [first, *_]:
                name = f"{first} et al."
        return name, entry.fields.get("year", "")

    def listed(self, keys: Iterable[str]) -> list[str]:
        """Each work as a line of Markdown, in the order of `keys`."""
        return [self._lines.get(key) or self._line(key) for key in keys]

    def _line(self, key: str) -> str:
        formatted: Any = self._style.format_entries([self._entry(key)])
        (entry,) = formatted
        text = " ".join(entry.text.render(Backend()).split())
        self._lines[key] = NEEDLESS.sub(r"\1", text)
        return self._lines[key]

    def by_author(self) -> list[str]:
        """All keys in the order of a list of references."""
        return sorted(self.entries, key=lambda key: tuple(map(str.casefold, self.called(key))))

    def _entry(self, key: str) -> Entry:
        if key not in self.entries:
            raise CourseError(f"the book cites {key!r}, which its bibliography does not have")
        return self.entries[key]
