"""What was found about an assignment, and how it is written down: numbers first, then a page.

`tests/submissions/NAME/tried.json` keeps what a run found; `survivors.toml` beside it says of slips
that no test notices why that is so: {equivalent or outside of what the text promises}.
"""

import json
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .answers import Graded, Slip
from .pairs import Pair

NAMED = (
    "it holds ",
    "is NaN",
    "is infinite",
    "Likely cause: ",
    "this calls ",
    "was modified",
    "it raised ",
    "of your cell, in ",  # an exception, with the student's own line
    "was expected, but it",
    "type is wrong",  # the dtype, too: it says which one came, and which is expected
)


def is_named(said: str) -> bool:
    """Does a message say what is wrong, beyond that it is?"""
    return any(words in said for words in NAMED)


def cause(graded: Graded) -> str:
    """The cause that a student reads first, "" if none is named."""
    for said in graded.said.values():
        if "Likely cause: " in said:
            return said.rpartition("Likely cause: ")[2].partition("\n")[0]
    named = [said for said in graded.said.values() if said and is_named(said)]
    return named[0].partition("\n")[0] if named else ""


@dataclass
class Tried:
    """All of one assignment, as plain data.

    answers: {stored answer: {"lost": […], "cause": …}}. slips: a list of {"slip", "lost", "cause",
    "reason"}; reason is why a survivor is none. pairs: {"test", "first", "second", "other"}.
    """

    answers: dict[str, dict[str, Any]]
    slips: list[dict[str, Any]]
    pairs: list[dict[str, str]]

    @property
    def survivors(self) -> list[dict[str, Any]]:
        """The slips that change something, and cost nothing."""
        return [slip for slip in self.slips if not slip["lost"] and not slip["reason"]]

    @property
    def killed(self) -> tuple[int, int]:
        """How many slips cost points, of all that change anything."""
        count = sum(bool(slip["lost"]) for slip in self.slips)
        return count, count + len(self.survivors)

    @property
    def caused(self) -> tuple[int, int]:
        """How many wrong answers hear a cause, of all that are stored."""
        wrong = [found for found in self.answers.values() if found["lost"]]
        return sum(bool(found["cause"]) for found in wrong), len(wrong)


def reasons(folder: Path) -> dict[str, str]:
    """{slip: why no test has to notice it} of a folder's survivors.toml."""
    path = folder / "survivors.toml"
    if not path.is_file():
        return {}
    groups = tomllib.loads(path.read_text(encoding="utf-8"))
    return {slip: why for why, listed in groups.items() for slip in listed["slips"]}


def told(graded: Graded) -> dict[str, Any]:
    lost = graded.lost or ([graded.ended] if graded.ended else [])
    return {"lost": lost, "cause": cause(graded) or graded.ended}


def gather(
    answers: dict[str, Graded],
    slips: Sequence[tuple[Slip, Graded]],
    pairs: Sequence[Pair],
    why: dict[str, str],
) -> Tried:
    return Tried(
        {name: told(graded) for name, graded in answers.items()},
        [{"slip": str(s), **told(g), "reason": why.get(str(s), "")} for s, g in slips],
        [vars(pair) for pair in pairs],
    )


def write(tried: Tried, path: Path) -> None:
    text = json.dumps(vars(tried), indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def read(path: Path) -> Tried:
    return Tried(**json.loads(path.read_text(encoding="utf-8")))


def in_words(name: str, tried: Tried) -> str:
    """What a lecturer reads after a run: numbers, then everything that wants attention."""
    caused, wrong = tried.caused
    killed, slips = tried.killed
    right = len(tried.answers) - wrong
    lines = [
        f"{name}: {right} right and {wrong} wrong answers; {caused} of the wrong hear a cause.",
        f"{killed} of {slips} slips that change a result cost points; "
        f"{len(tried.slips) - slips} change nothing, or nothing that the text promises.",
    ]
    lines += [f"  survived: {slip['slip']}" for slip in tried.survivors]
    for pair in tried.pairs:
        other = f"; they differ on {pair['other']}" if pair["other"] else ""
        both = f"{pair['first']} / {pair['second']}"
        lines.append(f"  never told apart in {pair['test']}: {both}{other}")
    return "\n".join(lines)


PAGE = """(marks)=
# How the tests of the assignments were tested

A test that lets a wrong answer pass gives points for nothing; one that fails a right answer takes
them away; and a cause that is not the student's sends them to the wrong line. So the tests of each
assignment are tried with answers whose points are known, and with slips: the model answer with one
small fault, an operator, a bound, an argument, an axis, a default, a dtype, two steps in the other
order, a line that is missing. A slip that changes a result has to cost points. This page is written
by `make try`; `cnncourse try NAME` shows the same for one assignment, your own too.

{summary}
"""
SUMMARY = """| assignment | right answers | wrong ones | hear a cause | slips | cost points |
|---|---|---|---|---|---|
"""


def page(found: dict[str, Tried]) -> str:
    """The page for instructors, in Markdown."""
    rows, parts = [], []
    for name, tried in found.items():
        (caused, wrong), (killed, slips) = tried.caused, tried.killed
        share = f"{100 * killed / slips:.1f} %" if slips else "–"
        rows.append(
            f"| `{name}` | {len(tried.answers) - wrong} | {wrong} | {caused} | {slips} | {share} |"
        )
        parts.append(_part(name, tried))
    return PAGE.format(summary=SUMMARY + "\n".join(rows)) + "\n" + "\n".join(parts)


def _part(name: str, tried: Tried) -> str:
    tests = Counter(test for slip in tried.slips for test in slip["lost"])
    alone = Counter(slip["lost"][0] for slip in tried.slips if len(slip["lost"]) == 1)
    lines = [f"## {name}\n", "| test | slips it notices | that it alone notices |", "|---|---|---|"]
    lines += [f"| `{test}` | {count} | {alone[test]} |" for test, count in sorted(tests.items())]
    lines += ["\n| wrong answer | loses | hears |", "|---|---|---|"]
    for answer, result in tried.answers.items():
        if result["lost"]:
            lost = ", ".join(f"`{test}`" for test in result["lost"])
            lines.append(f"| `{answer}` | {lost} | {_cell(result['cause'])} |")
    # Only where they are: their text would give the model answer away.
    for slip in tried.survivors:
        lines.append(f"\nA slip that costs nothing: `{slip['slip'].partition(': ')[0]}`.")
    why = Counter(slip["reason"] for slip in tried.slips if slip["reason"])
    for reason, count in sorted(why.items()):
        lines.append(f"\nSlips that need not cost anything: {count}. {reason}")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;") or "–"
