"""Grades and feedback to Moodle: what its own import makes of the files that the command writes."""

import csv
from datetime import datetime

import pytest
from graded import came, give
from moodle_site import LANGUAGES, Assignment, Member, read_back
from tiny_course import tiny_course

from cnncourse import __main__ as command

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
EARLIER = datetime(2026, 11, 20, 9, 5)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Ada, two people called Bob, and Cyd have grades; numbers are Moodle's participants."""
    root = tiny_course(tmp_path_factory.mktemp("course"))
    give(root, {"Ada-Lovelace_12": 3.5, "Bob-Ross_13": 2, "Bob-Ross_14": 4, "Cyd-OTesta_15": 1.25})
    return root


@pytest.fixture
def course(template, tmp_path):
    import shutil

    return shutil.copytree(template, tmp_path / "course")


def members(**changes):
    everybody = {
        "ada": Member("Ada Lovelace", 12, "ada@example.org"),
        "bob": Member("Bob Ross", 13, "bob@example.org"),
        "other": Member("Bob Ross", 14, "rob@example.org"),
        "cyd": Member("Cyd O'Testa", 15, "cyd@example.org"),
        "dan": Member("Dan Brown", 16, "dan@example.org", comment="please hand in"),
    }
    for name, change in changes.items():
        vars(everybody[name]).update(change)
    return everybody


def returned(course, moodle, *options, name="Grades-CNN-tiny.csv", data=None):
    """Give the command the worksheet; the exit code, the new worksheet and the archive, or None."""
    sheet = course / name
    sheet.write_bytes(moodle.worksheet() if data is None else data)
    code = command.main(["return", "tiny", "--moodle", str(sheet), "--root", str(course), *options])
    place = course / "grading" / "return" / "tiny"
    files = place / name, place / "tiny-feedback.zip"
    return code, *(path.read_bytes() if path.exists() else None for path in files)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("escapes", [False, True], ids=["older", "newer"])
def test_each_grade_and_page_lands_on_its_person(course, language, escapes):
    people = members()
    moodle = Assignment(people.values(), language, maximum=11, escapes=escapes)
    code, sheet, archive = returned(course, moodle)
    moodle.upload(sheet)
    moodle.upload_feedback(archive)
    assert code == 0 and moodle.skipped == 0
    grades = {name: member.grade for name, member in people.items()}
    assert grades == {"ada": 3.5, "bob": 2, "other": 4, "cyd": 1.25, "dan": None}
    assert b"<p>Bob-Ross_14</p>" in people["other"].files["tiny.html"]
    assert people["dan"].comment == "please hand in" and people["dan"].graded is None
    assert sheet.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_grade_that_moodle_has_is_replaced_and_told_and_no_comment_is_lost(
    course, language, capsys
):
    people = members(
        ada={"grade": 1.0, "graded": EARLIER, "comment": "- one point"},
        bob={"grade": 2.0, "graded": EARLIER, "comment": "good"},
        dan={"grade": 7.0, "graded": EARLIER},
    )
    moodle = Assignment(people.values(), language, maximum=11)
    code, sheet, _ = returned(course, moodle)
    moodle.upload(sheet)
    assert (people["ada"].grade, people["ada"].comment) == (3.5, "- one point")
    assert (people["bob"].grade, people["bob"].comment) == (2.0, "good")
    assert people["dan"].grade == 7.0 and moodle.skipped == 0 and code == 0
    assert "Ada Lovelace: 1 → 3.50" in capsys.readouterr().out
    assert [row[0] for row in read_back(sheet)[1:] if "13" in row[0]] == []  # no news of bob


def test_what_was_graded_in_moodle_after_the_download_stays_there(course):
    people = members(ada={"grade": 1.0, "graded": EARLIER})
    moodle = Assignment(people.values(), "de", maximum=11)
    _, sheet, _ = returned(course, moodle)
    people["ada"].grade, people["ada"].graded = 9.0, datetime(2026, 11, 26, 8, 0)
    moodle.upload(sheet)
    assert people["ada"].grade == 9.0 and moodle.skipped == 1


def test_the_archive_before_the_worksheet_would_cost_first_grades_and_the_order_is_said(
    course, capsys
):
    people = members()
    moodle = Assignment(people.values(), maximum=11)
    _, sheet, archive = returned(course, moodle)
    moodle.upload_feedback(archive)
    moodle.upload(sheet)
    assert people["ada"].grade is None  # so it is in Moodle
    said = capsys.readouterr().out
    assert said.index("1. ") < said.index("2. ") and "After the worksheet" in said


