"""Grading a class: ours against `nbgrader autograde` as shipped, and what our parts cost.

Submissions are the assignment's reference solution, each a little different. nbgrader runs them
with its own configuration and shares a process with nobody; it is slow, so it gets a part of the
class, and its time is extrapolated. Everybody's start-up counts.
"""

import contextlib
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from distributed import LocalCluster

from benchmarks.measure import row
from cnncourse.grading import notebooks
from cnncourse.grading.cluster import Cluster
from cnncourse.grading.course import assignments
from cnncourse.grading.examine import Worker
from cnncourse.grading.limits import Limits

COURSE = Path(__file__).parents[1]
CLASS, STOCK_CLASS = 40, 8
ROUNDS = 7
STOCK, PLAIN = "nbgrader autograde, extrapolated", "cells in one process, no examiner"
STOCK_CONFIG = """
c = get_config()
c.CourseDirectory.root = {root!r}
c.Execute.timeout = 600  # the default, 30, is short for a busy machine
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "release"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.db_url = "sqlite:///" + {root!r} + "/gradebook.db"
"""
STUBS, STUB_THREADS, STUB_SECONDS, STUB_BYTES = 10_000, 100, 0.3, 100_000


def name_of_assignment():
    """$CNNCOURSE_ASSIGNMENT, else im2col where there is one."""
    known = assignments(COURSE)
    default = "im2col" if "im2col" in known else known[0]
    return os.environ.get("CNNCOURSE_ASSIGNMENT", default)


def rows():
    name = name_of_assignment()
    return [*throughput(name), *overhead(name), *scheduling()]


# A class

def throughput(name):
    group = f"grading {CLASS} submissions of {name}"
    seconds = {STOCK: [stock(name) / STOCK_CLASS]}
    for workers in (1, 2):
        seconds[f"ours, {workers} worker{'s' * (workers > 1)}"] = [ours(name, workers) / CLASS]
    one, two = list(seconds)[1:]

    def line(competitor, **options):
        return row(group, competitor, seconds, "submissions/min", lambda s: 60 / s, **options)

    return [line(STOCK), line(one, ratio_to=STOCK), line(two, ratio_to=STOCK, target=8),
            row(group, f"{two}, against 1", seconds | {f"{two}, against 1": seconds[two]},
                "submissions/min", lambda s: 60 / s, ratio_to=one, target=1.8)]


def hand_in(root, name, students):
    solution = reference(name)
    for student in range(students):
        notebook = nbformat.from_dict(solution)
        notebook.cells.append(nbformat.v4.new_code_cell(f"student = {student}"))
        path = root / "grading" / "submitted" / f"s{student:02}" / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(nbformat.writes(notebook))


def reference(name):
    """The source without the marks of its solutions and without hidden tests, as handed in."""
    notebook = nbformat.read(COURSE / "solutions" / name / f"{name}.ipynb", as_version=4)
    answers = {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells
               if cell.metadata.get("nbgrader", {}).get("solution")}
    empty = notebooks.skeleton(notebook)
    for cell in empty.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(name, cell.source)
    return empty


def ours(name, workers):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copy(COURSE / "nbgrader_config.py", root)
        shutil.copytree(COURSE / "solutions" / name, root / "solutions" / name)
        hand_in(root, name, CLASS)
        return timed(root, "cnncourse.grading", "grade", name, "--workers", str(workers))


def stock(name):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "nbgrader_config.py").write_text(STOCK_CONFIG.format(root=folder))
        shutil.copytree(COURSE / "solutions" / name, root / "solutions" / name)
        hand_in(root, name, STOCK_CLASS)
        shutil.move(root / "grading" / "submitted", root / "submitted")
        (root / "nbgrader_config.py").write_text(
            STOCK_CONFIG.format(root=folder).replace("grading/submitted", "submitted"))
        timed(root, "nbgrader", "generate_assignment", name)
        return timed(root, "nbgrader", "autograde", name)


def timed(root, module, *arguments):
    """Seconds that a program takes, which must succeed."""
    tools = os.path.dirname(sys.executable)  # nbgrader starts alembic by its bare name
    environment = os.environ | {"PYTHONPATH": str(COURSE), "CNNCOURSE_CIFAR10": "synthetic",
                                "PATH": tools + os.pathsep + os.environ["PATH"]}
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=root, env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed:\n{done.stdout[-3000:]}")
    return time.perf_counter() - start


# A submission

def overhead(name):
    """The same cells and tests in one process, under the examiner, and in the sandbox as well."""
    source = nbformat.read(COURSE / "solutions" / name / f"{name}.ipynb", as_version=4)
    submission = reference(name)
    times = {PLAIN: [], "examiner": [], "examiner and sandbox": []}
    with Worker(Limits(), sandbox=False) as bare, Worker(Limits(), sandbox=True) as boxed:
        for _ in range(1 + ROUNDS):
            for competitor, run in ((PLAIN, lambda: plain(source)),
                                    ("examiner", lambda: full(bare, source, submission)),
                                    ("examiner and sandbox", lambda: full(boxed, source, submission))):
                start = time.perf_counter()
                run()
                times[competitor].append(time.perf_counter() - start)
    times = {competitor: measured[1:] for competitor, measured in times.items()}
    return [row(f"one submission of {name}", competitor, times, "ms", lambda s: 1000 * s, PLAIN)
            for competitor in times]


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


# A class of 10,000

def wait(job):
    """A stub of a submission: takes its time, and gives back a notebook and a page."""
    time.sleep(job["seconds"])
    return json.dumps(job)[:STUB_BYTES]


def scheduling():
    """10,000 stubs through the scheduler, as the batch sends them; what is lost besides waiting."""
    rng = random.Random(0)
    durations = [STUB_SECONDS * rng.lognormvariate(0, 0.5) for _ in range(STUBS)]
    jobs = ((f"stub-{number}", {"seconds": seconds, "notebook": "x" * STUB_BYTES})
            for number, seconds in enumerate(durations))
    memory = []
    with LocalCluster(n_workers=2, threads_per_worker=STUB_THREADS // 2, dashboard_address=None,
                      memory_limit=0, host="127.0.0.1", silence_logs="CRITICAL") as local, Cluster(
                          scheduler=local.scheduler_address) as cluster:
        cluster.client.wait_for_workers(2)
        start = time.perf_counter()
        for done, (_, future) in enumerate(cluster.spread(wait, jobs), 1):
            future.result()
            if done % (STUBS // 10) == 0:
                memory.append(resident_mb())
        seconds = time.perf_counter() - start
    ideal = sum(durations) / STUB_THREADS
    times = {"stubs alone": [ideal], "through the scheduler": [seconds]}
    group = (f"{STUBS:,} stubs on {STUB_THREADS} threads; the master's memory from "
             f"{memory[0]:.0f} to {memory[-1]:.0f} MB")
    return [row(group, "stubs alone", times, "s", float),
            row(group, "through the scheduler", times, "s", float, "stubs alone", 1 / 1.05,
                memory[-1] - memory[0])]


def resident_mb():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
