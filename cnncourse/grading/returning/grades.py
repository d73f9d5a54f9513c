"""The grades of an assignment by whose they are, as the gradebook and the class list have them."""

from dataclasses import dataclass, field

from cnncourse.grading.gradebook.scores import Score, Scores
from cnncourse.grading.term.standing import Term


@dataclass
class Grades:
    """of: the score of each person, by the id of a student, or by the folder where no class list
    tells. nobody: folders whose owner is not known, with why. none_yet: those who met a grader
    error. waiting: those with points that a person can still give. several: people with more than
    one submission, of which nobody can tell which one counts.
    """

    assignment: str
    most: float
    of: dict[str, Score] = field(default_factory=dict)
    nobody: dict[str, str] = field(default_factory=dict)
    none_yet: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    several: dict[str, list[str]] = field(default_factory=dict)

    def notes(self) -> list[str]:
        """What somebody must know of these grades, in sentences."""
        found = []
        if self.none_yet:
            found.append(
                f"no grade yet, for grading met an error; `cnncourse grade {self.assignment}` "
                f"tries again: {_list(self.none_yet)}"
            )
        if self.several:
            who = [f"{key} ({', '.join(folders)})" for key, folders in self.several.items()]
            found.append(
                "more than one submission, and nothing says which is the later; take the other "
                f"folder out of grading/submitted/ and of the gradebook: {_list(who)}"
            )
        if self.waiting:
            found.append(
                f"points that wait to be given by hand, in the formgrader: {_list(self.waiting)}"
            )
        return found


def _list(names: list[str]) -> str:
    return "; ".join(names)


def grades(term: Term, scores: Scores) -> Grades:
    """Whose the scores of an assignment are. A group's belongs to each of its members."""
    name = scores.assignment
    found = Grades(name, scores.most)
    theirs: dict[str, list[Score]] = {}
    for folder, score in scores.of.items():
        members, why = term.members(name, folder)
        if not members and term.students:
            found.nobody[folder] = why
        for key in [student.id for student in members] or [folder]:
            theirs.setdefault(key, []).append(score)
    for key, own in theirs.items():
        last = _latest(own)
        if last is None:
            found.several[key] = [score.student for score in own]
        elif not last.examined:
            found.none_yet.append(key)
        else:
            found.of[key] = last
            if last.waiting:
                found.waiting.append(key)
    return found


def _latest(own: list[Score]) -> Score | None:
    """The one that counts: the last that was handed in; None where that is not known."""
    if len(own) == 1:
        return own[0]
    by_time = {score.timestamp: score for score in own}
    times = [time for time in by_time if time is not None]
    return by_time[max(times)] if len(times) == len(own) else None
