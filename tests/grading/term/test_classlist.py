"""students.csv: one person is one student, and who cannot be told is listed, never guessed."""

import pytest

from cnncourse import __main__ as command
from cnncourse.course import CourseError
from cnncourse.grading.intake.received import Received
from cnncourse.grading.platforms.people import Person
from cnncourse.grading.term.classlist import ClassList, merge, owner
from cnncourse.grading.term.standing import Term

PARTICIPANTS = """First name,Last name,Email address,ID number
Ada,Lovelace,ada@example.org,4711
Bob,Ross,bob@example.org,4712
Bob,Ross,rob@example.org,4713
Jörg,Müller,joerg@example.org,00815
"""
WORKSHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade)\n"
    'Participant 12,Ada King,ada@example.org,,,20.00,Yes,"Monday, 16 November 2026, 9:05 AM",-\n'
    "Participant 13,Bob Ross,bob@example.org,,,20.00,Yes,-,-\n"
    "Participant 14,Bob Ross,rob@example.org,,,20.00,Yes,-,-\n"
)
GRADEBOOK = """Student,ID,SIS User ID,SIS Login ID,Section,tiny (7)
    Points Possible,,,,,20.00
"Lovelace, Ada",101,4711,ada,A,
"Ross, Bob",102,4713,rob,B,
"Hopper, Grace",103,4720,grace,A and B,
"Student, Test",999,,,A,
"""


@pytest.fixture
def root(tmp_path):
    source = tmp_path / "solutions" / "tiny" / "tiny.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text("{}")
    return tmp_path


def students(root, *files, options=()):
    """The command with these texts as files; its exit code, and the lines of the list by id."""
    paths = []
    for number, text in enumerate(files):
        paths.append(root / f"table{number}.csv")
        paths[-1].write_text(text, encoding="utf-8-sig")
    code = command.main(["students", *map(str, paths), "--root", str(root), *options])
    return code, {student.id: student for student in ClassList.read(root).students}


