"""The walker of the figures' strings: `static/en.js`, one object of strings for each figure."""

import ast
import json
import re

from .say import Say, Text, has_words

FIGURE = re.compile(r"^  (\w+): \{$", re.MULTILINE)
STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"")
ENTRY = re.compile(rf"(\b\w+):(\s*)({STRING.pattern}(?:\s*\+\s*{STRING.pattern})*)")
WIDTH = 100


def walk(script: str, say: Say) -> str:
    """The script with its strings put through `say`, each in the context of its figure.

    >>> walk('languages.en = {\\n  Pooling: {\\n    mode: "Mode",\\n', lambda text: text.context)
    'languages.en = {\\n  Pooling: {\\n    mode: "Pooling",\\n'
    """
    places = [(found.start(), found[1]) for found in FIGURE.finditer(script)]

    def translated(found: re.Match[str]) -> str:
        figure = next((name for start, name in reversed(places) if start < found.start()), "")
        words = "".join(ast.literal_eval(piece) for piece in STRING.findall(found[3]))
        if not figure or not has_words(words, markdown=False):
            return found[0]
        new = say(Text(words, "figure", found[1], figure))
        return found[0] if new == words else f"{found[1]}:{found[2]}{_literal(new, found[1])}"

    return ENTRY.sub(translated, script)


def _literal(words: str, key: str) -> str:
    """A string of JavaScript, on several lines where it is long."""
    pieces, room = [""], WIDTH - len(key) - 10
    for word in re.findall(r"\S+\s*|\s+", words):
        if pieces[-1] and len(pieces[-1] + word) > (WIDTH - 10 if len(pieces) > 1 else room):
            pieces.append("")
        pieces[-1] += word
    told = [json.dumps(piece, ensure_ascii=False) for piece in pieces]
    return " +\n      ".join(told)


def script(english: str, language: str, say: Say) -> str:
    """The script of another language, as it is generated."""
    body = english[english.index("languages.en = ") :].replace(
        "languages.en", f"languages.{language}", 1
    )
    head = (
        f"// The figures' strings, made from en.js and locale/{language}/figures.po by\n"
        "// `cnncourse translate update`; not edited.\n"
    )
    return head + walk(body, say)
