"""What people really hand in: recognized where that is safe, else named."""

import io
import json
import zipfile

import nbformat
import pytest
from cells import answer, cell
from downloads import archive, collected, files_in
from tiny_course import FakeReader, FakeWorker, grade, tiny_course
from tiny_notebook import RIGHT, notebook, tiny

from cnncourse.grading.intake.assignments import expected, read_assignment
from cnncourse.grading.intake.notebooks import rebuild
from cnncourse.grading.intake.parsing import Unreadable, is_base64, parse
from cnncourse.grading.intake.pictures import attach
from cnncourse.grading.intake.recognize import Expected, another, marks, recognize, strange

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
OTHER = notebook(
    answer("def other(x):\n    return x + 1"), cell("other", "assert other(1) == 2  # it adds", 2)
)


def data(made):
    return made if isinstance(made, bytes) else json.dumps(made).encode()


def known(made):
    return tuple(sorted(marks(parse(data(made), "a.ipynb")) - {"name solution", "id solution"}))


TINY = Expected("tiny", (("tiny", known(tiny(RIGHT))), ("other", known(OTHER))), ("net.pt",))
ANSWERED = data(tiny("# mine\n" + RIGHT))


def zipped(files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    "files",
    [
        {"tiny.ipynb.txt": ANSWERED},
        {"tiny.json": ANSWERED},
        {"tiny.ipynb.download": ANSWERED},
        {"tiny": ANSWERED},
        {"Unbenannt.IPYNB": ANSWERED},
        {"Ada's tiny/tiny.ipynb": ANSWERED},
        {"a/b/final.txt": ANSWERED},
        {"tiny.zip": zipped({"tiny.ipynb": ANSWERED})},
        {"homework.zip": zipped({"Ada/": b"", "Ada/tiny.ipynb": ANSWERED, "__MACOSX/._t": b"x"})},
        {"final": ANSWERED, "notes.txt": b"{}", "net.pt": b"0"},
        {"tiny.ipynb.txt": ANSWERED, ".ipynb_checkpoints/tiny-checkpoint.ipynb": data(tiny("1"))},
        {"tiny.txt": ANSWERED, "copy.json": ANSWERED},
        {"mine.ipynb": ANSWERED, "other.ipynb": data(OTHER)},
        {"Kopie von tiny.ipynb": ANSWERED},
        {"Final.TXT": b"\xef\xbb\xbf" + ANSWERED},
        {"final.txt": ANSWERED.decode().encode("utf-16")},
        {"tiny.ipynb": zipped({"tiny.ipynb": ANSWERED})},
        {"tiny.zip": zipped({"mine.zip": zipped({"tiny.zip": zipped({"a.ipynb": ANSWERED})})})},
        {"tiny.zip": zipped({"tiny.ipynb": ANSWERED}), "net.pt": zipped({"net/data.pkl": b"1"})},
        {"other.ipynb": data(OTHER), "tiny.zip": zipped({"tiny.ipynb": ANSWERED})},
        {"a.zip": zipped({"x.txt": b"1"}), "b.zip": zipped({"tiny.ipynb": ANSWERED})},
        {"kit.zip": zipped({"t/tiny.ipynb": ANSWERED} | {f"m/{n}.py": b"" for n in range(300)})},
        {"tiny.zip": zipped({"tiny.ipynb": ANSWERED, "back\\slash.txt": b"1"})},
    ],
    ids=lambda files: ", ".join(files),
)
def test_the_notebook_is_recognized_and_it_is_said(files):
    found = recognize(files, TINY)
    assert found.problem is None
    assert parse(found.files["tiny.ipynb"], "a") == parse(ANSWERED, "a")
    assert any("was taken for tiny.ipynb" in note or "was opened" in note for note in found.notes)


