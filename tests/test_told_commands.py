"""Every command line that a page tells is one: its command, its options, its target are there."""

import re
import shlex
from functools import cache

import pytest
from answers import COURSE
from nbgrader.apps import NbGraderApp

from cnncourse.__main__ import LECTURERS, STUDENTS, parser

PAGES = [
    COURSE / "README.md",
    COURSE / "CONTRIBUTING.md",
    COURSE / "book" / "intro.md",
    COURSE / "book" / "get.md",
    COURSE / "cnncourse" / "publishing" / "kit_files" / "README.md",
    *sorted((COURSE / "book" / "instructors").glob("*.md")),
]
COMMANDS = STUDENTS | LECTURERS
PROGRAMS = set(
    "apt cd cp dnf git mv npx pip python rsync scp source systemd-run tools/on_gpu.sh uv".split()
)
PLACEHOLDERS = {"N": "2", "SECONDS": "5", "SEED": "1"}  # where a number is wanted


def lines(text):
    """(command line, is it a whole one?): the lines of sh blocks, and code between the words."""
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            for part in re.sub(r"(^|\s)#.*", "", line).split("&&"):
                if part.strip():
                    yield part.strip(), True
    prose = re.sub(r"^(```+).*?^\1", "", text, flags=re.MULTILINE | re.DOTALL)
    for code in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", prose):
        if re.match(r"(\.venv/bin/)?(cnncourse|make|nbgrader) |--\w|python start\.py", code):
            yield code, False


def problem(line, whole=True):
    """Why a command line would not run, or None."""
    # In the kit, start.py takes the command's own words.
    words = shlex.split(re.sub(r"^python3? start\.py$", "cnncourse lab", line))
    if words[:2] == ["python", "start.py"]:
        words[:2] = ["cnncourse"]
    while words and re.match(r"\w+=", words[0]):
        words.pop(0)
    program, rest = words[0].removeprefix(".venv/bin/"), [w for w in words[1:] if w != "…"]
    if program.startswith("--"):
        return None if program.partition("=")[0] in options() else f"no command takes {program}"
    if program == "cnncourse":
        return told(rest, whole)
    if program == "make":
        targets = [word for word in rest if "=" not in word]
        return next((f"no target {word}" for word in targets if word not in made()), None)
    if program == "nbgrader":
        return None if rest[0] in NbGraderApp.subcommands else f"nbgrader has no {rest[0]}"
    return None if program in PROGRAMS or not whole else f"{program}: what is it?"


def told(words, whole):
    """The same for a line of `cnncourse`, whose own parser is asked."""
    if not words or words[0] in ("COMMAND", "--version"):
        return None
    if words[0] not in COMMANDS:
        return f"no command {words[0]}"
    if words[1:] in ([], ["--help"]) and not whole:
        return None  # the text names the command
    try:
        parser(COMMANDS, words[0]).parse_args([PLACEHOLDERS.get(word, word) for word in words])
    except SystemExit as ended:
        return None if ended.code == 0 else "the command refuses it"
    return None


@cache
def made():
    text = (COURSE / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):", text, re.MULTILINE))


@cache
def options():
    """All options of all commands."""
    return {
        option
        for name in COMMANDS
        for action in parser(COMMANDS, name)._subparsers._group_actions[0].choices[name]._actions
        for option in action.option_strings
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_command_line_of_a_page_would_run(page, capsys):
    found = list(lines(page.read_text(encoding="utf-8")))
    wrong = {line: said for line, whole in found if (said := problem(line, whole))}
    assert not wrong, capsys.readouterr().err
    assert found or page.stem == "index"


@pytest.mark.parametrize(
    "line",
    [
        "cnncourse graed im2col",
        "cnncourse grade im2col --jobs 2",
        "cnncourse collect im2col",
        ".venv/bin/cnncourse report",
        "cnncourse grade --timeout",
        "make bok",
        "nbgrader grade_it im2col",
        "python start.py chek im2col",
        "--schedule",
        "A=b frobnicate",
    ],
)
def test_a_line_that_would_not_run_is_found(line, capsys):
    assert problem(line)


def test_lines_are_found_in_blocks_and_between_words():
    text = (
        "Run `make lab`, not `x = 1`:\n\n```sh\na=1 make book && cd x  # so\n# …\n```\n\n`--seed`."
    )
    assert list(lines(text)) == [
        ("a=1 make book", True),
        ("cd x", True),
        ("make lab", False),
        ("--seed", False),
    ]
