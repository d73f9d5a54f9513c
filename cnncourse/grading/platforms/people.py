"""A person as a line of a platform's table tells of them, and how names are compared."""

import re
import unicodedata
from dataclasses import dataclass

from .sheets import unmarked

UNSEEN = re.compile("[\u034f\u180b-\u180f\ufe00-\ufe0f]")  # how a letter is drawn, not which it is


@dataclass(frozen=True)
class Person:
    """What a platform writes about somebody; empty where it does not.

    number: the platform's: Moodle's participant, another one in each assignment, or Canvas's user.
    ids: identifiers that an institution gave (ID number, SIS User ID). login: the user name.
    """

    platform: str
    name: str = ""
    number: str = ""
    email: str = ""
    ids: tuple[str, ...] = ()
    login: str = ""
    section: str = ""
    group: str = ""

    @property
    def identified(self) -> bool:
        """Is there anything beside the name, and beside the platform's own number?"""
        return bool(self.email or self.ids or self.login)

    def __str__(self) -> str:
        about = ", ".join(filter(None, [self.number, *self.ids, self.login, self.email]))
        return f"{self.name or self.platform} ({about})" if about else self.name or self.platform


def plain(text: str) -> str:
    """Text as two platforms may write it differently: composed letters, no marks that nobody sees.

    >>> plain("Zoe\\u0308") == plain("Zo\\xeb"), plain("\\u202azoe@example.org\\u200b")
    (True, 'zoe@example.org')
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(mark for mark in composed if unicodedata.category(mark) != "Cf").strip()


def full_name(cell: str) -> str:
    """A name as it is said: without tags, marks and line ends, the first name first.

    >>> full_name("Lovelace, Ada"), full_name('="=1+1"'), full_name("Ada <i class='x'></i>Byron")
    ('Ada Lovelace', '=1+1', 'Ada Byron')
    """
    cell = unmarked(cell)
    if found := re.fullmatch(r'="(.*)"', cell):
        cell = found[1]
    cell = " ".join(re.sub(r"<[^>]*>", " ", cell).split())
    last, comma, first = cell.partition(", ")
    return f"{first} {last}" if comma and first and last else cell


def name_key(name: str) -> str:
    """What two spellings of one name have in common: its letters and digits, in their order.

    The signs of vowels belong to the letters: in Hindi, Ram and Rama differ by one alone.

    >>> name_key("O'Testa, Ann-Marie") == name_key("Ann Marie OTesta")
    True
    >>> name_key("राम") == name_key("रमा")
    False
    """
    folded = unicodedata.normalize("NFKC", full_name(name)).casefold()
    return "".join(mark for mark in folded if mark.isalnum() or _is_sign(mark))


def _is_sign(mark: str) -> bool:
    """Is it a part of the letter before it, and one that is seen?"""
    return unicodedata.category(mark)[0] == "M" and not UNSEEN.fullmatch(mark)


def sortable_keys(name: str) -> set[str]:
    """The keys of a name written with each of its later words first, as Canvas names its files."""
    words = full_name(name).split()
    return {name_key(" ".join(words[at:] + words[:at])) for at in range(1, max(2, len(words)))}