@pytest.mark.parametrize(
    "files, words",
    [
        ({}, "no file at all"),
        ({"tiny.py": b"print()"}, "tiny.py (a Python program)"),
        ({"tiny.7z": b"7z"}, "tiny.7z (an archive that is not opened)"),
        ({"a.txt": ANSWERED, "b.txt": data(tiny(RIGHT))}, "a.txt and b.txt there is no telling"),
        ({"other.ipynb": data(OTHER)}, "other.ipynb is the notebook of the assignment other"),
        ({".ipynb_checkpoints/tiny-checkpoint.ipynb": ANSWERED}, "JupyterLab's own copy"),
        ({"tiny.zip": b"PK\3\4damaged"}, "tiny.zip (an archive)"),
        (
            {"a.zip": zipped({"x": b"{}"}), "b.zip": zipped({"x": b"1"})},
            "there is a.zip/x, b.zip/x",
        ),
        ({"notes.json": b'{"cells": []}'}, "notes.json"),
        ({"tiny.docx": zipped({"[Content_Types].xml": b"<x/>"})}, "tiny.docx (a text document)"),
        ({"tiny.txt": b"https://colab.research.google.com/"}, "tiny.txt (a link, not the file"),
        ({".tiny.ipynb.icloud": b"bplist00"}, "still in the cloud"),
        ({"IMG_1.HEIC": b"0"}, "IMG_1.HEIC (a picture)"),
        ({"tiny.tgz": b"\x1f\x8b"}, "tiny.tgz (an archive that is not opened)"),
        ({"tiny": b"\x1f\x8b"}, "tiny (an archive that is not opened)"),
        ({"tiny.ipynb.crdownload": ANSWERED[:99]}, "a download that did not end"),
        (
            {name: zipped({"a.ipynb": data(tiny(name))}) for name in ("1.zip", "2.zip")},
            "of 1.zip/a.ipynb and 2.zip/a.ipynb there is no telling",
        ),
        (
            {f"{n}.txt": data(tiny(f"{n}")) for n in range(6)},
            "of 0.txt, 1.txt, 2.txt, 3.txt and 4.txt there is no telling",
        ),
    ],
    ids=lambda value: ", ".join(value) if isinstance(value, dict) else None,
)
def test_whatever_is_not_recognized_is_named_with_what_was_expected(files, words):
    found = recognize(files, TINY)
    assert words in found.problem and "hand in tiny.ipynb" in found.problem
    assert found.files == files


def test_weights_are_no_archive_to_look_into():
    weights = zipped({"net/data.pkl": b"1"})
    found = recognize({"final.txt": ANSWERED, "net.pt": weights}, TINY)
    assert found.files == {"tiny.ipynb": ANSWERED, "net.pt": weights}


def test_what_has_no_place_beside_the_others_stays_in_its_archive():
    deep = "/".join("abcdefghij")
    inner = {"tiny.ipynb": ANSWERED, "notes/a.txt": b"1", deep: b"2", "b": b"3", "b/c": b"4"}
    found = recognize({"notes": b"mine", "tiny.zip": zipped(inner)}, TINY)
    assert found.files == {"tiny.ipynb": ANSWERED, "notes": b"mine", "b": b"3"}


def test_a_second_notebook_of_the_assignment_is_named():
    found = recognize({"tiny.ipynb": data(tiny(RIGHT)), "final.ipynb": ANSWERED}, TINY)
    assert found.files["tiny.ipynb"] == data(tiny(RIGHT))
    assert "final.ipynb would be the notebook, too" in found.notes[0]
    for other in (data(tiny(RIGHT)), data(OTHER)):
        assert not recognize({"tiny.ipynb": data(tiny(RIGHT)), "x.ipynb": other}, TINY).notes


def test_the_chapter_of_an_assignments_name_is_not_the_assignment(tmp_path):
    root = tiny_course(tmp_path)
    (root / "book").mkdir()
    chapter = data(notebook(cell("text-of-the-chapter", "print('a chapter has no tests at all')")))
    (root / "book" / "tiny.ipynb").write_bytes(chapter)
    found = expected(root, "tiny")
    said = another("tiny.ipynb", parse(chapter, "tiny.ipynb"), found)
    assert said == "tiny.ipynb is the chapter tiny, not an assignment"
    assert another("tiny.ipynb", parse(ANSWERED, "tiny.ipynb"), found) is None
    made = notebook(cell("of-nobody", "print('of nobody, and long enough for a mark')"))
    assert strange("a", parse(data(made), "a"), found) == (
        "a has none of the cells that only this assignment has"
    )
    assert strange("a", parse(ANSWERED, "a"), found) is None


@pytest.mark.parametrize("name", ["net-1.pt", "net (1).pt", "net_2.pt", "Net.pt"])
def test_a_companion_gets_its_name_back(name):
    found = recognize({"tiny.ipynb": ANSWERED, name: b"w"}, TINY)
    assert found.files == {"tiny.ipynb": ANSWERED, "net.pt": b"w"} and name in found.notes[0]
    found = recognize({"tiny.ipynb": ANSWERED, "net.pt": b"w", name: b"2"}, TINY)
    assert found.files[name] == b"2", "the one of the right name counts"


