"""The batch: nobody is lost, nothing is done twice, and a kill at any moment leaves no trace."""

import json
import multiprocessing
import os
import random
import signal
import sys
import urllib.error
import urllib.request
from dataclasses import replace
from multiprocessing import forkserver

import nbformat
import psutil
import pytest
from answers import hand_in
from distributed import Client, LocalCluster
from nbgrader.api import Gradebook
from sqlalchemy import Engine, event
from tiny_course import FakeReader, FakeWorker, grade, tiny_course
from tiny_notebook import NO_HALF, RIGHT, tiny

from cnncourse import __main__ as command
from cnncourse.course import CourseError
from cnncourse.grading.examining import seeds
from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.gradebook.feedback import render
from cnncourse.grading.gradebook.lock import Busy
from cnncourse.grading.intake.notebooks import annotate
from cnncourse.grading.records import Record, read_record, write_record
from cnncourse.grading.running import process, reading
from cnncourse.grading.running.batch import TRIES, Batch
from cnncourse.grading.running.cluster import Cluster
from cnncourse.grading.running.settings import Settings, course_secret

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture
def course(tmp_path):
    root = tiny_course(tmp_path)
    hand_in(root, "ada", "tiny", tiny(RIGHT))
    hand_in(root, "bob", "tiny", tiny(NO_HALF))
    return root


def gradebook(root):
    """Every grade and comment, as a person finds them in the forms and the export."""
    with Gradebook(f"sqlite:///{root}/grading/gradebook.db") as book:
        return {
            (submission.student.id, entry.name): tuple(
                getattr(entry, name, None)
                for name in ("auto_score", "manual_score", "needs_manual_grade", "comment")
            )
            for submission in book.assignment_submissions("tiny")
            for notebook in submission.notebooks
            for entry in (*notebook.grades, *notebook.comments)
        }


