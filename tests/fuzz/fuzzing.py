"""What strangers hand in, made up: the same from one seed in every process and every year."""

import io
import json
import struct
import zipfile

from tiny_notebook import RIGHT, tiny

ODD = [
    *(None, True, 0, -1, 1e308, 10**30, "", "x", "\ud800", "\0", [], {}, [[]], {"a": {}}, [None]),
    *(
        "tiny",
        "markdown",
        "code",
        ["a\n", 1],
        {"nbgrader": []},
        "attachment:x",
        "../../x",
        "é" * 300,
    ),
]
PIECES = [
    *("*a ", "a*", "![", "](", "[x](javascript:1)", "<script>", "</script>", "`", "```\n", "\n\n"),
    *("> ", "- ", "# ", "$", "$$", "\\begin{a}", "\\frac{", "}", "|", "---\n", "&#x3c;", "&lt;"),
    *(
        "![x](attachment:x.png)",
        "[y]: attachment:z\n",
        "<img src=x onerror=1>",
        "\u202e",
        "\0",
        "\t",
    ),
    *(
        "http://x",
        "<a href='j&Tab;avascript:1'>",
        "[^1]",
        "~~",
        "__",
        "1. ",
        "\\",
        "]]>",
        "<!--",
        "é",
    ),
]
NAMES = [
    *(
        "Ada",
        "_",
        "1",
        "22",
        "assignsubmission",
        "file",
        "/",
        "LATE",
        "anon",
        "tiny",
        ".ipynb",
        " - ",
    ),
    *(
        "attempt",
        "2026-11-16-09-05-59",
        "submission_1",
        "Nov 16, 2026 905 AM",
        "..",
        ".",
        "\\",
        "C:",
    ),
    *(
        "é",
        "e\u0301",
        "\u202e",
        "\ud800",
        "\n",
        "submission_metadata.yml",
        "(1)",
        "-1",
        "\0",
        "x" * 99,
    ),
]
TIMES = [
    *(
        "2026",
        "-",
        "11",
        "16",
        "T",
        " ",
        ":",
        "09",
        "Z",
        "+01:00",
        "CET",
        "AM",
        "Nov",
        "99999999999",
    ),
    *("1e9", ".", ",", "\0", "é", "0" * 50, "Infinity", "NaN", "²", "yesterday", "(", "W07", "24"),
]


def mutated(rng, data):
    """Bytes with a few of them changed, doubled or cut out."""
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(4)
        if kind == 0 and at < len(data):
            data[at] = rng.randrange(256)
        elif kind == 1:
            del data[at : at + rng.randrange(40)]
        elif kind == 2:
            data[at:at] = data[at : at + rng.randrange(60)]
        else:
            data[at:at] = rng.randbytes(rng.randrange(6))
    return bytes(data)


def joined(rng, pieces, most):
    return "".join(rng.choice(pieces) for _ in range(rng.randrange(1, most)))


def changed(rng, value, depth=0):
    """A JSON value with one part of it exchanged, taken away or put in."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(sorted(value))
        new = dict(value)
        if rng.random() < 0.15:
            new[rng.choice(sorted(value))] = new.pop(key)
        else:
            new[key] = changed(rng, value[key], depth + 1)
        return new
    if isinstance(value, list) and value and rng.random() < 0.9:
        new, at = list(value), rng.randrange(len(value))
        if rng.random() < 0.2:
            new.insert(at, new[rng.randrange(len(new))])
        elif rng.random() < 0.2:
            del new[at]
        else:
            new[at] = changed(rng, value[at], depth + 1)
        return new
    return rng.choice(ODD)


WHOLE = json.loads(json.dumps(tiny(RIGHT, question="![a](plot.png) because")))


def notebook(rng):
    """The bytes of a notebook that was changed in its structure, its bytes or both."""
    found = WHOLE
    for _ in range(rng.randrange(5)):
        found = changed(rng, found)
    if rng.random() < 0.1:
        found = {"nbformat": 3, "worksheets": [{"cells": [changed(rng, WHOLE["cells"][0])]}]}
    data = json.dumps(found, ensure_ascii=rng.random() < 0.8).encode("utf-8", "replace")
    return mutated(rng, data) if rng.random() < 0.3 else data


METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


def archive(rng):
    """The bytes of a zip archive of few entries, of which some are changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for _ in range(rng.randrange(5)):
            name = joined(rng, NAMES, 9).replace("\0", "").encode("utf-8", "replace").decode()
            if rng.random() < 0.7:
                name = f"Ada_{rng.randrange(3)}_assignsubmission_file/{name}"
            entry = zipfile.ZipInfo(name or "x")
            entry.external_attr = rng.choice((0, 0o100644, 0o120777, 0o040755)) << 16
            entry.compress_type = rng.choice(METHODS)
            data = rng.choice((b"", b"x" * 5000, rng.randbytes(50), b"PK\3\4", b"{}"))
            made.writestr(entry, archive(rng) if rng.random() < 0.05 else data)
    data = file.getvalue()
    return mutated(rng, data) if rng.random() < 0.8 else data


def message(rng):
    """The bytes that a process may send to another instead of a frame."""
    body = [
        [rng.choice((0, 3, -1, 10**9, 2**70, "x")) for _ in range(rng.randrange(3))],
        rng.choice(ODD),
    ]
    text = json.dumps(changed(rng, body) if rng.random() < 0.5 else body).encode()
    size = len(text) if rng.random() < 0.8 else rng.choice((0, 1, 2**31, 2**32 - 1))
    data = struct.pack("!I", size) + text + rng.randbytes(rng.randrange(8))
    return mutated(rng, data) if rng.random() < 0.5 else data


FORMS = [
    "tensor",
    "array",
    "scalar",
    "tuple",
    "list",
    "dict",
    "set",
    "yours",
    "mine",
    "int",
    "bytes",
    "complex",
    "range",
    "size",
    "dtype",
    "device",
    "float32",
    "<f4",
    "float",
    "0x7",
    "generator",
]


def form(rng, depth=0):
    """What the other side may say that a value is."""
    if depth > 3 or rng.random() < 0.4:
        return rng.choice([*ODD, *FORMS, rng.randrange(-3, 9)])
    return [form(rng, depth + 1) for _ in range(rng.randrange(5))]


def markdown(rng):
    return joined(rng, PIECES, 60)


def names(rng):
    """Paths of a download."""
    return [joined(rng, NAMES, 12) for _ in range(rng.randrange(1, 12))]


def time(rng):
    return joined(rng, TIMES, 10).encode("utf-8", "replace")
