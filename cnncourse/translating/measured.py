"""The walker of measured tables, `book/measured/*.json`: the words that a chapter shows of them."""

import json
import re

from .say import Say, Text, has_words

# The fields whose strings a chapter prints; what it goes by stands beside them, in "key".
SHOWN = {"about", "change", "data", "kind", "machine", "network", "recipe", "remedy"}
SHOWN |= {"seconds", "step"}
NAMED = re.compile(r"measured/\w+\.json")


def files_of(page: str) -> list[str]:
    """The tables that a page reads, relative to the book.

    >>> files_of('json.loads(Path("measured/deep.json").read_bytes())')
    ['measured/deep.json']
    """
    return sorted(set(NAMED.findall(page)))


def walk(text: str, say: Say, place: str = "") -> str:
    """The table with its words put through `say`.

    >>> walk('{"kind": "VGG, deep", "key": "vgg", "rate": 0.1}', lambda text: text.words.upper())
    '{"kind": "VGG, DEEP", "key": "vgg", "rate": 0.1}'
    """

    def said(value: object, field: str = "") -> object:
        if isinstance(value, dict):
            return {key: said(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [said(inner) for inner in value]
        if isinstance(value, str) and field in SHOWN and has_words(value, markdown=False):
            return say(Text(value, "shown", place))
        return value

    table = json.loads(text)
    made = said(table)
    return text if made == table else json.dumps(made, ensure_ascii=False)