def left_behind(root):
    """All files of a finished run but the database itself, whose rows have random names."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for folder in ("verdicts", "autograded", "feedback")
        for path in (root / "grading" / folder).rglob("*")
        if path.is_file()
    }


# What is done, and what is not


def test_only_what_changed_is_graded_again(course):
    assert {r.new for r in grade(course).values()} == {True}
    assert {r.new for r in grade(course).values()} == {False}
    hand_in(course, "bob", "tiny", tiny(RIGHT))
    hand_in(course, "cyd", "tiny", tiny(RIGHT))
    results = grade(course)
    assert {name: r.new for name, r in results.items()} == {"ada": False, "bob": True, "cyd": True}
    assert results["bob"].points == 9 and gradebook(course)["bob", "half"][0] == 3


@pytest.mark.parametrize("change", ["seed", "limits", "sandbox", "source", "file", "force"])
def test_whatever_a_grade_depends_on_makes_it_new(course, change):
    grade(course)
    settings = {
        "seed": {"seed": 1},
        "limits": {"limits": Limits(cell_seconds=7)},
        "sandbox": {"sandbox": False},
        "force": {"force": True},
    }.get(change, {})
    if change == "source":
        source = course / "solutions" / "tiny" / "tiny.ipynb"
        source.write_text(source.read_text().replace("half(4) == 2", "half(4) == 2.0"))
    if change == "file":
        for student in ("ada", "bob"):
            (course / "grading/submitted" / student / "tiny" / "net.pt").write_bytes(b"w")
    assert {r.new for r in grade(course, **settings).values()} == {True}


@pytest.mark.parametrize(
    "lost", ["gradebook.db", "autograded/ada/tiny/tiny.ipynb", "feedback/ada/tiny/tiny.html"]
)
def test_what_can_be_made_from_the_records_is_not_examined_again(course, lost, monkeypatch):
    grade(course)
    before = gradebook(course), left_behind(course)
    (course / "grading" / lost).unlink()
    monkeypatch.setattr(FakeWorker, "examine", None)
    grade(course)
    assert (gradebook(course), left_behind(course)) == before


def test_a_record_that_is_not_whole_counts_for_nothing(course):
    grade(course)
    path = course / "grading/verdicts/tiny/ada.json"
    path.write_text(path.read_text()[:-20])
    assert read_record(path) is None
    assert grade(course)["ada"].new


def test_a_file_that_became_unreadable_keeps_no_earlier_points(course):
    grade(course)
    hand_in(course, "ada", "tiny", "{")
    assert (grade(course)["ada"].verdict, grade(course)["ada"].points) == ("unreadable", 0)
    assert gradebook(course)["ada", "double"][0] == 0
    page = (course / "grading/feedback/ada/tiny/tiny.html").read_text()
    assert "Verdict: unreadable" in page and "return x / 2" not in page


def test_points_of_another_program_in_the_gradebook_are_put_right(course):
    grade(course)
    with Gradebook(f"sqlite:///{course}/grading/gradebook.db") as book:
        book.find_grade("half", "tiny", "tiny", "bob").auto_score = 3
        book.db.commit()
    assert grade(course)["bob"].points == 2


# What goes wrong


class Fails(FakeWorker):
    """Fails `times` times at the submission that says so."""

    times = 0

    def examine(self, source, submission, files, seed):
        if "fail" in files and Fails.times:
            Fails.times -= 1
            raise OSError("no sandbox to be had")
        return super().examine(source, submission, files, seed)


@pytest.fixture
def failing(course):
    (course / "grading/submitted/bob/tiny/fail").touch()
    return course


def test_a_grader_error_is_tried_again(failing):
    Fails.times = TRIES
    assert grade(failing, worker=Fails)["bob"].verdict == "wrong"


def test_a_lasting_grader_error_is_no_grade_and_stops_nobody(failing):
    Fails.times = 100
    results = grade(failing, worker=Fails)
    assert (results["ada"].verdict, results["bob"].verdict) == ("ok", "grader error")
    assert "no sandbox to be had" in results["bob"].message
    assert gradebook(failing)["bob", "double"] == (None, None, True, None)
    Fails.times = 0
    results = grade(failing, worker=Fails)  # the same command tries again, and only there
    assert (results["ada"].new, results["bob"].new, results["bob"].points) == (False, True, 2)


def test_a_folder_whose_name_leaves_no_room_for_an_ending_stops_nobody(course):
    hand_in(course, "x" * 255, "tiny", tiny(RIGHT))
    for _ in range(2):
        results = grade(course)
        assert results.pop("x" * 255).verdict == "grader error"
        assert {result.verdict for result in results.values()} >= {"ok"}
        assert not any(result.failed for result in results.values())


def test_a_worker_with_other_software_is_no_grader(course):
    with pytest.raises(process.UnfitWorker, match="other versions"):
        grade(course, software="another")
    assert not left_behind(course)


def test_two_runs_at_once_do_not_mix(course):
    batch = Batch(course, "tiny", Settings(0, worker=FakeWorker, reader=FakeReader))
    with batch.alone(), pytest.raises(Busy, match="another run"):
        grade(course)


# A class


def test_a_class_of_300_with_broken_notebooks_gets_300_verdicts(tmp_path, monkeypatch):
    # The pages take most of the time and are not what is asked here.
    monkeypatch.setattr(reading.feedback, "render", lambda *args: "page")
    root = tiny_course(tmp_path)
    whole = json.dumps(tiny(RIGHT))
    rng, expected = random.Random(6), {}
    for number in range(300):
        student, kind = f"s{number:03}", number % 10
        if kind == 0:
            broken = rng.choice(
                [
                    whole[: rng.randrange(1, len(whole) - 1)],
                    "",
                    "[1, 2]",
                    "\0" * 9,
                    '{"cells": 3}',
                    "{" * 5000,
                    whole.replace("cells", "sells"),
                ]
            )
            hand_in(root, student, "tiny", broken)
            expected[student] = "unreadable", 0
        else:
            answer, points = ((RIGHT, 9), (NO_HALF, 2), (RIGHT.replace("/", "//"), 5))[kind % 3]
            hand_in(root, student, "tiny", tiny(f"# {student}\n{answer}"))
            expected[student] = "ok" if points == 9 else "wrong", points
    results = grade(root)
    assert {name: (r.verdict, r.points) for name, r in results.items()} == expected
    assert len(list((root / "grading/verdicts/tiny").glob("*.json"))) == 300
    book = gradebook(root)
    for student, (_, points) in expected.items():
        assert sum(book[student, test][0] for test in ("double", "half", "hidden")) == points


# Kills


def die_at(step, root):
    """Grade, and kill this process at its step'th write to a disk."""
    steps = iter(range(step))

    def count(*args):
        if next(steps, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(function):
        def wrapper(*args):
            count()
            result = function(*args)
            count()
            return result

        return wrapper

    os.replace, os.fsync = counted(os.replace), counted(os.fsync)
    event.listen(Engine, "commit", count)
    grade(root)


@pytest.fixture(scope="module")
def server():
    """Starts processes that have imported everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with pytest.MonkeyPatch.context() as patch:  # before Python 3.13 it knows no other path
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        forkserver.ensure_running()
    return context


def class_of(root):
    for number, answer in enumerate(
        [RIGHT, NO_HALF, "{", RIGHT.replace("/", "//"), "import nothing"]
    ):
        hand_in(
            root,
            f"s{number}",
            "tiny",
            answer if answer == "{" else tiny(answer, question="Because"),
        )


def test_killed_at_ten_random_moments_and_resumed_a_run_leaves_what_an_undisturbed_one_leaves(
    tmp_path, server
):
    roots = [
        tiny_course(tmp_path / name)
        for name in ("calm", "killed")
        if (tmp_path / name).mkdir() is None
    ]
    for root in roots:
        class_of(root)
    grade(roots[0])
    rng = random.Random(20261124)
    for _ in range(10):
        process = server.Process(target=die_at, args=(rng.randrange(40), roots[1]))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        for record in (roots[1] / "grading").glob("verdicts/tiny/*.json"):
            json.loads(record.read_text())  # never half of one
    results = grade(roots[1])
    assert len(results) == 5
    assert gradebook(roots[1]) == gradebook(roots[0])
    assert left_behind(roots[1]) == left_behind(roots[0])


# What an instructor sees


def test_the_secret_is_drawn_once_and_kept_from_others(tmp_path):
    secret = course_secret(tmp_path)
    assert course_secret(tmp_path) == secret and 2**255 <= secret < 2**256
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
    assert (tmp_path / "secret").stat().st_mode & 0o177 == 0
    assert course_secret(tmp_path / "other") != secret


@pytest.mark.parametrize("text", ["", "seven", "7", "-1" + "0" * 64])
def test_a_file_without_a_secret_is_told_and_kept(tmp_path, text):
    (tmp_path / "secret").write_text(text)
    with pytest.raises(CourseError, match=r"not the course's secret.*restore the file"):
        course_secret(tmp_path)
    assert (tmp_path / "secret").read_text() == text


def test_each_student_is_asked_with_other_inputs_and_with_the_same_again(course, monkeypatch):
    asked = []
    examine = FakeWorker.examine

    def listen(self, source, submission, files, seed):
        asked.append(seed)
        return examine(self, source, submission, files, seed)

    monkeypatch.setattr(FakeWorker, "examine", listen)
    grade(course, seed=2**255 + 5)
    first, asked[:] = set(asked), []
    assert len(first) == 2 and min(first) > 2**128
    grade(course, seed=2**255 + 5, force=True)
    assert set(asked) == first
    records = [json.loads(path.read_text()) for path in course.glob("grading/verdicts/*/*.json")]
    assert {record["inputs"] for record in records} == {seeds.mark(seed) for seed in first}
    left = b"".join(path.read_bytes() for path in (course / "grading").rglob("*") if path.is_file())
    assert not [seed for seed in (2**255 + 5, *first) if str(seed).encode() in left]
    for path in course.glob("grading/feedback/*/*/*.html"):
        assert (
            json.loads((course / f"grading/verdicts/tiny/{path.parts[-3]}.json").read_text())[
                "inputs"
            ]
            in path.read_text()
        )


def test_what_ran_after_a_hidden_test_shows_is_the_lecturers(tmp_path):
    notebook = tiny(RIGHT)
    outputs = [{"output_type": "stream", "name": "stdout", "text": "the hidden input is 7"}]
    record = Record("tiny", "ada", "ok", "", outputs={"solution": outputs}, withheld=["solution"])
    annotated = annotate(notebook, record)
    assert "the hidden input is 7" in nbformat.writes(annotated)
    page = render(annotated, record, {})
    assert "the hidden input is 7" not in page and "hidden tests had run before it" in page
    record = replace(record, withheld=[])
    assert "the hidden input is 7" in render(annotate(tiny(RIGHT), record), record, {})


def test_a_record_survives_writing_and_has_a_known_verdict(tmp_path):
    record = Record("tiny", "ada", "ok", "ünï \ud800", {"half": 3.0}, sandboxed=False)
    write_record(record, tmp_path / "ada.json")
    assert read_record(tmp_path / "ada.json").points == {"half": 3.0}
    with pytest.raises(ValueError, match="no verdict"):
        Record("tiny", "ada", "great", "")


def listening():
    return {
        connection.laddr
        for connection in psutil.Process().net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }


def test_a_few_workers_are_threads_of_this_process_that_nobody_can_reach():
    before = listening()
    with Cluster(3) as cluster:
        assert cluster.client.scheduler_info()["address"].startswith("inproc://")
        assert sum(cluster.client.nthreads().values()) == 3
        opened = listening() - before
        assert {place.ip for place in opened} <= {"127.0.0.1"}
        for place in opened:  # Dask's own pages would list the students
            for page in ("", "metrics", "info/main/workers.html", "json/counts.json"):
                with pytest.raises(urllib.error.HTTPError, match="404"):
                    urllib.request.urlopen(f"http://127.0.0.1:{place.port}/{page}", timeout=5)


def test_the_processes_of_a_larger_cluster_listen_on_the_loopback_and_let_no_stranger_in():
    with Cluster(5) as cluster:
        assert sum(cluster.client.nthreads().values()) == 5
        address = cluster.client.scheduler_info()["address"]
        assert address.startswith("tls://127.0.0.1:")
        workers = cluster.client.scheduler_info()["workers"]
        assert all(worker.startswith("tls://127.0.0.1:") for worker in workers)
        with pytest.raises(Exception):  # noqa: B017, PT011  # Dask raises one or another
            Client(address.replace("tls", "tcp"), timeout=2)


def test_a_clusters_scheduler_does_as_well_and_its_workers_are_left_clean(course):
    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        protocol="tcp",
        host="127.0.0.1",
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
    ) as local:
        results = grade(course, lambda _: Cluster(scheduler=local.scheduler_address))
        assert {name: r.points for name, r in results.items()} == {"ada": 9, "bob": 2}
        assert process._warm is None


def test_the_command_says_what_it_was_given_wrongly(course, monkeypatch, capsys):
    def said(*options):
        assert command.main(["grade", "tiny", "--root", str(course), *options]) in (1, 2)
        return capsys.readouterr().err

    assert "--workers must be 1 or more" in said("--workers", "0")
    assert "--timeout -1: the limit cell_seconds must be above 0" in said("--timeout", "-1")
    monkeypatch.setenv("PATH", "/nowhere")
    assert said().startswith("Stopped: ") and "bubblewrap" in said()
    assert "no submissions found" in said("--submitted", "none", "--unsafe-no-sandbox")