def test_names_that_are_tricky_for_moodle_cost_nobody_a_grade(course):
    people = members(
        ada={"name": 'Ada "the \\" Lovelace\\'},
        bob={"name": "=Bob, Ross\\"},
        cyd={"name": "<i class='icon'></i>Cyd_O'Testa"},
    )
    moodle = Assignment(people.values(), maximum=11)
    _, sheet, archive = returned(course, moodle)
    moodle.upload(sheet)
    moodle.upload_feedback(archive)
    assert [people[name].grade for name in ("ada", "bob", "other", "cyd")] == [3.5, 2, 4, 1.25]
    assert all(people[name].files for name in ("ada", "bob", "other", "cyd"))


def test_a_changed_display_name_changes_nothing(course):
    people = members(ada={"name": "Ada King"}, other={"name": "Robin Ross"})
    moodle = Assignment(people.values(), maximum=11)
    code, sheet, _ = returned(course, moodle)
    moodle.upload(sheet)
    assert (code, people["ada"].grade, people["other"].grade) == (0, 3.5, 4)


def test_two_who_exchanged_their_names_keep_their_grades(course):
    (course / "students.csv").write_text(
        "id,name,moodle tiny\nada,Ada Lovelace,12\ncyd,Cyd O'Testa,15\n"
    )
    people = members(ada={"name": "Cyd O'Testa"}, cyd={"name": "Ada Lovelace"})
    del people["bob"], people["other"]
    moodle = Assignment(people.values(), maximum=11, identity=())
    _, sheet, archive = returned(course, moodle)
    moodle.upload(sheet)
    moodle.upload_feedback(archive)
    assert (people["ada"].grade, people["cyd"].grade) == (3.5, 1.25)
    assert b"Ada-Lovelace_12" in people["ada"].files["tiny.html"]


def test_a_class_list_that_says_somebody_else_than_the_number_is_told(course, capsys):
    (course / "students.csv").write_text(
        "id,name,email,moodle tiny\nada,Ada Lovelace,,12\ncyd,Cyd O'Testa,ada@example.org,15\n"
    )
    people = members()
    moodle = Assignment(people.values(), maximum=11)
    code, sheet, _ = returned(course, moodle)
    moodle.upload(sheet)
    assert code == 1 and people["ada"].grade is None
    assert "not clear who they are" in capsys.readouterr().out


def test_blind_marking_returns_grades_by_the_number_alone(course):
    people = members()
    for folder, number in (("Ada-Lovelace_12", 12), ("Cyd-OTesta_15", 15)):
        came(course, folder, "moodle", number, "Participant", anonymous=True)
    moodle = Assignment(people.values(), "it", maximum=11, blind=True)
    code, sheet, archive = returned(course, moodle)
    moodle.upload(sheet)
    moodle.upload_feedback(archive)
    assert code == 0 and people["cyd"].grade == 1.25 and people["cyd"].files
    assert b"Cyd" not in sheet


def test_locked_grades_are_told_and_left_alone(course, capsys):
    people = members(ada={"locked": True, "grade": 1.0, "graded": EARLIER})
    moodle = Assignment(people.values(), "de", maximum=11)
    code, sheet, archive = returned(course, moodle)
    moodle.upload(sheet)
    moodle.upload_feedback(archive)
    assert code == 1 and people["ada"].grade == 1.0 and moodle.skipped == 0
    assert not people["ada"].files and "locked: Ada Lovelace" in capsys.readouterr().out


def test_whoever_has_a_grade_and_no_line_is_named(course, capsys):
    everybody = members()
    del everybody["bob"]  # another section's, say
    code, _, _ = returned(course, Assignment(everybody.values(), maximum=11))
    assert code == 1 and "no line in this table: Bob-Ross_13" in capsys.readouterr().out


@pytest.mark.parametrize(
    "settings, said",
    [
        ({"maximum": 100}, "maximum grade there is 100, and the assignment gives 11"),
        ({"scale": ("poor", "good")}, "has a scale in Moodle"),
    ],
)
def test_grades_that_would_mean_something_else_are_not_written(course, settings, said, capsys):
    code, sheet, archive = returned(course, Assignment(members().values(), **settings))
    assert (code, sheet, archive) == (2, None, None) and said in capsys.readouterr().err


