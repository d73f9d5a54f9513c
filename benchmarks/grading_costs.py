"""What a submission costs, part by part, each beside its floor; start-up; the memory of a class.

A floor is the same work by the same library without what makes it safe: in this process, without
a sandbox, a deadline or a second process to talk to.
"""

import contextlib
import io
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from benchmarks.grading import (
    COURSE,
    begin,
    environment,
    hand_in,
    name_of_assignment,
    reference,
    resident_mb,
    timed,
)
from benchmarks.measure import interleave, limit_row, row
from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.examining.worker import Worker
from cnncourse.grading.gradebook import feedback
from cnncourse.grading.gradebook.book import Book
from cnncourse.grading.gradebook.course import open_course, run
from cnncourse.grading.gradebook.entry import Entry
from cnncourse.grading.intake import notebooks, parsing
from cnncourse.grading.intake.assignments import read_assignment
from cnncourse.grading.intake.folders import Submission
from cnncourse.grading.records import Record, write_record
from cnncourse.grading.running import jobs, process
from cnncourse.grading.running.cluster import Cluster
from cnncourse.grading.running.settings import Settings

ROUNDS = 9
STUDENTS, MOST_MB = 1000, 1500
SECONDS_TO_START = 3
PARTS = {  # the floor, then what it is compared with
    "cells and tests": ("in this process", "under the examiner", "in the sandbox as well"),
    "reading a notebook": ("in this process", "in a confined process"),
    "its pages": ("in this process", "in a confined process"),
    "its record and points": ("one commit to SQLite", "record and gradebook"),
    "handing it out": ("calling a function", "through Dask"),
}


def rows():
    name = name_of_assignment()
    yield from parts(name)
    yield from start_up(name)
    yield from memory_of_a_class()


# A submission


def parts(name):
    with contextlib.ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        times = interleave(work(name, root, stack), ROUNDS)
    for part, (floor, *others) in PARTS.items():
        measured = {way: times[part, way] for way in (floor, *others)}
        for way in measured:
            compared = None if way == floor else floor
            yield row(f"one submission of {name}: {part}", way, measured, "ms", ms, compared)


def ms(seconds):
    return 1000 * seconds


def work(name, root, stack):
    """{(part, way): function} of all that is timed."""
    source = nbformat.read(COURSE / "solutions" / name / f"{name}.ipynb", as_version=4)
    submission = reference(name)
    text = nbformat.writes(submission)
    begin(root, name)
    assignment = read_assignment(root, name)
    handed = Submission("someone", {f"{name}.ipynb": text.encode()})
    settings = Settings.of_course(root, seed=1)
    job = jobs.job(assignment, handed, settings)
    stack.callback(process.close)
    record = jobs.do(job).record
    bare = stack.enter_context(Worker(Limits(), sandbox=False))
    boxed = stack.enter_context(Worker(Limits(), sandbox=True))
    rebuilt = jobs.read(assignment, handed, settings).text
    api = open_course(root, release_directory=str(root / "grading" / "release"))
    run(api.generate_assignment, name)
    book = stack.enter_context(Book(api, name, assignment.tests))
    lite = stack.enter_context(contextlib.closing(sqlite3.connect(root / "floor.db")))
    lite.execute("create table points (test text, points real)")
    cluster = stack.enter_context(Cluster(workers=2))
    skeleton = nbformat.reads(assignment.skeleton, as_version=4)

    def read_here():
        cells = parsing.parse(text.encode(), f"{name}.ipynb")
        json.dumps(notebooks.rebuild(skeleton, cells, f"{name}.ipynb", {}))

    def show_here():
        notebook = notebooks.annotate(nbformat.reads(rebuilt, as_version=4), record)
        nbformat.writes(notebook)
        feedback.render(notebook, record, {}, 0.0)

    def commit():
        lite.executemany("insert into points values (?, ?)", record.points.items())
        lite.commit()

    def enter():
        write_record(record, root / "grading" / "record.json")
        book.write(record)
        book.entry("someone")

    return {
        ("cells and tests", "in this process"): lambda: plain(source),
        ("cells and tests", "under the examiner"): lambda: full(bare, source, submission),
        ("cells and tests", "in the sandbox as well"): lambda: full(boxed, source, submission),
        ("reading a notebook", "in this process"): read_here,
        ("reading a notebook", "in a confined process"): lambda: jobs.read(
            assignment, handed, settings
        ),
        ("its pages", "in this process"): show_here,
        ("its pages", "in a confined process"): lambda: process.reader(settings).pages(
            rebuilt, record, Entry(), assignment.skeleton
        ),
        ("its record and points", "one commit to SQLite"): commit,
        ("its record and points", "record and gradebook"): enter,
        ("handing it out", "calling a function"): lambda: take(job),
        ("handing it out", "through Dask"): lambda: list(cluster.spread(take, [(key(), job)])),
    }


def plain(source):
    names = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in source.cells:
            if cell.cell_type == "code":
                exec(cell.source, names)


def full(worker, source, submission):
    outcome = worker.examine(source, submission, {}, 1)
    if outcome.verdict != "ok":
        raise RuntimeError(f"the reference got {outcome.verdict}: {outcome.message}")


def take(job):
    """As much as a submission is to send, and as much to return."""
    return Record(job.assignment.name, job.submission.student, "ok", ""), job.assignment.skeleton


def key():
    return f"job-{time.perf_counter_ns()}"  # Dask would remember the result of a key that it knows


# A run


def start_up(name):
    """Seconds of a run that are not those of its only submission: imports, release, gradebook."""
    values = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as place:
            root = Path(place)
            begin(root, name)
            hand_in(root, name, 1)
            whole = timed(root, "cnncourse", "grade", name, "--workers", "2")
            (record,) = (root / "grading" / "verdicts").rglob("*.json")
            values.append(whole - json.loads(record.read_text())["resources"]["seconds"])
    yield limit_row("grading one submission", "beside its own time", values, "s", SECONDS_TO_START)


def memory_of_a_class():
    """The master's memory while it grades a class, at each tenth of it."""
    name = "convolution"
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        begin(root, name)
        hand_in(root, name, STUDENTS)
        verdicts, said, found = root / "grading" / "verdicts" / name, root / "said.txt", []
        command = [sys.executable, "-m", "cnncourse", "grade", name, "--workers", "2"]
        # What it says goes into a file: a pipe that nobody reads would stop it when it is full.
        with (
            said.open("w") as out,
            subprocess.Popen(
                command, cwd=root, env=environment(), stdout=out, stderr=subprocess.STDOUT
            ) as graded,
        ):
            while graded.poll() is None:
                time.sleep(0.2)
                done = len(list(verdicts.glob("*.json")))
                held = resident_mb(graded.pid)  # none if it has ended just now
                if held and done >= (len(found) + 1) * STUDENTS // 10:
                    found.append(held)
        if graded.returncode:
            raise RuntimeError(f"grading failed:\n{said.read_text()[-3000:]}")
    group = f"{STUDENTS:,} submissions of {name}: the master's memory"
    yield limit_row(group, "at a tenth of the class", found[:1], "MB", MOST_MB)
    yield limit_row(group, "at its end", found[-1:], "MB", MOST_MB)
