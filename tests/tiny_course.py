"""Folders of a course with the tiny assignment, and a cluster and a worker without processes."""

import atexit
import io
import json
import os
import shutil
import tempfile
from contextlib import redirect_stdout
from dataclasses import asdict
from functools import cache
from pathlib import Path

from answers import COURSE
from distributed import LocalCluster
from sqlalchemy import Engine, event
from tiny_notebook import RIGHT, tiny

from cnncourse.course import grade_id, is_test
from cnncourse.grading.examining.findings import Outcome
from cnncourse.grading.gradebook.course import open_course, run
from cnncourse.grading.intake import taking
from cnncourse.grading.intake.folders import Unread
from cnncourse.grading.intake.passages import from_bytes
from cnncourse.grading.running import reading
from cnncourse.grading.running.batch import Batch
from cnncourse.grading.running.cluster import Cluster
from cnncourse.grading.running.reader import Read
from cnncourse.grading.running.settings import Settings


@event.listens_for(Engine, "connect")
def _without_waiting_for_the_disk(connection, record):
    """As `nobody_pulls_the_plug` in conftest.py, for gradebooks."""
    connection.execute("PRAGMA synchronous = OFF")


def new_course(root, *sources):
    """A course's folder with sources of the real course."""
    shutil.copy(COURSE / "nbgrader_config.py", root)
    for source in sources:
        shutil.copytree(COURSE / "solutions" / source, root / "solutions" / source)
    return root


def tiny_course(root):
    """A course's folder with the tiny assignment, and with an empty gradebook of it."""
    shutil.copytree(_template(), root, dirs_exist_ok=True)
    return root


@cache
def _template():
    """Made once: nbgrader takes half a second for a new gradebook and its first release."""
    root = new_course(Path(tempfile.mkdtemp(prefix="cnncourse-")))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    source = root / "solutions" / "tiny" / "tiny.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(json.dumps(tiny("### BEGIN SOLUTION\n" + RIGHT + "\n### END SOLUTION")))
    api = open_course(root, release_directory=str(root / "grading" / "release"))
    run(api.generate_assignment, "tiny")
    return root


class ThisProcess(Cluster):
    """A cluster of one thread in this process, for tests that are not about processes."""

    def _local(self):
        cluster = LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            processes=False,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # 8787 may be somebody else's
        )
        return {"address": self._stack.enter_context(cluster)}


class FakeReader:
    """Reads and shows trusted submissions in this process: a Reader that starts at once."""

    def __init__(self, sandbox):
        pass

    def begin(self):
        pass

    def read(self, expected, skeleton, files):
        task = {"expected": expected.plain(), "skeleton": skeleton, "paths": list(files)}
        said, [text, *beside] = reading.read(task, list(files.values()))
        files = dict(zip(said["paths"], beside, strict=True))
        return Read(text.decode(), said["problem"], said["unanswered"], files, said["notes"])

    def written(self, name, file, given):
        return from_bytes(reading.written({"name": name, "given": given}, [file]))

    def collect(self, expected, archive, names, read):
        about, task = None, {"expected": expected.plain(), "skip": 0}
        buffers = [json.dumps(names).encode()]
        for said, parts in reading.collect(task, buffers, archive and os.dup(archive), read):
            if "problem" in said:
                raise Unread(said["problem"])
            if "student" in said:
                about = taking.who(said)
            elif "paths" in said:
                yield taking.handed(about, said, parts)
            elif "end" not in said:
                yield taking.listed(said, parts)

    def pages(self, text, record, entry, skeleton):
        task = {"by_hand": entry.by_hand, "late_penalty": entry.late_penalty}
        _, texts = reading.page(task, [text.encode(), json.dumps(asdict(record)).encode()])
        return tuple(text.decode() for text in texts)

    def close(self):
        pass


class FakeWorker:
    """Runs the cells of trusted submissions in this process: a Worker that starts at once."""

    def __init__(self, limits, sandbox, data):
        self.sandbox = sandbox

    def begin(self):
        pass

    def wait_until_ready(self):
        pass

    def __exit__(self, *error):
        pass

    def examine(self, source, submission, files, seed):
        names, points, messages = {}, {}, {}
        for cell in submission.cells:
            if cell.cell_type == "code" and not is_test(cell):
                _say(cell.source, names)
        for cell in filter(is_test, source.cells):
            said = messages[grade_id(cell)] = _say(cell.source, names)
            points[grade_id(cell)] = 0.0 if said else float(cell.metadata.nbgrader.points)
        failed = [f"{test}: {said}" for test, said in messages.items() if said]
        return Outcome(
            "wrong" if failed else "ok",
            points,
            messages,
            {},
            {},
            failed[0] if failed else "every test passed",
            {"seconds": 0.01, "cpu_seconds": 0.01, "peak_memory_bytes": 1, "output_bytes": 0},
            self.sandbox,
        )


def _say(code, names):
    """Run code; what it raised, in words, or nothing."""
    with redirect_stdout(io.StringIO()):
        try:
            exec(code, names)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return ""


def grade(
    root, cluster=ThisProcess, submitted=None, force=False, watch=lambda result: None, **settings
):
    """{student: Result} of the tiny assignment; by default all happens in this process."""
    batch = Batch(
        root,
        "tiny",
        Settings(**{"seed": 0, "worker": FakeWorker, "reader": FakeReader} | settings),
        submitted,
        force,
    )
    with cluster(1) as processes:
        return {result.student: result for result in batch.grade(processes, watch)}
