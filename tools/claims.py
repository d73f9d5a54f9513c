"""Count the claims of the chapters, and list those that no computation of the same page covers.

    python tools/claims.py [CHAPTER …]

- A formula that stands by itself is covered if code with an output follows it in its section.
- A number in the prose is covered if the page's code or one of its outputs has it; computed ones
  come as {glue:text} anyway. Objectives, exercises and options of questions are not claims; nor
  are numbers in a sentence that cites its source, or in mathematics that a formula's code checks.
- A question is covered if its key is glued by the page's code.
"""

import re
import sys
from pathlib import Path

import nbformat

from cnncourse.course import chapters

BOOK = Path(__file__).resolve().parent.parent / "book"

FORMULA = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
QUESTION = re.compile(r"^:key: *(\S+)", re.MULTILINE)
GLUED = re.compile(r"glue\(\s*f?[\"']([^\"']+)[\"']")
NUMBER = re.compile(r"(?<![\w.,#-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w]|\.\d)")
CITATION = re.compile(r"\{footcite:[pt]\}`[^`]*`|\]\(https?:[^)]*\)")
# What holds no claim of its own, in this order.
NOT_PROSE = [
    re.compile(r"\$\$.+?\$\$(?: *\([\w-]+\))?", re.DOTALL),
    re.compile(r"\$[^$]+\$"),
    re.compile(r"^(?::{3,}\{.*|:{3,}|:\w+:.*|\(\S+\)=|#+ .*)$", re.MULTILINE),
    re.compile(r"\{[\w:]+\}`[^`]*`"),
    re.compile(r"`[^`]*`"),
    re.compile(r"\]\([^)]*\)"),
    re.compile(r"^(?:\d+\.|\*\*\d+\.)", re.MULTILINE),  # of a list
    re.compile(r"\b(?:19|20)\d\d\b"),  # a year: of LeNet-5, say
]


def claims(path):
    """(kind, text, covered) for each claim of a chapter."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    known = {
        plain(number)
        for cell in code
        for text in (cell.source, *map(text_of, cell.outputs))
        for number in NUMBER.findall(re.sub(r"(?<=\d)_(?=\d)", "", text))
    }
    glued = {name for cell in code for name in GLUED.findall(cell.source)}
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type != "markdown":
            continue
        for position, part in enumerate(sections(cell.source)):
            if part.startswith("## Exercises"):
                break
            last = position == len(sections(cell.source)) - 1
            for formula in FORMULA.findall(part):
                yield "formula", formula, last and is_computed_after(notebook.cells, place)
            for key in QUESTION.findall(part):
                yield (
                    "question",
                    key,
                    key in glued
                    or any(
                        key in text_of(output) + str(output) for c in code for output in c.outputs
                    ),
                )
            for sentence in prose(part):
                for number in NUMBER.findall(sentence):
                    yield "number", f"{number} in: {sentence.strip()}", plain(number) in known


def sections(source):
    return re.split(r"(?m)^(?=## )", source)


def prose(text):
    """The sentences of a text that claim something."""
    text = re.sub(r"(?ms)^:::\{(?:quiz|admonition\} What you will).*?^:::$", "", text)
    for paragraph in re.split(r"\n\s*\n", text):
        if CITATION.search(paragraph):
            continue
        for pattern in NOT_PROSE:
            paragraph = pattern.sub(" ", paragraph)
        yield from re.split(r"(?<=[.?!:])\s+", paragraph)


def is_computed_after(cells, place):
    """Does code with an output follow in the same section?"""
    for cell in cells[place + 1 :]:
        if cell.cell_type == "code" and cell.outputs:
            return True
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            return False
    return False


def text_of(output):
    data = output.get("data", {})
    return "".join([output.get("text", ""), *(str(value) for value in data.values())])


def plain(number):
    return (
        number.replace(",", "").rstrip("0").rstrip(".")
        if "." in number
        else (number.replace(",", ""))
    )


def main(names):
    total = 0
    print(f"{'':14}" + "".join(f"{kind:>12}s" for kind in ("formula", "number", "question")))
    missing = []
    for path in [BOOK / f"{name}.ipynb" for name in names or chapters(BOOK.parent)]:
        found = list(claims(path))
        counts = {
            kind: sum(k == kind for k, _, _ in found) for kind in ("formula", "number", "question")
        }
        print(f"{path.stem:14}" + "".join(f"{count:13}" for count in counts.values()))
        missing += [f"{path.stem}: {kind}: {text}" for kind, text, covered in found if not covered]
        total += len(found)
    print(f"{total - len(missing)} of {total} claims are covered by a computation")
    print("\n".join(missing))
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
