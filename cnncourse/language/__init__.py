"""What students are told, in the language of their course: `tr` around every sentence.

At the bottom of the house, so that everything may speak: imports `course` alone. The sentences are
English in the program; other languages are files beside this one, made from the catalogs under
locale/ by `cnncourse translate update`. Which language it is: $CNNCOURSE_LANGUAGE, which grading
gives to its sandboxes; else that of the kit in which the library lies; else what the course's
pyproject.toml says; else English.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from cnncourse.course import checkout, course_language

# Languages whose texts have a comma before the decimals, and a point between the thousands.
WITH_A_DECIMAL_COMMA = ("de", "es", "it", "nl", "pt", "tr")
# As Python writes it; in "(4, 5)" there are two, and none in "2.15.0".
NUMBER = re.compile(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?!\w|[.,]\d)")
VARIABLE = "CNNCOURSE_LANGUAGE"
HERE = Path(__file__).parent
OF_THE_KIT = HERE / "default"  # names the language of a packed kit


def tr(text: str, /, **values: object) -> str:
    """A sentence in the course's language, with its {values} filled in.

    What has no translation is told in English.

    >>> tr("{count} of {all} are wrong", count=2, all=3)
    '2 of 3 are wrong'
    """
    words = _catalog(current()).get(text, text)
    return words.format(**values) if values else words


def later(text: str) -> str:
    """A sentence that is told later, by `tr(name)`: only marks it for the catalogs."""
    return text


def both(text: str) -> tuple[str, ...]:
    """A phrase as it is told in the course's language and in English, for whoever looks for it.

    >>> both("Likely cause: ")
    ('Likely cause: ',)
    """
    return tuple(dict.fromkeys((tr(text), text)))


def in_prose(number: str) -> str:
    """A formatted number as a text in the course's language writes it.

    >>> in_prose("1,024.5")
    '1,024.5'
    """
    return number if any(map(str.isalpha, number)) else with_its_marks(number)


def with_its_marks(text: str) -> str:
    """A text with all numbers in it as the course's language writes them.

    >>> with_its_marks("1,024.5 m")
    '1,024.5 m'
    """
    if current() not in WITH_A_DECIMAL_COMMA:
        return text
    return NUMBER.sub(lambda found: found[0].translate(str.maketrans(".,", ",.")), text)


def current() -> str:
    """The language that is spoken, e.g. "en"."""
    return os.environ.get(VARIABLE) or _of_the_course()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within it, that language is spoken, by the processes that are started too.

    >>> with speaking("it"):
    ...     print(current())
    it
    """
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = language
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


@cache
def _of_the_course() -> str:
    if OF_THE_KIT.is_file():
        return OF_THE_KIT.read_text(encoding="utf-8").strip()
    root = checkout()
    return course_language(root) if root else "en"


@cache
def _catalog(language: str) -> dict[str, str]:
    path = HERE / f"{language}.json"
    known: dict[str, str] = {}
    if language != "en" and path.is_file():
        known = json.loads(path.read_text(encoding="utf-8"))
    return known
