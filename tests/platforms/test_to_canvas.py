"""Grades to Canvas: what its own import makes of the file that the command writes."""

import shutil

import pytest
from canvas_site import Course, User, Work
from graded import came, give
from tiny_course import tiny_course

from cnncourse import __main__ as command

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    root = tiny_course(tmp_path_factory.mktemp("course"))
    give(root, {"lovelaceada_101": 3.5, "rossbob_102": 2, "rossbob_103": 4})
    return root


@pytest.fixture
def course(template, tmp_path):
    return shutil.copytree(template, tmp_path / "course")


def users(**scores):
    everybody = {
        "ada": User("Lovelace, Ada", 101, "ada", "S1", "A and B"),
        "bob": User("Ross, Bob", 102, "bob", "S2"),
        "other": User("Ross, Bob", 103, "rob", "S3"),
        "dan": User("Brown, Dan", 104, "dan", "S4"),
    }
    for user in everybody.values():
        user.scores[8] = 5.0
    for name, score in scores.items():
        everybody[name].scores[7] = score
    return everybody


def works(**changes):
    return [Work(**{"title": "tiny", "id": 7, "possible": 11.0} | changes), Work("Final Exam", 8)]


def returned(course, canvas, *options, data=None):
    path = course / "gradebook.csv"
    path.write_bytes(canvas.export() if data is None else data)
    code = command.main(["return", "tiny", "--canvas", str(path), "--root", str(course), *options])
    made = course / "grading" / "return" / "tiny" / "gradebook.csv"
    return code, made.read_bytes() if made.exists() else None


@pytest.mark.parametrize(
    "settings",
    [{}, {"mark": ",", "semicolons": True, "bom": True}, {"mark": ","}, {"sis": True, "bom": True}],
    ids=["plain", "German spreadsheet", "German", "SIS with mark"],
)
def test_each_grade_lands_on_its_person_and_nothing_else_changes(course, settings):
    people = users(dan=6.0)
    canvas = Course(people.values(), works(manual=True), **settings)
    code, made = returned(course, canvas)
    canvas.upload(made)
    scores = {name: user.scores.get(7) for name, user in people.items()}
    assert scores == {"ada": 3.5, "bob": 2.0, "other": 4.0, "dan": 6.0}
    assert {user.scores[8] for user in people.values()} == {5.0} and code == 0
    assert not made.startswith(b"\xef\xbb\xbf")


def test_an_excuse_and_what_is_not_assigned_stay_and_are_told(course, capsys):
    people = users(ada="EX", bob="N/A", other=1.0)
    canvas = Course(people.values(), works())
    code, made = returned(course, canvas)
    canvas.upload(made)
    assert [people[name].scores[7] for name in ("ada", "bob", "other")] == ["EX", "N/A", 4.0]
    said = capsys.readouterr().out
    assert code == 1 and "excused in Canvas" in said and "Ada Lovelace: 3.50" in said
    assert "Bob Ross: 1.00 → 4.00" in said


def test_what_canvas_has_already_is_not_written(course, capsys):
    canvas = Course(users(ada=3.5, bob=2.0, other=4.0).values(), works())
    assert returned(course, canvas) == (0, None)
    assert "No grade is new" in capsys.readouterr().out


def test_two_assignments_of_one_title_are_told_apart_by_their_number(course, capsys):
    people = users()
    canvas = Course(people.values(), [*works(), Work("tiny", 9, 11.0)])
    assert returned(course, canvas) == (2, None)
    assert "more than one column is called tiny" in capsys.readouterr().err
    _, made = returned(course, canvas, "--column", "9")
    canvas.upload(made)
    assert people["ada"].scores[9] == 3.5 and people["ada"].scores.get(7) is None


def test_the_column_may_be_named_in_the_rules(course):
    people = users()
    canvas = Course(people.values(), works(title='Homework, week 3: "small"'))
    assert returned(course, canvas)[0] == 2
    (course / "course.toml").write_text("[assignments.tiny]\ncanvas = 7\n")
    code, made = returned(course, canvas)
    canvas.upload(made)
    assert code == 0 and people["bob"].scores[7] == 2.0


