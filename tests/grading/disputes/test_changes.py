"""Before a regrade writes: whose points change and why; and grading one student alone."""

import json

import pytest
from answers import hand_in
from cells import cell
from tiny_course import FakeReader, FakeWorker, ThisProcess, tiny_course
from tiny_notebook import NO_HALF, RIGHT, tiny

from cnncourse import __main__ as command
from cnncourse.grading.commands import grade, grading
from cnncourse.grading.running.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


class Counting(FakeWorker):
    """Counts what it examines."""

    examined = 0

    def examine(self, *args):
        type(self).examined += 1
        return super().examine(*args)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Three submissions that were graded, by a worker that counts."""
    monkeypatch.setattr(Counting, "examined", 0)
    settings = Settings(0, worker=Counting, reader=FakeReader)
    monkeypatch.setattr(grade, "settings_of", lambda options: settings)
    monkeypatch.setattr(grading, "Cluster", ThisProcess)
    root = tiny_course(tmp_path)
    for student, answer in (("ada", RIGHT), ("bob", NO_HALF), ("cleo", "1 / 0")):
        hand_in(root, student, "tiny", tiny(answer))
    assert run(root) == 0
    return root


def run(root, *options):
    return command.main(["grade", "tiny", *options, "--root", str(root)])


def mend(root, test, source):
    """Change a test of the source: the mended one."""
    path = root / "solutions" / "tiny" / "tiny.ipynb"
    notebook = json.loads(path.read_text())
    next(c for c in notebook["cells"] if c["id"] == test)["source"] = source
    path.write_text(json.dumps(notebook))


def state(root):
    """All that grading wrote, but what is kept aside and the lock."""
    return {
        path.relative_to(root): path.read_bytes()
        for path in (root / "grading").rglob("*")
        if path.is_file() and "tried" not in path.parts and path.name not in (".lock", "grades.csv")
    }


def test_points_that_rise_and_fall_are_told_with_the_reason_and_nothing_is_written(course, capsys):
    mend(course, "double", "# 2 points: double\nassert double(4) == 8 and half(2) == 1, 'no half'")
    mend(course, "half", "# 3 points: half\nassert True")
    before = state(course)
    capsys.readouterr()
    assert run(course, "--dry-run") == 0
    said = capsys.readouterr().out
    assert state(course) == before
    assert "ada" not in said
    assert "bob: 2 points → 3 (wrong)" in said
    assert "double: 2 → 0  NameError: name 'half' is not defined" in said
    assert "half: 0 → 3  before: NameError" in said
    assert "cleo: 0 points → 3 (wrong)" in said
    assert "of 3, 2 would rise, 1 keep their points. Nothing was written." in said
    assert run(course) == 0
    assert (course / "grading/grades.csv").read_text().count("tiny,bob,wrong,3") == 1


def test_what_the_dry_run_examined_is_not_examined_again(course, capsys):
    mend(course, "half", "# 3 points: half\nassert True")
    assert run(course, "--dry-run") == 0 and Counting.examined == 6
    assert run(course, "--dry-run") == 0 and Counting.examined == 6
    hand_in(course, "cleo", "tiny", tiny(RIGHT))  # another submission since
    assert run(course) == 0 and Counting.examined == 7
    assert run(course) == 0 and Counting.examined == 7
    assert list((course / "grading" / "tried").rglob("*.json")) == []
    assert (
        json.loads((course / "grading/verdicts/tiny/bob.json").read_text())["points"]["half"] == 3
    )


def test_without_a_change_and_before_a_first_grade_it_says_so(course, capsys):
    capsys.readouterr()
    assert run(course, "--dry-run") == 0
    said = capsys.readouterr().out
    assert "would stop" not in said
    assert "of 3, 3 keep their points" in said
    hand_in(course, "dan", "tiny", tiny(NO_HALF))
    assert run(course, "--dry-run") == 0
    said = capsys.readouterr().out
    assert "dan: not graded → 2 (wrong)" in said and "1 would be graded for the first time" in said


def test_a_new_test_which_nbgrader_would_refuse_is_told_with_what_to_do(course, capsys):
    path = course / "solutions" / "tiny" / "tiny.ipynb"
    notebook = json.loads(path.read_text())
    more = json.loads(json.dumps(next(c for c in notebook["cells"] if c["id"] == "half")))
    more["id"] = more["metadata"]["nbgrader"]["grade_id"] = "more"
    notebook["cells"].append(more)
    path.write_text(json.dumps(notebook))
    capsys.readouterr()
    assert run(course, "--dry-run") == 0
    said = capsys.readouterr().out
    assert "ada: 9 points → 12" in said
    assert "would stop, for more is new" in said and "move grading/gradebook.db away" in said


def test_an_error_of_the_grader_is_told_of_its_student_alone(course, monkeypatch, capsys):
    mend(course, "half", "# 3 points: half\nassert True")
    examine = FakeWorker.examine

    def fails(self, source, submission, files, seed):
        if any("1 / 0" in cell.source for cell in submission.cells):
            raise OSError("no room")
        return examine(self, source, submission, files, seed)

    monkeypatch.setattr(Counting, "examine", fails)
    assert run(course, "--dry-run") == 1
    out, err = capsys.readouterr()
    assert "cleo: grading met an error, OSError: no room" in out and "bob: 2 points → 5" in out
    assert "grader error" in err


def test_one_student_is_graded_and_the_table_keeps_the_others(course, capsys):
    for student in ("ada", "bob", "cleo"):
        hand_in(course, student, "tiny", tiny(RIGHT, cell("more", "1")))
    capsys.readouterr()
    assert run(course, "--student", "bob", "--student", "cleo") == 0
    assert Counting.examined == 5
    said = capsys.readouterr().out
    assert "bob" in said and "cleo" in said and "ada" not in said
    table = (course / "grading" / "grades.csv").read_text()
    assert "tiny,ada,ok,9" in table and "tiny,bob,ok,9" in table and "tiny,cleo,ok,9" in table


def test_a_student_who_is_not_there_is_named_with_those_alike(course, capsys):
    assert run(course, "--student", "bop") == 2
    assert "bop handed in nothing of tiny" in (said := capsys.readouterr().err)
    assert "there is bob" in said


def test_a_student_may_be_named_as_in_the_class_list(course, capsys):
    """By the id of whose the folder is, or of somebody in the same group."""
    hand_in(course, "Bob-Ross_13", "tiny", tiny(NO_HALF))
    lines = "s1,Bob Ross,13,T\ns2,Dan Fox,,T\ns3,Eve Ray,,\n"
    (course / "students.csv").write_text(f"id,name,moodle tiny,group\n{lines}")
    assert run(course, "--student", "s2") == 2  # no rule says yet that they are a group
    (course / "course.toml").write_text("[assignments.tiny]\ngroups = true\n")
    for student in ("s1", "s2"):
        capsys.readouterr()
        assert run(course, "--student", student) == 0 and Counting.examined == 4
        said = capsys.readouterr().out
        assert "Bob-Ross_13" in said and "ada" not in said
    assert run(course, "--student", "s3") == 2
