"""What a translation keeps of its original, whatever it says: formulas, numbers, code, links."""

import re
from collections import Counter
from collections.abc import Iterator

from .docstrings import pieces
from .say import DOCSTRING, FILLED_IN, FIXED, IN_CODE, PERCENT, TEXT_IN_FORMULA, Text, fixed

# Roles whose content is what a reader sees, and no name.
SPOKEN_ROLES = ("term",)
NUMBER = re.compile(r"\d+(?:[.,\u202f\u00a0 ]?\d+)*(?<![.,\s])")


def differences(text: Text, translation: str) -> list[str]:
    """In what a translation differs from its original where it must not, a sentence each.

    >>> differences(Text("the sum $a$ is 0.5", "paragraph"), "la somma $b$ è 0,5")
    ['formulas: $a$ is missing, $b$ is too much']
    >>> differences(Text("{n:3} of {m}", "shown"), "{n:3} su {m}")
    []
    """
    if not translation.strip():
        return ["it is empty"]
    both = _parts(text.words, text.kind), _parts(translation, text.kind)
    found = []
    for name in both[0]:
        missing, surplus = both[0][name] - both[1][name], both[1][name] - both[0][name]
        told = [f"{part} is missing" for part in missing.elements()]
        told += [f"{part} is too much" for part in surplus.elements()]
        if told:
            found.append(f"{name}: {', '.join(told)}")
    lines = [words.strip().count("\n") for words in (text.words, translation)]
    if lines[0] != lines[1]:
        found.append(f"line breaks: {lines[0]} in the original, {lines[1]} here")
    return found


def _parts(words: str, kind: str) -> dict[str, Counter[str]]:
    parts: dict[str, Counter[str]] = {
        name: Counter() for name in ("formulas", "code", "roles", "links", "tags", "placeholders")
    }
    if kind in IN_CODE:
        parts["placeholders"] = Counter(FILLED_IN.findall(words))
        rest = FILLED_IN.sub(" ", words)
        parts["placeholders"].update(PERCENT.findall(rest))
    elif kind == DOCSTRING:
        found = list(pieces(words))
        parts["formulas"] = Counter(part for what, part in found if what == "formula")
        parts["code"] = Counter(part for what, part in found if what == "code")
        rest = " ".join(part for what, part in found if what == "words")
    else:
        for what, part in fixed(words):
            match what:
                case "formula":
                    parts["formulas"][_bare(part)] += 1
                case "code":
                    parts["code"][part] += 1
                case "role":
                    parts["roles"][_role(part)] += 1
                case "target" | "address":
                    parts["links"][part.strip("]")] += 1
                case "tag":
                    parts["tags"][part] += 1
        rest = FIXED.sub(" ", words)
    parts["numbers"] = Counter(re.sub(r"\D", "", number) for number in NUMBER.findall(rest))
    return parts


def _bare(formula: str) -> str:
    """A formula without the words and the spaces in it."""
    return re.sub(r"\s+", " ", TEXT_IN_FORMULA.sub(r"\1\3", formula))


def _role(role: str) -> str:
    """Name and target of a role; what a reader sees of it may be translated."""
    name, _, content = role.partition("`")
    target = re.search(r"<([^>]+)>`$", content)
    if target:
        return f"{name}`<{target[1]}>`"
    return name if name.strip("{}") in SPOKEN_ROLES else role


def left_in_english(texts: Iterator[str]) -> Iterator[str]:
    """For what is said in another language: sentences that are English all the same."""
    for text in texts:
        words = set(re.findall(r"[a-z]+", FIXED.sub(" ", text).lower()))
        if len(words & ENGLISH) >= 3:
            yield text


ENGLISH = set(
    "the of and is are was were with that which this these those from they what when where how "
    "does have has not but every each than then there their into its it be by as an at or".split()
)
