"""Grading a class: ours against `nbgrader autograde` as shipped, and 10,000 stubs.

Submissions are the assignment's reference solution, each a little different. nbgrader runs them
with its own configuration and shares a process with nobody. Everybody's start-up counts, but where
one worker is compared with two: there, from the first verdict to the last.
"""

import heapq
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from distributed.deploy.subprocess import SubprocessCluster

from benchmarks.measure import row
from cnncourse.course import assignments
from cnncourse.grading.intake import notebooks
from cnncourse.grading.running.cluster import Cluster

COURSE = Path(__file__).parents[1]
CLASS, CLASSES = 40, 3
OURS = {  # how many workers, and are they held to one core
    "ours, 1 worker": (1, False),
    "ours, 2 workers": (2, False),
    "ours, 1 worker on one core": (1, True),
}
STOCK = "nbgrader autograde"
STOCK_CONFIG = """
c = get_config()
c.CourseDirectory.root = {root!r}
c.Execute.timeout = 600  # the default, 30, is short for a busy machine
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "release"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.db_url = "sqlite:///" + {root!r} + "/gradebook.db"
"""
STUBS, STUB_THREADS, STUB_BYTES = 10_000, 100, 100_000


def name_of_assignment():
    """$CNNCOURSE_ASSIGNMENT, else im2col where there is one."""
    known = assignments(COURSE)
    default = "im2col" if "im2col" in known else known[0]
    return os.environ.get("CNNCOURSE_ASSIGNMENT", default)


def rows():
    name = name_of_assignment()
    runs = {competitor: [] for competitor in OURS}
    for _ in range(CLASSES):
        for competitor, settings in OURS.items():
            runs[competitor].append(ours(name, *settings))
    durations = [seconds for run in runs["ours, 2 workers"] for seconds in run.durations]
    yield from throughput(name, runs)
    yield from scheduling(durations)


# A class


@dataclass
class Run:
    """Seconds of a whole run; from the first verdict to the last; of each submission."""

    whole: float
    working: float
    durations: list


def throughput(name, runs):
    one, two, core = runs
    seconds = {
        competitor: [run.whole / CLASS for run in measured] for competitor, measured in runs.items()
    }
    seconds[STOCK] = [stock(name) / CLASS] * CLASSES
    working = {
        competitor: [run.working / (CLASS - 1) for run in measured]
        for competitor, measured in runs.items()
    }

    def line(group, times, competitor, **options):
        return row(group, competitor, times, "submissions/min", lambda s: 60 / s, **options)

    whole = f"grading {CLASS} submissions of {name}"
    after = "the same, from the first verdict to the last"
    return [
        line(whole, seconds, STOCK),
        line(whole, seconds, one, ratio_to=STOCK, target=7),
        line(whole, seconds, two, ratio_to=STOCK, target=10),
        line(whole, seconds, two, ratio_to=one, target=1.6),
        line(after, working, one),
        line(after, working, two, ratio_to=one, target=1.8),
        line(after, working, core),
        line(after, working, two, ratio_to=core),
    ]


def begin(root, name):
    """Put the files of a course with one assignment into an empty folder."""
    shutil.copy(COURSE / "nbgrader_config.py", root)
    shutil.copytree(COURSE / "solutions" / name, root / "solutions" / name)


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
    answers = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    empty = notebooks.skeleton(notebook)
    for cell in empty.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(name, cell.source)
    return empty


def ours(name, workers, one_core):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        begin(root, name)
        hand_in(root, name, CLASS)
        whole = timed(
            root, "cnncourse", "grade", name, "--workers", str(workers), one_core=one_core
        )
        records = list((root / "grading" / "verdicts").rglob("*.json"))
        written = [record.stat().st_mtime for record in records]
        durations = [json.loads(record.read_text())["resources"]["seconds"] for record in records]
        return Run(whole, max(written) - min(written), durations)


def stock(name):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "nbgrader_config.py").write_text(STOCK_CONFIG.format(root=folder))
        shutil.copytree(COURSE / "solutions" / name, root / "solutions" / name)
        hand_in(root, name, CLASS)
        shutil.move(root / "grading" / "submitted", root / "submitted")
        (root / "nbgrader_config.py").write_text(
            STOCK_CONFIG.format(root=folder).replace("grading/submitted", "submitted")
        )
        timed(root, "nbgrader", "generate_assignment", name)
        return timed(root, "nbgrader", "autograde", name)


def environment():
    """That of a program which is timed."""
    tools = os.path.dirname(sys.executable)  # nbgrader starts alembic by its bare name
    return os.environ | {
        "PYTHONPATH": str(COURSE),
        "CNNCOURSE_CIFAR10": "synthetic",
        "PATH": tools + os.pathsep + os.environ["PATH"],
    }


def timed(root, module, *arguments, one_core=False):
    """Seconds that a program takes, which must succeed."""
    cores = {min(os.sched_getaffinity(0))} if one_core else os.sched_getaffinity(0)
    start = time.perf_counter()
    done = subprocess.run(
        [
            "taskset",
            "--cpu-list",
            ",".join(map(str, cores)),
            sys.executable,
            "-m",
            module,
            *arguments,
        ],
        cwd=root,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed:\n{done.stdout[-3000:]}")
    return time.perf_counter() - start


# A class of 10,000


def wait(job):
    """A stub of a submission: takes its time, and gives back a notebook and a page."""
    time.sleep(job["seconds"])
    return json.dumps(job)[:STUB_BYTES]


def scheduling(measured):
    """10,000 stubs through the scheduler, as the batch sends them; what is lost besides waiting.

    measured: seconds that submissions took, of which each stub takes one.
    """
    rng = random.Random(0)
    durations = [rng.choice(measured) for _ in range(STUBS)]
    jobs = (
        (f"stub-{number}", {"seconds": seconds, "notebook": "x" * STUB_BYTES})
        for number, seconds in enumerate(durations)
    )
    memory = []
    # In processes of its own, as a university's is: the master is this process alone.
    with (
        SubprocessCluster(
            n_workers=2,
            worker_kwargs={"nthreads": STUB_THREADS // 2, "memory_limit": 0},
            scheduler_kwargs={"dashboard_address": None},
            silence_logs="CRITICAL",
        ) as remote,
        Cluster(scheduler=remote.scheduler_address) as cluster,
    ):
        cluster.client.wait_for_workers(2)
        cluster.client.run(wait, {"seconds": 0})  # what they import is no scheduling
        start = time.perf_counter()
        for done, (_, result) in enumerate(cluster.spread(wait, jobs), 1):
            if isinstance(result, Exception):
                raise result
            if done % (STUBS // 10) == 0:
                memory.append(resident_mb())
        seconds = time.perf_counter() - start
    ideal = without_scheduling(durations)
    times = {"stubs alone": [ideal], "through the scheduler": [seconds]}
    group = (
        f"{STUBS:,} stubs on {STUB_THREADS} threads; the master's memory from "
        f"{memory[0]:.0f} to {memory[-1]:.0f} MB"
    )
    return [
        row(group, "stubs alone", times, "s", float),
        row(
            group,
            "through the scheduler",
            times,
            "s",
            float,
            "stubs alone",
            1 / 1.05,
            memory[-1] - memory[0],
        ),
    ]


def without_scheduling(durations):
    """Seconds if every thread took the next stub at once; some wait at the end."""
    busy_until = [0.0] * STUB_THREADS
    for seconds in durations:
        heapq.heapreplace(busy_until, busy_until[0] + seconds)
    return max(busy_until)


def resident_mb(process="self"):
    """Of this process, or of one that is named by its number."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
