"""What is put into the folder is graded once it lies still: neither half copied, nor twice."""

import itertools

import pytest
from answers import hand_in
from tiny_course import FakeReader, FakeWorker, ThisProcess, tiny_course
from tiny_notebook import NO_HALF, RIGHT, tiny

from cnncourse import __main__ as command
from cnncourse.course import CourseError
from cnncourse.grading.commands import grade, grading
from cnncourse.grading.gradebook.lock import Busy
from cnncourse.grading.running.arrivals import AGAIN, STILL, Arrivals
from cnncourse.grading.running.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


class Clock:
    now = 0.0

    def __call__(self):
        return self.now

    def pass_by(self, seconds):
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def course(tmp_path):
    return tiny_course(tmp_path)


@pytest.fixture
def arrivals(course, clock):
    return Arrivals(course, course / "grading" / "submitted", ["tiny"], clock)


def ready(arrivals, clock):
    """Who waits to be graded, twice asked with the time in between that a still file needs."""
    arrivals.ready()
    clock.pass_by(STILL)
    return arrivals.ready().get("tiny", [])


def test_nothing_is_taken_before_it_lay_still(course, arrivals, clock):
    assert ready(arrivals, clock) == []
    hand_in(course, "ada", "tiny", "{")  # the beginning of a notebook
    for half in ("{ ", '{"cells"', '{"cells": ['):
        assert arrivals.ready() == {}
        clock.pass_by(STILL / 2)
        hand_in(course, "ada", "tiny", half)
        clock.pass_by(STILL / 2)
    hand_in(course, "ada", "tiny", tiny(RIGHT))
    assert ready(arrivals, clock) == ["ada"]


def test_what_was_graded_waits_no_more_until_it_or_the_source_changes(course, arrivals, clock):
    hand_in(course, "ada", "tiny", tiny(RIGHT))
    hand_in(course, "bob", "tiny", tiny(RIGHT))
    assert ready(arrivals, clock) == ["ada", "bob"]
    arrivals.done("tiny", "ada")
    assert ready(arrivals, clock) == ["bob"]
    arrivals.done("tiny", "bob")
    assert ready(arrivals, clock) == []
    hand_in(course, "ada", "tiny", tiny(NO_HALF))
    assert ready(arrivals, clock) == ["ada"]
    arrivals.done("tiny", "ada")
    (course / "grading/submitted/bob/tiny/weights.pt").write_bytes(b"1")
    assert ready(arrivals, clock) == ["bob"]
    arrivals.done("tiny", "bob")
    source = course / "solutions" / "tiny" / "tiny.ipynb"
    source.write_text(source.read_text() + "\n")
    assert ready(arrivals, clock) == ["ada", "bob"]


def test_a_change_while_it_is_graded_is_graded_too(course, arrivals, clock):
    hand_in(course, "ada", "tiny", tiny(RIGHT))
    assert ready(arrivals, clock) == ["ada"]
    hand_in(course, "ada", "tiny", tiny(NO_HALF))  # and only then the first grade is there
    arrivals.done("tiny", "ada")
    assert ready(arrivals, clock) == ["ada"]


def test_an_error_of_the_grader_is_tried_again_later_and_not_at_once(course, arrivals, clock):
    hand_in(course, "ada", "tiny", tiny(RIGHT))
    assert ready(arrivals, clock) == ["ada"]
    arrivals.done("tiny", "ada", failed=True)
    assert ready(arrivals, clock) == []
    clock.pass_by(AGAIN)
    assert ready(arrivals, clock) == ["ada"]


def test_links_and_folders_without_end_are_only_looked_at(course, arrivals, clock):
    folder = course / "grading" / "submitted" / "eve" / "tiny"
    folder.mkdir(parents=True)
    (folder / "up").symlink_to("..")
    (folder / "gone").symlink_to("nowhere")
    assert ready(arrivals, clock) == ["eve"]


@pytest.fixture
def watch(course, clock, monkeypatch):
    """`cnncourse grade --watch` in this process: acts happen one before each look, then Ctrl-C."""
    settings = Settings(0, worker=FakeWorker, reader=FakeReader)
    monkeypatch.setattr(grade, "settings_of", lambda options: settings)
    monkeypatch.setattr(grading, "Cluster", ThisProcess)
    monkeypatch.setattr(FakeWorker, "close", lambda self: None, raising=False)

    def run(*acts):
        def waiting(arrivals):
            arrivals.clock = clock
            for act in itertools.chain(acts, [lambda: None] * 2):
                act()
                yield from arrivals.ready().items()
                clock.pass_by(STILL)
            raise KeyboardInterrupt

        monkeypatch.setattr(grading, "waiting", waiting)
        return command.main(["grade", "tiny", "--watch", "--root", str(course)])

    return run


def pages(course):
    return sorted(path.parts[-3] for path in course.glob("grading/feedback/*/tiny/tiny.html"))


def test_what_arrives_is_graded_and_a_kill_loses_nothing(course, watch, capsys):
    def arrives(student):
        return lambda: hand_in(course, student, "tiny", tiny(RIGHT))

    assert watch(arrives("ada"), arrives("bob")) == 130
    said = capsys.readouterr().out
    assert "tiny ada: ok, 9 of 11" in said and "tiny bob: ok" in said
    assert pages(course) == ["ada", "bob"]
    arrives("cleo")()  # while nobody watched
    before = (course / "grading/verdicts/tiny/ada.json").read_bytes()
    assert watch() == 130
    said = capsys.readouterr().out
    assert "tiny cleo: ok" in said and "ada" not in said
    assert pages(course) == ["ada", "bob", "cleo"]
    assert (course / "grading/verdicts/tiny/ada.json").read_bytes() == before
    table = (course / "grading" / "grades.csv").read_text()
    assert all(f"tiny,{student},ok" in table for student in ("ada", "bob", "cleo"))


def test_while_another_run_grades_it_waits(course, watch, capsys, monkeypatch):
    grades, busy = grading.Batch.grade, iter([True, False])

    def sometimes(batch, *rest, **how):
        if next(busy, False):
            raise Busy("another run is grading")
        return grades(batch, *rest, **how)

    monkeypatch.setattr(grading.Batch, "grade", sometimes)
    watch(lambda: hand_in(course, "ada", "tiny", tiny(RIGHT)), lambda: None)
    out, err = capsys.readouterr()
    assert "another run is grading; trying again" in err and "tiny ada: ok" in out


def test_an_error_does_not_end_the_watch(course, watch, clock, capsys, monkeypatch):
    grades, fails = grading.Batch.grade, iter([True, False])

    def sometimes(batch, *rest, **how):
        if next(fails, False):
            raise CourseError("the gradebook is busy")
        return grades(batch, *rest, **how)

    monkeypatch.setattr(grading.Batch, "grade", sometimes)
    later = lambda: clock.pass_by(AGAIN)  # noqa: E731
    watch(lambda: hand_in(course, "ada", "tiny", tiny(RIGHT)), lambda: None, later)
    out, err = capsys.readouterr()
    assert err.count("the gradebook is busy; trying again") == 1 and "tiny ada: ok" in out


def test_watching_some_is_refused(course, watch, capsys):
    words = ["grade", "tiny", "--watch", "--student", "ada", "--root", str(course)]
    assert command.main(words) == 2
    assert "choose one" in capsys.readouterr().err