def test_three_tables_of_two_platforms_make_one_list(root, capsys):
    code, found = students(
        root, PARTICIPANTS, WORKSHEET, GRADEBOOK, options=["--assignment", "tiny"]
    )
    assert code == 0 and list(found) == ["4711", "4712", "4713", "00815", "4720"]
    ada = found["4711"]
    assert (ada.name, ada.email, ada.section) == ("Ada Lovelace", "ada@example.org", "A")
    assert ada.more["moodle tiny"] == "12" and ada.more["canvas"] == "101"
    assert found["4713"].more["moodle tiny"] == "14" and found["4713"].more["canvas"] == "102"
    assert "canvas" not in found["4712"].more or found["4712"].more["canvas"] == ""
    assert "4711: Ada Lovelace is Ada King there" in capsys.readouterr().out
    assert (root / "students.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_again_nothing_changes(root):
    students(root, PARTICIPANTS, GRADEBOOK)
    before = (root / "students.csv").read_bytes()
    students(root, GRADEBOOK, PARTICIPANTS)
    assert (root / "students.csv").read_bytes() == before


def test_what_a_lecturer_wrote_is_kept(root):
    """And how it was written: semicolons, for a spreadsheet in German; a text of several lines."""
    remark = "to do:\n- ask; -2 points"
    (root / "students.csv").write_text(
        "Name;id;E-mail;remark;extension days\nA. Lovelace;4711;;=she asked;2,5\n"
        f'Bob;4712;;"{remark}";\n',
        "cp1252",
    )
    _, found = students(root, PARTICIPANTS)
    ada = found["4711"]
    assert (ada.name, ada.email, ada.extension_days) == ("A. Lovelace", "ada@example.org", 2.5)
    assert ada.more["remark"] == "=she asked"
    text = (root / "students.csv").read_text("utf-8-sig")
    assert ";'=she asked" in text and f'"{remark}"' in text and "ada@example.org;" in text


def test_a_name_alone_decides_only_where_there_is_nothing_else(root, capsys):
    """Bob of Canvas has a login, Bob of the list an address: one person, or two?"""
    (root / "students.csv").write_text("id,name,email\n4712,Bob Ross,bob@example.org\n")
    table = 'Student,ID,SIS Login ID,Section\n"Ross, Bob",102,ross9,B\n'
    code, found = students(root, table)
    said = capsys.readouterr().out
    assert code == 1 and list(found) == ["4712"] and "nothing else says that it is they" in said
    code, found = students(root, table, options=["--by-name"])
    assert code == 0 and found["4712"].more["canvas"] == "102"


def test_people_of_one_name_are_never_told_by_it(root, capsys):
    (root / "students.csv").write_text("id,name\nb1,Bob Ross\nb2,Bob Ross\n")
    code, found = students(root, "First name,Last name\nBob,Ross\n", options=["--by-name"])
    assert code == 1 and len(found) == 2
    assert "this is the name of b1, b2" in capsys.readouterr().out


def test_two_of_one_name_in_a_table_of_names_are_not_made_one(root, capsys):
    (root / "students.csv").write_text("id,name\nb1,Bob Ross\n")
    code, _ = students(root, "Vorname,Nachname\nBob,Ross\nBob,Ross\n")
    assert code == 1 and "several people of this name" in capsys.readouterr().out


def test_different_addresses_make_two_people_of_one_name(root):
    _, found = students(
        root,
        "Nome,Cognome,Indirizzo email\nBob,Ross,a@x.it\n",
        "Nome,Cognome,Indirizzo email\nBob,Ross,b@x.it\n",
    )
    assert list(found) == ["a@x.it", "b@x.it"]


def test_what_the_platform_says_of_two_people_is_told(root, capsys):
    (root / "students.csv").write_text("id,name,email\n1,Ada,ada@x.org\n2,Eve,eve@x.org\n")
    code, _ = students(root, "First name,Last name,Email address,ID number\nA,L,ada@x.org,2\n")
    assert code == 1 and "is 2 and 1 by what the platform says" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text, said",
    [
        ("name,email\nAda,a@x.org\n", "has no column id"),
        ("id,name\nada,Ada\nbob,Bob\nada,Ada\n", "line 4: id is ada, as on line 2"),
        ("id,name\n../x,Ada\n", "line 2: id is '../x'; expected a name for a folder"),
        ("id,name\n,Ada\n", "line 2: id is ''"),
        ("id,extension_days\nada,soon\n", "line 2: extension_days is 'soon'; expected a number"),
        ("id,extension_days\nada,-1\n", "extension_days is '-1'"),
        ("id,name,name\nada,A,B\n", "two columns name"),
        ("id,name\nada\n", "line 2 has 1 cells"),
        ("id,name\n1.23457E+11,Ada\n", "line 2: id is 1.23457E+11, a number that a spreadsheet"),
        ("id,name\nzoë,A\nzoe\u0308,B\n", "line 3: id is zoe\u0308, as on line 2"),
    ],
)
def test_an_error_in_the_list_says_where(tmp_path, text, said):
    (tmp_path / "students.csv").write_text(text)
    with pytest.raises(CourseError) as error:
        ClassList.read(tmp_path)
    assert said in str(error.value)


def test_a_worksheet_needs_its_assignment_and_names(root, capsys):
    assert students(root, WORKSHEET)[0] == 2
    assert "--assignment NAME" in capsys.readouterr().err
    blind = "\n".join(
        ",".join(line.split(",")[:1] + line.split(",")[3:]) for line in WORKSHEET.splitlines()
    )
    blind = "Identifier,Grade,Last modified (grade)\nParticipant 12,,-\n"
    assert students(root, blind, options=["--assignment", "tiny"])[0] == 2
    assert "marked blind" in capsys.readouterr().err


def test_letters_that_look_the_same_are_the_same(root):
    """Composed and decomposed letters, and marks that nobody sees, in ids, addresses and names."""
    (root / "students.csv").write_text(
        "id,name,email\nzoe\u0308,Zoe\u0308 M,\nada,A.,ada@example.org\u200b\n", encoding="utf-8"
    )
    table = (
        "First name,Last name,Email address,Username\n"
        "Zoë,Maße,z@example.org,zoë\nAda,L,\u202aADA@example.org,\n"
    )
    code, found = students(root, table)
    assert code == 0 and len(found) == 2 and found["zoe\u0308"].email == "z@example.org"
    assert ClassList.read(root).get("zoë").id == "zoe\u0308"


