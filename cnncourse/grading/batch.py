"""Grade every submission of an assignment, whatever the others do."""

import csv
import hashlib
import json
import os
import shutil
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry

from .course import NbgraderError, open_course, run
from .execute import CRASHED, NOT_RUN, TIME_LIMIT

VERDICTS = ("graded", "time limit", "crashed", "unreadable", "missing")


@dataclass(frozen=True)
class Result:
    """What became of one submission; `tests` holds the points of each test cell."""

    assignment: str
    student: str
    verdict: str
    points: float
    max_points: float
    message: str
    tests: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0


class Batch:
    """One assignment's submissions in `submitted`/STUDENT/NAME/NAME.ipynb.

    The record of a submission that is done is grading/verdicts/NAME/STUDENT.json. It is written
    last and at once, so an interrupted run takes up where it stopped; it names the content it
    stands for, so a changed submission or assignment is graded again.
    """

    def __init__(self, root, name, submitted=None, timeout=None):
        self.root, self.name = Path(root).resolve(), name
        self.work = self.root / "grading"
        self.submitted = Path(submitted or self.work / "submitted").resolve()
        # The release goes to the working folder: grading never touches exercises/.
        self.api = open_course(self.root, submitted_directory=str(self.submitted),
                               release_directory=str(self.work / "release"))
        if timeout is not None:
            self.api.config.ExecuteSubmission.timeout = timeout
            self.api.config.ExecuteSubmission.submission_timeout = 3 * timeout
        run(self.api.generate_assignment, name)
        with Gradebook(self.api.coursedir.db_url) as gradebook:
            self.max_points = gradebook.find_assignment(name).max_score

    def students(self) -> list[str]:
        """Everyone who has a folder for this assignment."""
        return sorted(path.parent.name for path in self.submitted.glob(f"*/{self.name}")
                      if path.is_dir() and not path.parent.name.startswith("."))

    def grade(self, student, force=False) -> Result:
        """The result for one student: the recorded one if nothing changed since, or a new one."""
        record = self.work / "verdicts" / self.name / f"{student}.json"
        key = self._content(student)
        if not force and record.is_file():
            stored = json.loads(record.read_text())
            if stored.pop("content") == key:
                if stored["verdict"] in ("unreadable", "missing"):
                    return Result(**stored)
                with suppress(MissingEntry):  # a gradebook that was deleted knows nothing
                    # Read again, for points may have been given by hand since.
                    return self._graded(student, stored["seconds"])
        start = time.monotonic()
        problem = self._problem(student)
        if problem is None:
            try:
                run(self.api.autograde, self.name, student, force=True)
                run(self.api.generate_feedback, self.name, student, force=True)
                result = self._graded(student, round(time.monotonic() - start, 1))
            except NbgraderError as error:
                problem = "unreadable", f"nbgrader cannot grade the file: {error}"
        if problem is not None:
            self._forget(student)
            result = Result(self.name, student, problem[0], 0.0, self.max_points, problem[1])
        record.parent.mkdir(parents=True, exist_ok=True)
        unfinished = record.with_suffix(".part")
        unfinished.write_text(json.dumps({"content": key, **asdict(result)}, indent=1))
        os.replace(unfinished, record)
        return result

    def _notebook(self, folder, student):
        return Path(folder) / student / self.name / f"{self.name}.ipynb"

    def _content(self, student):
        """A fingerprint of all that the grade depends on: files, source, time limits and seed."""
        settings = self.api.config.ExecuteSubmission, os.environ.get("CNNCOURSE_SEED")
        digest = hashlib.sha256(repr(settings).encode())
        for folder in (self.root / "solutions" / self.name, self.submitted / student / self.name):
            for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"{path.relative_to(folder)} {content}\n".encode())
        return digest.hexdigest()

    def _problem(self, student):
        """Verdict and message for a submission that cannot be run, None for one that can."""
        path = self._notebook(self.submitted, student)
        if not path.is_file():
            return "missing", f"there is no file {path.name}; hand it in under this name"
        try:
            cells = nbformat.read(path, as_version=4).cells
        except Exception as error:  # nbformat raises nearly anything on what is no notebook
            reason = str(error).strip().splitlines()[0][:80] if str(error).strip() else ""
            return "unreadable", f"{path.name} is not a notebook ({type(error).__name__}: {reason})"
        if not any(cell.metadata.get("nbgrader") for cell in cells):
            return "unreadable", f"{path.name} has none of the assignment's cells"
        return None

    def _graded(self, student, seconds):
        """Read points from the gradebook, the verdict and its message from the executed cells."""
        with Gradebook(self.api.coursedir.db_url) as gradebook:
            submission = gradebook.find_submission(self.name, student)
            points, most = submission.score, submission.max_score
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades
                      if grade.max_score > 0]
            scores = {grade.name: grade.score for grade in grades}
            waiting = sum(grade.max_score for grade in grades if grade.needs_manual_grade)
            failed = any(grade.score < grade.max_score for grade in grades
                         if grade.cell.cell_type == "code")
        notebook = nbformat.read(self._notebook(self.work / "autograded", student), as_version=4)
        errors = [(cell.metadata.get("nbgrader", {}).get("grade_id", "a cell of yours"), output)
                  for cell in notebook.cells if cell.cell_type == "code"
                  for output in cell.outputs if output.output_type == "error"]
        order = [name for name in (c.metadata.get("nbgrader", {}).get("grade_id")
                                   for c in notebook.cells) if name in scores]
        tests = {name: scores[name] for name in order + sorted(set(scores) - set(order))}
        verdict = "graded"
        for name, kind in ((CRASHED, "crashed"), (TIME_LIMIT, "time limit")):
            culprits = [(cell, e) for cell, e in errors if e.ename == name]
            if culprits:
                verdict, errors = kind, culprits
                break
        # The first error is the most telling one, whether an answer or a test raised it.
        errors = [(cell, e) for cell, e in errors if e.ename != NOT_RUN]
        if errors and (failed or verdict != "graded"):
            cell, error = errors[0]
            said = (error.evalue or error.ename).splitlines()[0]
            if said == TIME_LIMIT:
                said = "it ran too long"
            message = f"{cell}: {said}"
        else:
            message = "a test cell is missing or did not run" if failed else "every test passed"
        if waiting:
            message += f"; {waiting:g} points wait to be given by hand, in the formgrader"
        return Result(self.name, student, verdict, points, most, message, tests, seconds)

    def _forget(self, student):
        """A submission that cannot be run keeps no grade or feedback of an earlier version."""
        with Gradebook(self.api.coursedir.db_url) as gradebook:
            try:
                gradebook.remove_submission(self.name, student)
            except MissingEntry:
                pass
        for folder in ("autograded", "feedback"):
            shutil.rmtree(self.work / folder / student / self.name, ignore_errors=True)


def write_csv(results, path):
    """One row for each submission; the columns of the tests come last."""
    tests = list(dict.fromkeys(test for result in results for test in result.tests))
    unfinished = Path(path).with_suffix(".part")
    with unfinished.open("w", newline="") as file:
        rows = csv.DictWriter(file, ["assignment", "student", "verdict", "points", "max_points",
                                     "message", *tests])
        rows.writeheader()
        for result in results:
            row = asdict(result)
            rows.writerow({key: row[key] for key in rows.fieldnames[:6]} | result.tests)
    os.replace(unfinished, path)


def table(results) -> str:
    """The results as text, a line each."""
    lines = [f"{'assignment':<16} {'student':<20} {'verdict':<10}  points  message"]
    for r in results:
        message = r.message if len(r.message) <= 70 else r.message[:69] + "…"
        points = f"{r.points:g}/{r.max_points:g}"
        lines.append(f"{r.assignment:<16} {r.student:<20} {r.verdict:<10}  {points:<6}  {message}")
    return "\n".join(lines)