def test_points_are_converted_where_somebody_says_so(course):
    people = members()
    moodle = Assignment(people.values(), "de", maximum=100)
    _, sheet, _ = returned(course, moodle, "--scale")
    moodle.upload(sheet)
    assert people["ada"].grade == 31.82 and people["cyd"].grade == 11.36


def test_a_spreadsheet_may_have_saved_the_worksheet(course, capsys):
    """Semicolons, another encoding and rewritten dates; what is lost is told."""
    people = members(ada={"grade": 1.0, "graded": EARLIER}, bob={"name": "Bob Müller"})
    moodle = Assignment(people.values(), "de", maximum=11)
    rows = list(csv.reader(moodle.worksheet().decode("utf-8-sig").splitlines()))
    at = rows[0].index("Zuletzt geändert (Bewertung)")
    rows[1][at] = "20.11.2026 09:05"
    text = "\r\n".join(";".join(f'"{cell}"' for cell in row) for row in rows)
    code, sheet, _ = returned(course, moodle, data=text.encode("cp1252"))
    moodle.upload(sheet)
    assert code == 1 and people["bob"].grade == 2
    said = capsys.readouterr().out
    assert "Ada Lovelace: 20.11.2026 09:05" in said and people["ada"].grade == 1.0


@pytest.mark.parametrize(
    "data, said",
    [
        (b"", "is empty"),
        (b"Nom complet,Note\nAda,1\n", "no grading worksheet in English, German or Italian"),
        (b"Identifier,Grade,Last modified (grade)\nParticipant 12,1\n", "line 2 has 2 cells"),
        (b'Identifier,Grade,Last modified (grade)\n"Participant 12,1,-\n', "changed or cut"),
        (b"PK\x03\x04\x00\x00", "no CSV file"),
    ],
    ids=["empty", "french", "short line", "cut", "zip"],
)
def test_a_file_that_is_no_worksheet_is_called_so(course, data, said, capsys):
    code, sheet, _ = returned(course, None, data=data)
    assert (code, sheet) == (2, None) and said in capsys.readouterr().err


def test_bare_numbers_which_moodle_would_not_find_are_told(course, capsys):
    moodle = Assignment(members().values(), maximum=11)
    data = moodle.worksheet().replace(b"Participant 12", b"12")
    code, _, _ = returned(course, moodle, data=data)
    said = capsys.readouterr().out
    assert code == 1 and "1 lines have no identifier" in said and "Ada-Lovelace_12" in said


def test_canvas_numbers_are_not_taken_for_moodles(course, capsys):
    give(course, {"lovelaceada_16": 4})
    people = members()
    moodle = Assignment(people.values(), maximum=11)
    _, sheet, _ = returned(course, moodle)
    moodle.upload(sheet)
    assert people["dan"].grade is None and "lovelaceada_16" in capsys.readouterr().out


@pytest.mark.parametrize("listed", [True, False], ids=["class list", "none"])
def test_a_group_number_is_not_taken_for_a_persons(tmp_path, listed):
    """In a team's assignment the archive has the numbers of groups, which people have, too."""
    course = tiny_course(tmp_path)
    people = members(ada={"group": "Team A"}, bob={"group": "Team B"}, dan={"group": "Team A"})
    if listed:
        (course / "students.csv").write_text(
            "id,name,email,group\nada,Ada Lovelace,ada@example.org,Team A\n"
            "bob,Bob Ross,bob@example.org,Team B\nrob,Bob Ross,rob@example.org,\n"
            "dan,Dan Brown,dan@example.org,Team A\n"
        )
        (course / "course.toml").write_text("[assignments.tiny]\ngroups = true\n")
    give(course, {"Team-A_13": 4, "Team-B_12": 0.5})
    came(course, "Team-A_13", "moodle", 13, "Team A")
    came(course, "Team-B_12", "moodle", 12, "Team B")
    moodle = Assignment(people.values(), "de", maximum=11, teams=True)
    code, sheet, archive = returned(course, moodle)
    moodle.upload(sheet)
    moodle.upload_feedback(archive)
    grades = {name: member.grade for name, member in people.items()}
    assert grades == {"ada": 4, "bob": 0.5, "other": None, "cyd": None, "dan": 4} and code == 0
    assert b"Team-A_13" in people["dan"].files["tiny.html"]