def test_names_that_differ_by_the_sign_of_a_vowel_are_two(root):
    (root / "students.csv").write_text("id,name\n1,राम\n", encoding="utf-8")
    students(root, "First name,Last name\nरमा,\n")
    assert [s.name for s in ClassList.read(root).students] == ["राम", "रमा"]


def test_numbers_that_are_no_names_of_folders_are_found_again(root):
    table = "First name,Last name,ID number\nAda,L,12/345\nBob,R,.x\n"
    assert list(students(root, table)[1]) == ["12-345", "x"]
    before = (root / "students.csv").read_bytes()
    code, _ = students(root, table)
    assert code == 0 and (root / "students.csv").read_bytes() == before


def test_numbers_that_a_spreadsheet_rounded_are_nobodys(root, capsys):
    """Two people have 1.23457E+11: the one as well as the other would be a guess."""
    table = (
        "First name,Last name,Email address,ID number\n"
        "Ada,L,ada@example.org,1.23457E+11\nBob,R,bob@example.org,1.23457E+11\n"
    )
    code, found = students(root, table)
    said = capsys.readouterr().out
    assert code == 1 and list(found) == ["ada@example.org", "bob@example.org"]
    assert "a spreadsheet rounded numbers" in said and "line 2, ID number: 1.23457E+11" in said


def test_another_number_than_the_list_has_is_told(root, capsys):
    """The assignment was made anew in Moodle: what was noted of the old one stays, and is told."""
    students(root, WORKSHEET, options=["--assignment", "tiny"])
    table = WORKSHEET.replace("Participant 12", "Participant 112")
    _, found = students(root, table, options=["--assignment", "tiny"])
    assert found["ada@example.org"].more["moodle tiny"] == "12"
    assert "ada@example.org: moodle tiny is 12, 112 there" in capsys.readouterr().out


def test_old_macs_line_ends(root):
    assert len(students(root, PARTICIPANTS.replace("\n", "\r"))[1]) == 4


# Whose a folder is


@pytest.fixture
def listed():
    found = ClassList()
    people = [
        Person("moodle", "Ada Lovelace", "12", "ada@x.org", ("4711",)),
        Person("moodle", "Cyd Ann O'Testa", "15", "cyd@x.org", ("4714",)),
        Person("moodle", "Bob Ross", "13", "bob@x.org", ("4712",)),
        Person("moodle", "Bob Ross", "14", "rob@x.org", ("4713",)),
    ]
    merge(found, people, "tiny")
    merge(found, [Person("canvas", "Ada Lovelace", "101", ids=("4711",))])
    return found


@pytest.mark.parametrize(
    "folder, assignment, id",
    [
        ("4711", "tiny", "4711"),
        ("ada@x.org", "tiny", "4711"),
        ("Ada-King_12", "tiny", "4711"),
        ("Ada-Lovelace_77", "large", "4711"),
        ("lovelaceada_101", "large", "4711"),
        ("lovelaceada_15", "tiny", None),
        ("otestacydann_205", "tiny", "4714"),
        ("Bob-Ross_14", "tiny", "4713"),
        ("Bob-Ross_14", "large", None),
        ("Ada-Lovelace_13", "tiny", "4712"),
        ("anon_x1", "tiny", None),
        ("nobody", "tiny", None),
    ],
)
def test_whose_a_folder_is(listed, folder, assignment, id):
    student, why = owner(listed, assignment, folder, None)
    assert (student and student.id) == id
    assert why


def test_what_the_platform_said_goes_before_the_folders_name(listed):
    def whose(**said):
        return owner(listed, "tiny", "bob_12", Received("bob_12", **said))[0]

    assert whose(platform="moodle", id="12", name="anyone").id == "4711"
    assert whose(platform="canvas", id="101", name="king").id == "4711"
    assert whose(platform="canvas", id="12", name="nobody") is None
    assert whose(platform="gradescope", id="4714", name="Bob Ross").id == "4714"
    assert whose(platform="moodle", id="99", name="Ada Lovelace", anonymous=True) is None


def test_collect_asks_for_the_folder_of_a_submission(root, listed):
    listed.write(root)
    who = Term(root).who("tiny")
    assert who(Received("Ada-King_12", "moodle", id="12", name="Ada King")) == "4711"
    assert who(Received("nobody_3", "canvas", id="3", name="nobody")) == "nobody_3"
