"""Processes are begun before what takes long to import, where there is work for them, and end."""

import contextlib
import os
import signal
import subprocess
import sys
from typing import ClassVar

import psutil
import pytest
from answers import hand_in
from tiny_course import FakeReader, FakeWorker, ThisProcess, tiny_course
from tiny_notebook import RIGHT, tiny

from cnncourse import __main__ as command
from cnncourse.grading.commands import grade, grading
from cnncourse.grading.running.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
LONG = {"torch", "numpy", "nbgrader", "nbconvert", "distributed", "sqlalchemy"}


def told(code, *arguments):
    """What a program prints, and its exit code."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.splitlines(), done.returncode


@pytest.mark.parametrize(
    "module, allowed",
    [
        ("commands.grade", set()),
        ("commands.show", set()),
        ("commands.collect", set()),
        ("running.reading", {"nbconvert"}),  # of which pages are made
    ],
)
def test_what_begins_processes_and_what_reads_import_little(module, allowed):
    code = f"import sys, cnncourse.grading.{module}\nprint(*sorted({LONG - allowed} & {{*sys.modules}}))"
    assert told(code) == ([""], 0)


BEGIN = """
import sys
from cnncourse import __main__ as command
from cnncourse.grading.running import process

def begin(settings, readers):
    print(readers, "nbgrader" in sys.modules, "distributed" in sys.modules)
    raise KeyboardInterrupt

process.begin = begin
sys.exit(command.main(["grade", "--unsafe-no-sandbox", "--root", *sys.argv[1:]]))
"""


@pytest.fixture
def course(tmp_path):
    root = tiny_course(tmp_path)
    for student in ("ada", "bob", "cyd"):
        hand_in(root, student, "tiny", tiny(RIGHT))
    return root


@pytest.mark.parametrize(
    "options, readers",
    [([], 2), (["--workers", "4"], 3), (["--student", "ada"], 1), (["--watch"], 2)],
)
def test_they_are_begun_before_nbgrader_and_dask_are_imported(course, options, readers):
    lines, code = told(BEGIN, course, *options)
    assert (lines[-1], code) == (f"{readers} False False", 130)


class Begun(FakeWorker):
    """Remembers what was begun and ended."""

    log: ClassVar = []

    def begin(self):
        self.log.append("begun")

    def __exit__(self, *error):
        self.log.append("ended")


@pytest.fixture
def run(course, monkeypatch):
    """`cnncourse grade` in this process, and what it did with its worker."""
    settings = Settings(0, worker=Begun, reader=FakeReader)
    monkeypatch.setattr(grade, "settings_of", lambda options: settings)
    monkeypatch.setattr(grading, "Cluster", ThisProcess)

    def run(*options, names=("tiny",)):
        Begun.log.clear()
        code = command.main(["grade", *names, "--root", str(course), *options])
        return code, list(Begun.log)

    return run


def test_where_nothing_is_to_be_graded_nothing_is_started(run):
    assert run() == (0, ["begun", "ended"])
    assert run() == (0, [])
    assert run("--dry-run") == (0, [])
    assert run("--force") == (0, ["begun", "ended"])


def test_all_assignments_of_a_run_are_graded_by_the_same_processes(course, run):
    (course / "solutions" / "more").mkdir()
    source = (course / "solutions" / "tiny" / "tiny.ipynb").read_text()
    (course / "solutions" / "more" / "more.ipynb").write_text(source)
    for student in ("ada", "bob"):
        hand_in(course, student, "more", tiny(RIGHT))
    assert run(names=()) == (0, ["begun", "ended"])
    assert len(list((course / "grading" / "verdicts").glob("*/*.json"))) == 5


@pytest.mark.parametrize("lost", ["nbgrader_config.py", "course.toml"])
def test_an_error_at_the_start_is_a_sentence_and_ends_what_was_begun(course, run, lost, capsys):
    if lost == "course.toml":
        (course / lost).write_text("grace_days = 'many'")
    else:
        (course / lost).unlink()
    code, log = run()
    assert code == 2 and log in ([], ["begun", "ended"])
    said = capsys.readouterr().err.strip()
    assert said.startswith("Stopped: ") and lost in said and "\n" not in said


def test_an_interrupt_is_not_lost_to_whoever_catches_everything():
    before = signal.getsignal(signal.SIGINT)
    swallowed = contextlib.suppress(BaseException)  # as by a library that looks for another one
    with pytest.raises(KeyboardInterrupt), grade._interruptible(), swallowed:
        signal.raise_signal(signal.SIGINT)
    with grade._interruptible():
        pass
    assert signal.getsignal(signal.SIGINT) == before


INTERRUPTED = """
import sys
from cnncourse import __main__ as command
from cnncourse.grading.running import process

class Interrupt:
    def find_spec(self, name, *rest):
        if name == "cnncourse.grading.commands.grading":
            begun = [*process._warm.warm.values()]
            print(*(of.process.pid for of in begun), *(of._process.pid for of in process._readers))
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupt())
sys.exit(command.main(["grade", "tiny", "--root", sys.argv[1]]))
"""


def test_an_interrupt_at_the_start_leaves_no_process_behind(sandboxed, course):
    lines, code = told(INTERRUPTED, course)
    numbers = [int(number) for number in lines[-1].split()]
    assert code == 130 and len(numbers) == 4
    assert not [number for number in numbers if psutil.pid_exists(number)]
