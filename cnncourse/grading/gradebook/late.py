"""Lateness in nbgrader's gradebook: whatever a penalty depends on is set again, for everybody.

nbgrader's own step looks at late submissions alone, when they are graded; so a penalty that was
given once stays, whatever happens to the due date or to an extension.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from cnncourse.grading.term.late import Lateness, grace, penalty
from cnncourse.grading.term.rules import DAY
from cnncourse.grading.term.standing import Term
from cnncourse.whole import write_whole

from .scores import Score, Scores, opened, read_scores, write_due, write_standing
from .totals import with_total

# What nbgrader's plugin says: (assignment, student, points, seconds late) to points deducted.
Plugin = Callable[[str, str, float, float], float]
Note = tuple[str, str, str]


@dataclass
class Settled:
    """All scores as they are now, those whose penalty changed, and what is unclear about times:
    assignment, folder, a sentence."""

    scores: dict[str, Scores] = field(default_factory=dict)
    changed: list[Score] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def settle(
    root: str | Path, plugin: Callable[[], Plugin], term: Term | None = None, dry_run: bool = False
) -> Settled:
    """Bring due dates, extensions, times and penalties of all submissions up to the rules.

    plugin: gives nbgrader's, asked for where an assignment has a due date that is not in the rules.
    Nothing is run. Pages are changed first, so that a kill leaves work for the next time, and no
    page behind. dry_run: change neither pages nor gradebook.
    """
    term, done = term or Term(root), Settled()
    term.rules  # noqa: B018, an error in the rules comes before anything is written
    with opened(root) as connection:
        if connection is None:
            return done
        before = read_scores(connection)
        done.scores = standing(term, before, plugin, done.notes)
        moved = []
        for name, scores in done.scores.items():
            for student, score in scores.of.items():
                old = before[name].of[student]
                if score.penalty != old.penalty:
                    done.changed.append(score)
                if score != old:
                    moved.append(score)
        if dry_run:
            return done
        for score in done.changed:
            _retotal(Path(root), score, done.scores[score.assignment].most)
        for name, scores in done.scores.items():
            if scores.due != before[name].due:
                write_due(connection, scores)
        write_standing(connection, moved)
    return done


def standing(
    term: Term, before: dict[str, Scores], plugin: Callable[[], Plugin], notes: list[Note]
) -> dict[str, Scores]:
    """The scores with due dates, times, extensions and penalties as the rules have them."""
    found: dict[str, Scores] = {}
    late: dict[str, dict[str, Lateness]] = {}  # by whose submission it is, and its assignment
    past: set[tuple[str, str]] = set()
    for name, scores in before.items():
        rule = term.rule(name)
        found[name] = Scores(name, scores.most, scores.due)
        for folder, old in scores.of.items():
            score, due = replace(old), term.deadline(name, folder)
            if due is not None:
                arrived = term.arrived(name, folder, due)
                time = score.timestamp if arrived.by_nbgrader else arrived.time
                score = replace(score, timestamp=time, extension=due.extension)
                found[name].due = due.due
                if arrived.note:
                    notes.append((name, folder, arrived.note))
                if time and due.cut_off and time > due.cut_off:
                    past.add((name, folder))
                elif time:
                    counts = rule.grace and rule.groups is None
                    seconds = (time - due.end).total_seconds()
                    whose = term.key(name, folder)
                    these = late.setdefault(whose, {})
                    if name not in these or these[name].seconds < seconds:  # the last one counts
                        these[name] = Lateness(due.due, name, seconds, counts)
            found[name].of[folder] = score
    spent = {whose: grace(term.rules.grace_days, these.values()) for whose, these in late.items()}
    for name, scores in found.items():
        rule = term.rule(name)
        for folder, score in scores.of.items():
            seconds = _seconds_late(scores, score)
            if rule.due is None:
                points = plugin()(name, folder, score.points, seconds) if seconds > 0 else 0.0
                score.penalty = min(max(points, 0.0), score.points)
            elif (name, folder) in past:
                score.penalty = score.points
            else:
                days = spent.get(term.key(name, folder), {}).get(name, 0.0)
                score.penalty = penalty(rule.late, score.points, scores.most, seconds - days * DAY)
    return found


def _seconds_late(scores: Scores, score: Score) -> float:
    """As nbgrader computes them."""
    if score.timestamp is None or scores.due is None:
        return 0.0
    due = scores.due + score.extension if score.extension else scores.due
    return max(0.0, (score.timestamp - due).total_seconds())


def _retotal(root: Path, score: Score, most: float) -> None:
    """Let the student's page say what counts now."""
    name = score.assignment
    path = root / "grading" / "feedback" / score.student / name / f"{name}.html"
    try:
        page = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return  # there is none, and the next run makes it
    write_whole(path, with_total(page, name, score.points, most, score.penalty))