def test_a_title_that_canvas_takes_for_a_total_is_told(course, capsys):
    for title in ("tiny, Final Score", "tiny (Override Status)"):
        canvas = Course(users().values(), works(title=title))
        code, made = returned(course, canvas, "--column", "7")
        said = capsys.readouterr().err
        assert (code, made) == (2, None) and f"takes {title} (7) for a total" in said


def test_other_points_possible_are_told_and_converted_on_demand(course, capsys):
    people = users()
    canvas = Course(people.values(), works(possible=100.0), mark=",")
    assert returned(course, canvas) == (2, None)
    assert "has 100 points possible, and the assignment gives 11" in capsys.readouterr().err
    _, made = returned(course, canvas, "--scale")
    canvas.upload(made)
    assert people["ada"].scores[7] == 31.82


def test_whoever_has_a_grade_and_no_line_is_named(course, capsys):
    give(course, {"anon_x1y2": 3})
    everybody = users()
    del everybody["bob"]
    code, _ = returned(course, Course(everybody.values(), works()))
    said = capsys.readouterr().out
    assert code == 1 and "no line in this table: anon_x1y2; rossbob_102" in said


def test_moodles_numbers_are_not_taken_for_canvas_users(course):
    give(course, {"Dan-Brown_104": 1})
    give(course, {"dan_104": 1})
    came(course, "dan_104", "moodle", 104, "Dan")
    people = users()
    canvas = Course(people.values(), works())
    code, made = returned(course, canvas)
    canvas.upload(made)
    assert people["dan"].scores.get(7) is None and code == 1


@pytest.mark.parametrize("number", ["1.01E+2", "1,01E+2", ""], ids=["rounded", "comma", "none"])
def test_a_user_whose_number_a_spreadsheet_spoiled_is_left_out_and_told(course, number, capsys):
    """Canvas reads 1.01E+2 as user 1, who is somebody else."""
    people = users() | {"eve": User("Fox, Eve", 1, "eve")}
    canvas = Course(people.values(), works())
    data = canvas.export().replace(b",101,", f',"{number}",'.encode())
    code, made = returned(course, canvas, data=data)
    canvas.upload(made)
    scores = [people[name].scores.get(7) for name in ("eve", "ada", "bob", "other")]
    said = capsys.readouterr().out
    assert code == 1 and scores == [None, None, 2.0, 4.0]
    assert "no identifier as the platform writes it" in said and "Ada Lovelace" in said
    assert not number or f"ID: {number}" in said


def test_a_student_is_not_taken_for_the_line_of_points(course):
    """Without that line, the first student's score would be the points possible."""
    people = users(dan=11.0)
    canvas = Course(people.values(), works())
    lines = canvas.export().splitlines(keepends=True)
    assert b"Points Possible" in lines.pop(1)
    data = b"".join(lines).replace(b",104,", b",,")
    assert returned(course, canvas, data=data) == (2, None)


def test_first_and_last_names_in_columns_of_their_own(course):
    """Canvas has a setting for it; its test student is nobody there, too."""
    people = users()
    data = (
        Course(people.values(), works()).export().replace(b"Student,ID", b"LastName,FirstName,ID")
    )
    data = data.replace(b"    Points Possible,", b"    Points Possible,,")
    for name in ("Lovelace, Ada", "Ross, Bob", "Brown, Dan", "Student, Test"):
        data = data.replace(f'"{name}"'.encode(), name.replace(", ", ",").encode())
    code, made = returned(course, None, data=data)
    rows = made.decode().splitlines()
    assert code == 0 and rows[0].startswith("LastName,FirstName,ID,")
    assert rows[2].startswith("Lovelace,Ada,101,") and rows[2].endswith(",3.50")
    path = course / "gradebook.csv"
    assert command.main(["students", str(path), "--root", str(course)]) == 0
    assert "Test" not in (course / "students.csv").read_text()


def test_a_file_that_is_no_gradebook_is_called_so(course, capsys):
    assert returned(course, None, data=b"Name,Points\nAda,3\n") == (2, None)
    assert "no gradebook as Canvas exports it" in capsys.readouterr().err