@pytest.mark.parametrize("named", [True, False], ids=["rule", "no rule"])
def test_a_group_with_the_number_of_a_person_in_the_list_is_not_theirs(tmp_path, named, capsys):
    """The list was filled from the worksheet: each team has the number of the other one's member.

    The time is the group's, too: what Team B handed in came too late for anything.
    """
    course = tiny_course(tmp_path)
    (course / "course.toml").write_text(
        'zone = "UTC"\n[assignments.tiny]\ndue = 2026-11-16 12:00:00\n'
        f"late = {{ percent_per_day = 100 }}\ngroups = {str(named).lower()}\n"
    )
    early, late = datetime(2026, 11, 16, 9, 0), datetime(2026, 11, 16, 15, 0)
    people = members(
        ada={"group": "Team A", "submitted": early},
        bob={"group": "Team B", "submitted": late},
        cyd={"group": "Team A", "submitted": early},
        dan={"group": "Team B", "submitted": late},
    )
    del people["other"]
    moodle = Assignment(people.values(), "de", maximum=11, teams=True)
    (course / "list.csv").write_bytes(moodle.worksheet())
    options = ["--assignment", "tiny", "--root", str(course)]
    assert command.main(["students", str(course / "list.csv"), *options]) == 0
    give(course, {"Team-A_13": 4, "Team-B_12": 3})
    came(course, "Team-A_13", "moodle", 13, "Team A")
    came(course, "Team-B_12", "moodle", 12, "Team B")
    code, sheet, archive = returned(course, moodle)
    if not named:  # the list has groups, and no rule says that they hand in together
        assert (code, sheet) == (1, None)
        assert "course.toml wants groups = true for tiny" in capsys.readouterr().out
        return
    moodle.upload(sheet)
    moodle.upload_feedback(archive)
    assert {n: m.grade for n, m in people.items()} == {"ada": 4, "bob": 0, "cyd": 4, "dan": 0}
    assert code == 0 and b"Team-A_13" in people["cyd"].files["tiny.html"]


def test_a_site_that_shows_whole_numbers_gets_what_is_behind_them(course):
    people = members(ada={"grade": 3.9, "graded": EARLIER}, bob={"grade": 1.6, "graded": EARLIER})
    moodle = Assignment(people.values(), "it", maximum=11, decimals=0)
    returned_again(course, moodle)
    assert (people["ada"].grade, people["bob"].grade) == (3.5, 2)


def returned_again(course, moodle):
    _, sheet, _ = returned(course, moodle)
    moodle.upload(sheet)


def test_a_grade_that_a_spreadsheet_made_a_date_is_replaced_and_told(course, capsys):
    people = members(ada={"grade": 3.5, "graded": EARLIER})
    moodle = Assignment(people.values(), "de", maximum=11)
    returned(course, moodle, data=moodle.worksheet().replace(b'"3,50"', b'"03. Mai"'))
    assert "Ada Lovelace: 03. Mai → 3.50" in capsys.readouterr().out


def test_a_dry_run_says_it_all_and_writes_nothing(course, capsys):
    """Neither files for Moodle, nor what the worksheet tells of times and lateness."""
    (course / "course.toml").write_text(
        'zone = "UTC"\n[assignments.tiny]\ndue = 2026-11-16 12:00:00\n'
        "late = { percent_per_day = 10 }\n"
    )
    people = members(ada={"submitted": datetime(2026, 11, 17)})

    def state():
        files = (path for path in (course / "grading").rglob("*") if path.is_file())
        return {path: path.read_bytes() for path in files if path.name != ".lock"}

    before = state()
    moodle = Assignment(people.values(), maximum=11)
    code, sheet, archive = returned(course, moodle, "--dry-run")
    assert (code, sheet, archive) == (0, None, None) and state() == before
    said = capsys.readouterr().out
    assert "4 grades to write" in said and "would be others: 1" in said
    returned_again(course, moodle)
    assert people["ada"].grade == 2.4


def test_a_grader_error_is_no_grade(course, capsys):
    give(course, {"Ada-Lovelace_12": 0}, verdict="grader error")
    people = members(ada={"grade": 1.0, "graded": EARLIER})
    moodle = Assignment(people.values(), maximum=11)
    code, sheet, _ = returned(course, moodle)
    moodle.upload(sheet)
    assert code == 1 and people["ada"].grade == 1.0
    assert "no grade yet" in capsys.readouterr().out
