"""The walker of the page that says how the tests were tested, and what its rows say.

`cnncourse try --keep` writes that page, and its rows come and go with the stored answers. So no row
is a text of its catalog: what a wrong answer hears is put together from sentences that the catalogs
of the assignment and of the library have, and is told again from their translations. Why a slip
need not cost points is a text, and one without a translation is told in English.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from babel.messages.catalog import Catalog

from . import catalogs, markdown
from .rules import left_in_english
from .say import FILLED_IN, WORD, Say, Text, has_words

PAGE = "instructors/marks"
HEARD, REASON = "heard", "reason"  # kinds of texts
NAME = re.compile(r"## (\w+)$")
ROW = re.compile(r"(\| `\w+` \| (?:`[^`]*`(?:, )?)+ \| )(.*)( \|)$")
SLIPS = re.compile(r"(A slip [^:]*|Slips [^:]*)(: (?:`[^`]*`\.|\d+\. ))(.*)$")
SAID_IN_CODE = ("shown", "message")  # kinds of the texts that tests say
LIKELY = "Likely cause:"  # what it stands behind is a cause
PARTS = re.compile(r"(; or |: )")  # between sentences of one message


def walk(text: str, say: Say) -> str:
    """The page with all that a reader reads put through `say`.

    >>> rows = "## im2col\\n\\n| `wrong_a` | `b`, `c` | it is 0. |\\n\\nSlips left: 2. A view."
    >>> print(walk(rows, lambda text: text.words.upper()))
    ## im2col
    <BLANKLINE>
    | `wrong_a` | `b`, `c` | IT IS 0. |
    <BLANKLINE>
    SLIPS LEFT: 2. A VIEW.
    """
    prose, *parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    results = "".join(parts)
    return markdown.walk(prose, say) + "\n".join(_rows(results, say) if results else ())


def _rows(results: str, say: Say) -> Iterator[str]:
    assignment = ""
    for line in results.split("\n"):
        if name := NAME.match(line):
            assignment = name[1]
            yield line
        elif (row := ROW.match(line)) and has_words(row[2]):
            yield row[1] + _as_cell(say(Text(_as_text(row[2]), HEARD, assignment))) + row[3]
        elif slips := SLIPS.match(line):
            reason = say(Text(slips[3], REASON)) if slips[3] else ""
            yield say(Text(slips[1], "paragraph")) + slips[2] + reason
        else:
            yield markdown.walk(line, say)


def _as_text(cell: str) -> str:
    return cell.replace("\\|", "|").replace("&lt;", "<")


def _as_cell(text: str) -> str:
    return re.sub(r"<(?!/?span)", "&lt;", text.replace("|", "\\|"))


def speaker(own: Say, retelling: Callable[[str], "Retelling"]) -> Say:
    """A `say` for the page too: `own` has the words of a catalog, `retelling` of an assignment's.

    What is left in English is marked as that for whoever has the page read aloud.
    """
    known = cache(retelling)

    def say(text: Text) -> str:
        if text.kind == HEARD:
            return known(text.place).tell(text.words)
        said = own(text)
        return in_english(said) if text.kind == REASON and said == text.words else said

    return say


def in_english(words: str) -> str:
    """The words, marked as English if that is what they are, and no name or code."""
    return f'<span lang="en">{words}</span>' if any(left_in_english(iter([words]))) else words


class Retelling:
    """Tells in a language what a program said in English, sentence by sentence of its catalogs.

    >>> catalog = Catalog("it")
    >>> known = {"{n} of {m} are wrong.": "{n} su {m} sono errati.", "one": "uno"}
    >>> for english, words in known.items():
    ...     _ = catalog.add(english, words, auto_comments=["message"])
    >>> Retelling([catalog]).tell("f(3): one of 7 are wrong.")
    'f(3): uno su 7 sono errati.'
    """

    def __init__(self, known: Iterable[Catalog]) -> None:
        self.whole: dict[str, str] = {}
        self.known: dict[str, tuple[int, str]] = {}  # what was told before
        templates: dict[str, str] = {}
        pairs = [
            (str(message.id).strip(), str(message.string).strip())
            for catalog in known
            for message in catalogs.translations(catalog)
            if message.string and not message.fuzzy
            if any(kind in SAID_IN_CODE for kind in message.auto_comments)
        ]
        likely = dict(pairs).get(LIKELY, LIKELY)
        for english, words in [*pairs, *_causes(pairs, likely)]:
            where = templates if FILLED_IN.search(english) else self.whole
            where.setdefault(english.rstrip("."), words.rstrip("."))
        most_words_first = sorted(templates, key=lambda one: -len(FILLED_IN.sub("", one)))
        self.templates = [
            (_pattern(one), list(dict.fromkeys(FILLED_IN.findall(one))), templates[one])
            for one in most_words_first
            if len(WORD.findall(FILLED_IN.sub(" ", one))) > 1
        ]

    def tell(self, said: str) -> str:
        """The message in the language, with what cannot be told in it in English."""
        return self._best(said)[1]

    def _best(self, said: str) -> tuple[int, str]:
        """How many letters stay as they are, and the message: of all ways that with the fewest."""
        if said.endswith("."):
            left, told = self._best(said[:-1])
            return left, told + "."
        if said in self.whole:
            return 0, self.whole[said]
        if said not in self.known:
            ways = [(len(said), in_english(said)), *self._templates(said), *self._parts(said)]
            self.known[said] = min(ways, key=lambda way: way[0])
        return self.known[said]

    def _templates(self, said: str) -> Iterator[tuple[int, str]]:
        for pattern, names, words in self.templates:
            if found := pattern.fullmatch(said):
                values = [self._best(value) for value in found.groups()]
                told = dict(zip(names, (value for _, value in values), strict=True))
                yield (
                    sum(left for left, _ in values),
                    FILLED_IN.sub(lambda name: told.get(name[0], name[0]), words),  # noqa: B023
                )

    def _parts(self, said: str) -> Iterator[tuple[int, str]]:
        for between in PARTS.finditer(said):
            joint = between[0].strip()
            before, after = self._best(said[: between.start()]), self._best(said[between.end() :])
            left = before[0] + after[0] + (0 if joint in self.whole else len(between[0]))
            yield left, f"{before[1]}{self.whole.get(joint, joint)} {after[1]}"


def _causes(pairs: Iterable[tuple[str, str]], likely: str) -> Iterator[tuple[str, str]]:
    """What stands behind "Likely cause:" in a message, for where it is told alone."""
    for english, words in pairs:
        cause, told = english.rpartition(LIKELY)[2].strip(), words.rpartition(likely)[2].strip()
        if LIKELY in english and likely in words and cause:
            yield cause, told


def _pattern(template: str) -> re.Pattern[str]:
    """What a template's messages look like; a value that is named twice is the same twice."""
    names = list(dict.fromkeys(FILLED_IN.findall(template)))
    pattern, at = "", 0
    for name in FILLED_IN.finditer(template):
        group = f"v{names.index(name[0])}"
        seen = f"(?P<{group}>" in pattern
        value = f"(?P={group})" if seen else f"(?P<{group}>.+?)"
        pattern += re.escape(template[at : name.start()]) + value
        at = name.end()
    return re.compile(pattern + re.escape(template[at:]), re.DOTALL)
