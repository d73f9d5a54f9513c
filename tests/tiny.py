"""A tiny assignment without torch, and a worker without processes, for tests of the grading."""

import atexit
import io
import json
import shutil
import tempfile
from contextlib import redirect_stdout
from dataclasses import asdict
from functools import cache
from pathlib import Path

from answers import COURSE
from distributed import LocalCluster
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cnncourse.grading.examining.findings import Outcome
from cnncourse.grading.gradebook.course import open_course, run
from cnncourse.grading.running import reading
from cnncourse.grading.running.batch import Batch
from cnncourse.grading.running.cluster import Cluster
from cnncourse.grading.running.reader import Read
from cnncourse.grading.running.settings import Settings

RIGHT = "def double(x):\n    return 2 * x\n\n\ndef half(x):\n    return x / 2"
NO_HALF = "def double(x):\n    return 2 * x"
TESTS = {"double": 2, "half": 3, "hidden": 4}


def cell(name, source, points=None, solution=False):
    nbgrader = dict(
        grade_id=name,
        schema_version=3,
        grade=points is not None,
        solution=solution,
        locked=points is not None,
        task=False,
    )
    if points is not None:
        nbgrader["points"] = points
    return new_code_cell(source, id=name, metadata={"nbgrader": nbgrader})


def tiny(answer, question="YOUR ANSWER HERE", **changes):
    """A submission with `answer` as its solution; changes: {cell id: a function of the cell}.

    `double` for 2 points, `half` for 3, its hidden test for 4, and 2 for a question.
    """
    why = dict(
        grade_id="why",
        schema_version=3,
        grade=True,
        solution=True,
        locked=False,
        task=False,
        points=2,
    )
    notebook = new_notebook(
        cells=[
            cell("solution", answer, solution=True),
            cell("double", "# 2 points: double\nassert double(4) == 8", 2),
            cell("half", "# 3 points: half\nassert half(4) == 2", 3),
            cell(
                "hidden",
                "# 4 points: half of odd numbers\n### BEGIN HIDDEN TESTS\n"
                "the_hidden_number = 7\nassert half(the_hidden_number) == 3.5, 'odd'\n"
                "### END HIDDEN TESTS",
                4,
            ),
            new_markdown_cell(question, id="why", metadata={"nbgrader": why}),
        ],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )
    for name, change in changes.items():
        change(next(c for c in notebook.cells if c.id == name))
    return notebook


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
    """Made once: nbgrader starts a program of its own for every new gradebook."""
    root = new_course(Path(tempfile.mkdtemp(prefix="cnncourse-")))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    source = root / "solutions" / "tiny" / "tiny.ipynb"
    source.parent.mkdir(parents=True)
    notebook = tiny("### BEGIN SOLUTION\n" + RIGHT + "\n### END SOLUTION")
    source.write_text(json.dumps(notebook))
    api = open_course(root, release_directory=str(root / "grading" / "release"))
    run(api.generate_assignment, "tiny")
    return root


class Here(Cluster):
    """A cluster of one thread in this process, for tests that are not about processes."""

    def _local(self):
        cluster = LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
        )
        return {"address": self._stack.enter_context(cluster)}


def grade(root, cluster=Here, submitted=None, force=False, **settings):
    """{student: Result} of the tiny assignment, by default with the fake worker, in this process."""
    batch = Batch(
        root,
        "tiny",
        Settings(**{"seed": 0, "worker": Fake, "reader": ReadsHere} | settings),
        submitted,
        force,
    )
    with cluster(1) as processes:
        return {result.student: result for result in batch.grade(processes)}


class ReadsHere:
    """Reads and shows trusted submissions in this process: a Reader that starts at once."""

    def __init__(self, sandbox):
        pass

    def read(self, name, skeleton, file):
        said, [text] = reading.read(
            {"name": name, "skeleton": skeleton}, [] if file is None else [file]
        )
        return Read(text.decode(), said["problem"], said["unanswered"])

    def pages(self, text, record, entry, skeleton):
        task = {"by_hand": entry.by_hand, "late_penalty": entry.late_penalty}
        _, texts = reading.page(task, [text.encode(), json.dumps(asdict(record)).encode()])
        return tuple(text.decode() for text in texts)

    def close(self):
        pass


class Fake:
    """Runs the cells of trusted submissions in this process: a Worker that starts at once."""

    def __init__(self, limits, sandbox, data):
        self.sandbox = sandbox

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def examine(self, source, submission, files, seed):
        names, points, messages = {}, {}, {}
        for notebook in (submission, source):
            for cell in notebook.cells:
                about = cell.metadata.get("nbgrader", {})
                test = about.get("grade") and not about.get("solution")
                if cell.cell_type != "code" or bool(test) != (notebook is source):
                    continue
                said = ""
                with redirect_stdout(io.StringIO()):
                    try:
                        exec(cell.source, names)
                    except Exception as error:
                        said = f"{type(error).__name__}: {error}"
                if test:
                    messages[about.grade_id] = said
                    points[about.grade_id] = 0.0 if said else float(about.points)
        failed = [f"{test}: {said}" for test, said in messages.items() if said]
        resources = {
            "seconds": 0.01,
            "cpu_seconds": 0.01,
            "peak_memory_bytes": 1,
            "output_bytes": 0,
        }
        return Outcome(
            "wrong" if failed else "ok",
            points,
            messages,
            {},
            {},
            failed[0] if failed else "every test passed",
            resources,
            self.sandbox,
        )