def test_of_two_companions_there_is_no_telling():
    files = {"tiny.ipynb": ANSWERED, "net-1.pt": b"1", "net-2.pt": b"2"}
    found = recognize(files, TINY)
    assert found.files == files and "no telling" in found.notes[0]


def test_an_archive_that_cannot_be_opened_is_tried_once():
    found = recognize({"tiny.zip": b"PK\3\4damaged"}, TINY)
    (note,) = found.notes
    assert note.startswith("tiny.zip cannot be opened: it is no zip archive")


def test_of_two_equal_companions_the_first_gets_the_name():
    files = {"tiny.ipynb": ANSWERED, "net-1.pt": b"1", "net-2.pt": b"1"}
    found = recognize(files, TINY)
    assert found.files == {"tiny.ipynb": ANSWERED, "net.pt": b"1", "net-2.pt": b"1"}
    assert found.notes == ("net-1.pt was taken for net.pt",)


def test_companions_are_known_from_the_source_and_marks_are_one_assignments_alone(tmp_path):
    root = tiny_course(tmp_path)
    found = expected(root, "tiny")
    assert dict(found.marks)["tiny"] and found.companions == ()
    copy = root / "solutions" / "more" / "more.ipynb"
    copy.parent.mkdir()
    source = json.loads((root / "solutions/tiny/tiny.ipynb").read_text())
    source["cells"].append(
        nbformat.v4.new_code_cell('open("net.pt")\nmore = "of this alone"', id="m")
    )
    copy.write_text(json.dumps(source))
    assert dict(expected(root, "tiny").marks)["tiny"] == ()
    assert "id m" in dict(expected(root, "more").marks)["more"]
    assert expected(root, "more").companions == ("net.pt",)


# Stripped metadata, copied cells, pictures


@pytest.fixture(scope="module")
def skeleton(tmp_path_factory):
    root = tiny_course(tmp_path_factory.mktemp("course"))
    return nbformat.reads(read_assignment(root, "tiny").skeleton, as_version=4)


def handed_in(solution=RIGHT, question="because", more=(), drop=()):
    """A notebook as an editor leaves it that knows neither ids nor metadata."""
    made = json.loads(json.dumps(tiny(solution, question=question)))
    hidden = made["cells"][3]
    hidden["source"] = hidden["source"].partition("### BEGIN")[0]
    made["cells"] = [c for c in made["cells"] if c["id"] not in drop] + list(more)
    for found in made["cells"]:
        found.pop("id", None)
        found["metadata"] = {}
    return made


def rebuilt(skeleton, made, files=None):
    found = rebuild(skeleton, parse(data(made), "tiny.ipynb"), "tiny.ipynb", files or {})
    return {cell.id: cell for cell in found.cells}


def test_without_metadata_and_ids_cells_are_known_by_their_text(skeleton):
    cells = rebuilt(skeleton, handed_in("# mine\n" + RIGHT))
    assert cells["solution"].source == "# mine\n" + RIGHT and cells["why"].source == "because"
    assert len(cells) == 5 and "the_hidden_number" in cells["hidden"].source


def test_an_answer_that_two_cells_could_be_is_not_guessed(skeleton):
    def free(source):
        return {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}

    cells = rebuilt(skeleton, handed_in("print(1)", more=[free("print(2)")]))
    assert cells["solution"].source == "print(1)", "it alone lies before the first test"
    two = handed_in("print(1)")
    two["cells"].insert(1, free("print(2)"))
    assert "print" not in rebuilt(skeleton, two)["solution"].source


def test_of_a_stranger_nothing_is_taken_by_place(skeleton):
    made = json.loads(json.dumps(notebook(answer("print(1)"), answer("print(2)"))))
    for found in made["cells"]:
        found["metadata"], found["id"] = {}, "x"
    with pytest.raises(Unreadable, match="none of the assignment's cells"):
        rebuilt(skeleton, made)


def test_a_copied_stub_below_the_answer_undoes_nothing(skeleton):
    stub = next(cell for cell in skeleton.cells if cell.id == "solution")
    for cells in ([answer(RIGHT), stub], [stub, answer(RIGHT)]):
        made = {"cells": json.loads(json.dumps(cells))}
        found = rebuilt(skeleton, made)
        assert found["solution"].source == RIGHT
        assert stub.source not in [cell.source for cell in found.values()]
    later = answer(RIGHT.replace("/ 2", "* 0.5"))
    found = rebuilt(skeleton, {"cells": json.loads(json.dumps([answer(RIGHT), later]))})
    assert found["solution"].source == later.source, "of two answers the last counts"


