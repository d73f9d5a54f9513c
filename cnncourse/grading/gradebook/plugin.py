"""The rules of course.toml as nbgrader's plugin for late submissions."""

from pathlib import Path

from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties

from cnncourse.grading.term.standing import Term

from .course import open_course
from .late import Plugin, standing
from .scores import opened, read_scores


class CourseRules(LateSubmissionPlugin):  # type: ignore[misc]  # nbgrader has no types
    """Deducts what course.toml says; for assignments that are not in it, what nbgrader's does."""

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Points to deduct from `score`; None for none."""
        name, root = self.parent.assignment_id, Path(self.config.CourseDirectory.root)
        term = Term(root)
        if term.rule(name).due is None:
            points: float | None = super().late_submission_penalty(
                student_id, score, total_seconds_late
            )
            return points
        with opened(root) as connection:
            known = read_scores(connection) if connection else {}
        if name in known and student_id in known[name].of:
            known[name].of[student_id].points = score
            found = standing(term, known, lambda: lambda *_: 0.0, [])
            return found[name].of[student_id].penalty or None
        return None


def configured(root: str | Path) -> Plugin:
    """The plugin that nbgrader_config.py names, as a function."""
    step = AssignLatePenalties(config=open_course(root).config)
    step.init_plugin()

    def ask(assignment: str, student: str, points: float, seconds: float) -> float:
        step.assignment_id, step.student_id = assignment, student
        found: float | None = step.plugin_inst.late_submission_penalty(student, points, seconds)
        return found or 0.0

    return ask
