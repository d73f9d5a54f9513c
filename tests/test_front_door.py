"""The one command: what it lists, and how it says that something went wrong."""

import argparse
import importlib
import logging
import os
import subprocess
import sys

import pytest
from answers import COURSE

from cnncourse import __main__ as command
from cnncourse import __version__
from cnncourse.course import CourseError


@pytest.fixture
def failing(monkeypatch):
    """The command `data` ends with this instead of its own work."""

    def fail(error):
        def run(options):
            logging.getLogger("cnncourse.data").debug("looked at %s", "everything")
            if isinstance(error, BaseException):
                raise error
            return error

        module = importlib.import_module("cnncourse.commands.data")
        monkeypatch.setattr(module, "run", run)

    yield fail
    logging.getLogger("cnncourse").setLevel(logging.NOTSET)


def test_alone_it_lists_each_command_on_a_line(capsys):
    assert command.main([]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "  cnncourse " in line]
    assert [line.split()[1] for line in lines] == [*command.STUDENTS, *command.LECTURERS]
    assert all(len(line) <= 100 for line in lines)


@pytest.mark.parametrize("name", [*command.STUDENTS, *command.LECTURERS])
def test_every_command_that_is_listed_is_there(name, capsys):
    with pytest.raises(SystemExit) as ended:
        command.main([name, "--help"])
    assert ended.value.code == 0 and f"cnncourse {name}" in capsys.readouterr().out


def test_every_file_of_a_command_is_listed():
    for listed, folder in (
        (command.STUDENTS, "cnncourse/commands"),
        (command.LECTURERS, "cnncourse/grading/commands"),
    ):
        files = {path.stem for path in (COURSE / folder).glob("*.py")} - {"__init__"}
        assert {name.rstrip("_") for name in files} - {"examining", "folders", "grading"} == set(
            listed
        )


def test_without_the_grading_part_a_student_is_not_shown_what_cannot_work(monkeypatch, capsys):
    monkeypatch.setattr(command, "can_grade", lambda: False)
    assert command.main([]) == 0
    assert "grade" not in capsys.readouterr().out
    assert command.main(["grade", "im2col"]) == 2
    assert "a lecturer's command" in capsys.readouterr().err


def test_the_list_needs_neither_torch_nor_nbgrader():
    code = (
        "import sys\nfrom cnncourse.__main__ import main\nmain([])\n"
        "assert not {'torch', 'nbgrader', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=COURSE, stdout=subprocess.DEVNULL)


def test_what_was_foreseen_is_one_sentence(failing, capsys):
    failing(CourseError("the folder data/ is full; make room and try again"))
    assert command.main(["data"]) == 2
    said = capsys.readouterr().err
    assert said == "Stopped: the folder data/ is full; make room and try again\n"


def test_what_was_not_foreseen_says_its_kind_and_how_to_see_where(failing, capsys):
    failing(KeyError("labels"))
    assert command.main(["data"]) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said and "KeyError: 'labels'" in said and "--verbose" in said


def test_what_was_said_before_stands_before_in_a_file_of_both():
    code = "from cnncourse.__main__ import stop\nprint('before')\nstop('after')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=COURSE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert done.stdout == b"before\nStopped: after\n"


@pytest.mark.parametrize(
    "place", [["data", "--verbose"], ["--verbose", "data"], ["data", "--verbose", "--root", "."]]
)
def test_verbose_shows_the_traceback_and_what_was_logged(failing, capsys, caplog, place):
    failing(CourseError("no"))
    with caplog.at_level(logging.DEBUG, "cnncourse"):
        assert command.main(place) == 2
    said = capsys.readouterr().err
    assert "Traceback" in said and said.endswith("Stopped: no\n")
    assert "looked at everything" in caplog.text


def test_an_interruption_says_how_to_go_on(failing, capsys):
    failing(KeyboardInterrupt())
    assert command.main(["data"]) == 130
    assert "takes up where it stopped" in capsys.readouterr().err


@pytest.mark.parametrize("outcome, code", [(None, 0), (0, 0), (1, 1), ("no points", 1)])
def test_the_exit_code_is_what_the_command_returns(failing, outcome, code):
    failing(outcome)
    assert command.main(["data"]) == code


def test_a_command_that_does_not_exist_is_named_with_those_that_do(capsys):
    with pytest.raises(SystemExit) as ended:
        command.main(["gradee"])
    said = capsys.readouterr().err
    assert ended.value.code == 2 and "gradee" in said and "grade" in said


def test_it_says_its_version(capsys):
    with pytest.raises(SystemExit) as ended:
        command.main(["--version"])
    assert ended.value.code == 0 and capsys.readouterr().out == f"cnncourse {__version__}\n"


def test_the_program_and_the_module_are_the_same_door():
    run = {"capture_output": True, "text": True, "check": True, "cwd": COURSE}
    module = subprocess.run([sys.executable, "-m", "cnncourse"], **run)
    program = os.path.join(os.path.dirname(sys.executable), "cnncourse")
    assert subprocess.run([program], **run).stdout == module.stdout


def test_options_of_commands_do_not_hide_the_common_one():
    parser = command.parser(command.STUDENTS | command.LECTURERS, "grade")
    assert isinstance(parser, argparse.ArgumentParser)
    assert parser.parse_args(["grade", "--verbose", "im2col"]).verbose


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_every_letter_is_printed_whatever_the_console_can_show(encoding, tmp_path):
    """As through a pipe on Windows, whose encoding has no "−"."""
    code = "import sys; from cnncourse import __main__ as c; c.overview = lambda known: '−1 → ½'; "
    code += "c.main([]); sys.exit(c.main(['lab', '−']))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONPATH": str(COURSE)},
        capture_output=True,
    )
    assert done.returncode == 2 and "Traceback" not in done.stderr.decode()
    assert done.stdout.decode("utf-8").strip() == "−1 → ½"
    assert "−" in done.stderr.decode("utf-8")