@pytest.mark.parametrize(
    "text, file",
    [
        ("![a](plot.png)", "plot.png"),
        ("![a](./plot.png 'title')", "plot.png"),
        ("![a](my%20plot.PNG)", "my plot.PNG"),
        ("![a](<my plot.gif>)", "my plot.gif"),
        ('<img src="images/plot.svg" width="300">', "images/plot.svg"),
        ("![a](plot.png)", "plot-1.png"),
    ],
)
def test_a_picture_beside_the_notebook_becomes_an_attachment(skeleton, text, file):
    why = rebuilt(skeleton, handed_in(question=text), {file: b"hello"})["why"]
    ((name, bundle),) = why.attachments.items()
    assert list(bundle.values()) == ["aGVsbG8="] and f"](attachment:{name}" in why.source


def test_other_files_and_other_texts_are_left_alone(skeleton):
    why = rebuilt(skeleton, handed_in(question="![a](../x.png) ![b](net.pt)"), {"net.pt": b"1"})[
        "why"
    ]
    assert why.source == "![a](../x.png) ![b](net.pt)" and "attachments" not in why


def test_the_data_of_a_picture_are_letters_of_base64_alone():
    assert is_base64("aGVs\nbG8=")
    assert not any(map(is_base64, ("<>aGVs", "aGV", "", None, ["aGVs"])))


def test_so_many_pictures_of_a_cell_are_attached_and_none_that_two_files_could_be():
    numbered = {f"{n}.png": b"hello" for n in range(51)}
    found = {}
    said = attach(" ".join(f"![{n}]({n}.png)" for n in range(51)), found, numbered)
    assert list(found) == [f"file-{n}.png" for n in range(50)] and said.endswith("![50](50.png)")
    two = {"plot-1.png": b"1", "plot-2.png": b"2"}
    assert attach("![a](plot.png)", {}, two) == "![a](plot.png)"


# All the way: from a download to a page


def test_from_a_download_to_the_page(tmp_path):
    root = tiny_course(tmp_path / "course")
    shown = tiny(RIGHT, question="![the plot](plot.png) shows it")
    entries = {
        "Ada_1_assignsubmission_file/tiny.ipynb.txt": data(tiny(RIGHT)),
        "Bob_2_assignsubmission_file/tiny.ipynb": data(handed_in()),
        "Cyd_3_assignsubmission_file/tiny.py": b"print()",
        "Dan_4_assignsubmission_file/homework.zip": zipped({"d/tiny.ipynb": data(tiny(RIGHT))}),
        "Eve_5_assignsubmission_file/tiny.ipynb": data(shown),
        "Eve_5_assignsubmission_file/plot.png": b"hello",
    }
    source = archive(tmp_path / "a.zip", entries)
    collected(expected(root, "tiny"), source, root / "grading" / "submitted", root=root)
    assert "Dan_4/tiny/tiny.ipynb" in files_in(root / "grading" / "submitted")
    results = grade(root, reader=FakeReader, worker=FakeWorker)
    points = {student: result.points for student, result in results.items()}
    assert points == {"Ada_1": 9, "Bob_2": 9, "Cyd_3": 0, "Dan_4": 9, "Eve_5": 9}
    pages = {who: root / f"grading/feedback/{who}/tiny/tiny.html" for who in points}
    assert "tiny.py (a Python program)" in pages["Cyd_3"].read_text()
    assert "data:image/png;base64,aGVsbG8=" in pages["Eve_5"].read_text()


def test_a_folder_filled_by_hand_is_recognized_too(tmp_path):
    root = tiny_course(tmp_path)
    for student, name in ("ada", "tiny.json"), ("bob", "Tiny (2).ipynb"), ("cyd", "tiny.7z"):
        place = root / "grading" / "submitted" / student / "tiny"
        place.mkdir(parents=True)
        (place / name).write_bytes(data(tiny(RIGHT)) if name != "tiny.7z" else b"7z")
    results = grade(root)
    assert {student: result.points for student, result in results.items()} == {
        "ada": 9,
        "bob": 9,
        "cyd": 0,
    }
    assert "tiny.json was taken for tiny.ipynb" in results["ada"].message
    assert "an archive that is not opened" in results["cyd"].message
