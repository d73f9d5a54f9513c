"""What is taken over from the cells that somebody handed in, and what a graded notebook shows."""

import json
import warnings

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.utils import compute_checksum

from cnncourse.grading.examining.limits import MOST_CELLS, MOST_TEXT
from cnncourse.grading.intake import notebooks
from cnncourse.grading.intake.notebooks import rebuild
from cnncourse.grading.intake.parsing import Unreadable, parse
from cnncourse.grading.records import VERDICTS, Record
from cnncourse.language import speaking, tr

PNG = "iVBORw0KGgo="


def cell(name, source, points=None, make=new_code_cell, **kind):
    about = {"grade_id": name, "schema_version": 3, "task": False, "locked": True} | kind
    about |= {"grade": points is not None, "solution": kind.get("solution", False)}
    about |= {} if points is None else {"points": points}
    return make(source, id=f"id-{name}", metadata={"nbgrader": about})


def source():
    """Ids differ from grade_ids, as in notebooks that Jupyter wrote."""
    return new_notebook(
        cells=[
            cell("setup", "import math"),
            cell("one", "### BEGIN SOLUTION\na = 1\n### END SOLUTION", solution=True, locked=False),
            cell("test-one", "assert a == 1", 2),
            cell("why", "Words.", 1, make=new_markdown_cell, solution=True, locked=False),
            new_markdown_cell("text", id="plain"),
            cell("two", "b = 2", solution=True, locked=False),
            cell("test-two", "assert b == 2", 3),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "P"}, "celltoolbar": "x"},
    )


NAMES = ["setup", "one", "test-one", "why", "two", "test-two"]


@pytest.fixture(scope="module")
def skeleton():
    return notebooks.skeleton(source())


def handed_in(*cells, **fields):
    return parse(json.dumps({"cells": list(cells), **fields}).encode(), "tiny.ipynb")


def theirs(name, text, kind="code", **fields):
    return {
        "cell_type": kind,
        "id": f"id-{name}",
        "metadata": {"nbgrader": {"grade_id": name}},
        "source": text,
        **fields,
    }


def names(notebook):
    return [cell.metadata.get("nbgrader", {}).get("grade_id") or cell.id for cell in notebook.cells]


# Reading


def test_a_cell_is_its_type_its_names_and_its_text():
    (found,) = handed_in(theirs("one", ["a = 1\n", "b"]))
    assert found == {
        "type": "code",
        "id": "id-one",
        "grade_id": "one",
        "source": "a = 1\nb",
        "attachments": {},
    }
    assert handed_in({"cell_type": "raw"})[0]["source"] == ""
    assert handed_in({"cell_type": "raw"}, nbformat=4)[0]["id"] is None
    assert handed_in(theirs("a\ud800", "\ud800", id="\udc00"))[0] == {
        "type": "code",
        "id": "?",
        "grade_id": "a?",
        "source": "?",
        "attachments": {},
    }


@pytest.mark.parametrize("metadata", [None, 3, [], {"nbgrader": 7}, {"nbgrader": {"grade_id": 1}}])
def test_metadata_of_any_form_is_no_name(metadata):
    assert handed_in(theirs("one", "", metadata=metadata))[0]["grade_id"] is None


def test_pictures_are_kept_in_text_cells_and_nothing_else_is():
    attachments = {
        "a\ud800.png": {"image/png": PNG, "text/html": "<script>", "image/jpeg": 3},
        "b.svg": {"image/svg+xml": "<svg>"},
        "c": 7,
        "d.jpg": {"image/jpeg": PNG},
    }
    cells = (theirs("why", "x", kind, attachments=attachments) for kind in ("markdown", "code"))
    text, code = handed_in(*cells)
    assert text["attachments"] == {"a?.png": {"image/png": PNG}, "d.jpg": {"image/jpeg": PNG}}
    assert code["attachments"] == {}
    assert handed_in(theirs("why", "x", "markdown", attachments=[1]))[0]["attachments"] == {}


def test_a_notebook_of_format_3_is_read():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code = {"cell_type": "code", "input": "a = 1", "outputs": [], "language": "python"}
        text = {"cell_type": "markdown", "source": "b"}
        sheet = {"cells": [code, text]}
        data = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [sheet]}
        found = parse(json.dumps(data).encode(), "old.ipynb")
        assert [(cell["type"], cell["source"]) for cell in found] == [
            ("code", "a = 1"),
            ("markdown", "b"),
        ]
        text["source"] = 7
        with pytest.raises(
            Unreadable, match=r"old\.ipynb is not a notebook: the text of its cell 2"
        ):
            parse(json.dumps(data).encode(), "old.ipynb")


@pytest.mark.parametrize("source", [7, None, ["a", 1], {"a": 1}, [["a"]]])
def test_a_text_that_is_none_is_named_by_its_place(source):
    with pytest.raises(
        Unreadable, match=r"tiny\.ipynb is not a notebook: the text of its cell 2 is"
    ):
        handed_in(theirs("one", ""), theirs("two", source))


@pytest.mark.parametrize("bad", ["text", None, {}, {"cell_type": "heading"}, {"cell_type": None}])
def test_and_a_cell_of_no_known_type_too(bad):
    with pytest.raises(Unreadable, match=r"tiny\.ipynb is not a notebook: its cell 2 has no known"):
        handed_in(theirs("one", ""), bad)


@pytest.mark.parametrize("version", [3, 4])
def test_too_many_cells_or_too_much_text_is_seen_before_anything_is_done_with_them(version):
    """A page of thirty thousand cells, copied by the thousand, kept a reader busy for a minute."""

    def notebook(*texts):
        if version == 4:
            cells = [{"cell_type": "code", "source": text} for text in texts]
            return json.dumps({"nbformat": 4, "cells": cells}).encode()
        cells = [{"cell_type": "code", "input": text, "outputs": []} for text in texts]
        old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
        return json.dumps(old).encode()

    most, long = ["a"] * MOST_CELLS, "b" * (MOST_TEXT - 1)
    assert len(parse(notebook(*most), "a.ipynb")) == MOST_CELLS
    assert len(parse(notebook(long, "a"), "a.ipynb")) == 2
    for texts in ([*most, "a"], [long, "a", "a"]):
        with pytest.raises(Unreadable, match=r"^the notebook has too many cells, or too much"):
            parse(notebook(*texts), "a.ipynb")


def test_a_mark_at_the_beginning_of_the_file_is_no_text():
    assert parse(b'\xef\xbb\xbf{"cells": []}', "a.ipynb") == []


# Rebuilding


def test_a_submission_as_released_is_the_release(skeleton):
    found = rebuild(skeleton, parse(nbformat.writes(skeleton).encode(), "t"), "t")
    nbformat.validate(found)
    assert [c.source for c in found.cells] == [c.source for c in skeleton.cells]
    assert names(found)[:4] == NAMES[:4]
    assert found.metadata == {"kernelspec": {"name": "python3", "display_name": "P"}}
    assert notebooks.unanswered(found, skeleton) == ["one", "why", "two"]


def test_the_release_is_without_solutions_locked_and_with_checksums(skeleton):
    by_name = {c.metadata.nbgrader.grade_id: c for c in skeleton.cells if "nbgrader" in c.metadata}
    for name in ("one", "two"):
        assert by_name[name].source == "# YOUR CODE HERE\nraise NotImplementedError()"
    assert by_name["test-one"].metadata.editable is False
    assert by_name["one"].metadata.nbgrader.checksum == compute_checksum(by_name["one"])
    given = source()
    given.cells[2].outputs = [nbformat.v4.new_output("stream", text="old")]
    made = notebooks.skeleton(given)
    assert given.cells[1].source.startswith("### BEGIN")  # what was handed over is as it was
    assert all(not c.outputs for c in made.cells if c.cell_type == "code")


def test_answers_are_the_students_and_everything_else_the_assignments(skeleton):
    cells = [theirs(name, f"mine {name}", "raw") for name in NAMES]
    cells[3] = theirs("why", "mine <b>", "markdown", attachments={"p.png": {"image/png": PNG}})
    cells[4]["attachments"] = {"p.png": {"image/png": PNG}}
    found = rebuild(skeleton, handed_in(*cells), "t")
    nbformat.validate(found)
    assert [cell.source for cell in found.cells] == [
        "import math",
        "mine one",
        "assert a == 1",
        "mine < b>",
        "mine two",
        "assert b == 2",
    ]
    assert [c.cell_type for c in found.cells] == ["code"] * 3 + ["markdown"] + ["code"] * 2
    assert found.cells[3].attachments == {"p.png": {"image/png": PNG}}
    assert all("attachments" not in c for c in found.cells[:3])
    assert notebooks.unanswered(found, skeleton) == []
    assert "mine one" not in str(skeleton)


@pytest.mark.parametrize(
    "text, shown",
    [
        ("<script>", "< script>"),
        ("</p><!-- --><?x", "< /p>< !-- -->< ?x"),
        ("a < b, 1<2, <-, <<A", "a < b, 1<2, <-, << A"),
    ],
)
def test_markup_in_text_shows_as_it_is_and_runs_nowhere(skeleton, text, shown):
    own = {"cell_type": "markdown", "id": "mine", "source": text}
    raw = {"cell_type": "raw", "id": "raw", "source": text}
    code = {"cell_type": "code", "id": "code", "source": text}
    cells = rebuild(skeleton, handed_in(theirs("why", text, "markdown"), own, raw, code), "t").cells
    found = {cell.id: cell.source for cell in cells}
    assert (found["id-why"], found["mine"], found["raw"]) == (shown,) * 3
    assert found["code"] == text


def test_ids_stand_in_for_metadata_that_got_lost_and_a_name_counts_more(skeleton):
    lost = theirs("one", "by id", metadata={})
    assert rebuild(skeleton, handed_in(lost), "t").cells[1].source == "by id"
    # The name of another cell claims it; its id would have been the lost one's.
    found = rebuild(
        skeleton, handed_in(theirs("one", "first", metadata={}), theirs("one", "2")), "t"
    )
    texts = [cell.source for cell in found.cells]
    assert "2" in texts and "first" in texts and names(found).count("one") == 1
    assert found.cells[texts.index("2")].metadata.nbgrader.grade_id == "one"
    unknown = theirs("one", "by id", metadata={"nbgrader": {"grade_id": "renamed"}})
    assert rebuild(skeleton, handed_in(unknown), "t").cells[1].source == "by id"
    # A named cell keeps its name, whatever its id says.
    swapped = theirs("two", "two's", id="id-one")
    assert rebuild(skeleton, handed_in(swapped), "t").cells[4].source == "two's"


def test_none_of_the_assignments_cells_is_no_submission(skeleton):
    with pytest.raises(Unreadable, match=r"^other\.ipynb has none of the assignment's cells$"):
        rebuild(skeleton, handed_in({"cell_type": "code", "source": "x"}), "other.ipynb")
    with pytest.raises(Unreadable):
        rebuild(skeleton, [], "other.ipynb")


def test_missing_cells_come_back_in_the_sources_order(skeleton):
    found = rebuild(skeleton, handed_in(theirs("two", "b"), theirs("one", "a")), "t")
    assert names(found) == ["setup", "two", "test-two", "one", "test-one", "why"]
    found = rebuild(skeleton, handed_in(theirs("test-two", "")), "t")
    assert names(found) == ["setup", "one", "test-one", "why", "two", "test-two"]
    extra = [{"cell_type": "code", "id": f"x{n}", "source": "x"} for n in range(2)]
    found = rebuild(skeleton, handed_in(extra[0], theirs("why", ""), extra[1]), "t")
    assert names(found) == ["setup", "one", "test-one", "x0", "why", "two", "test-two", "x1"]


@pytest.mark.parametrize(
    "given, kept",
    [
        ("a", True),
        ("A-z_9", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("", False),
        (None, False),
        ("verdict", False),
        ("own-7", False),
        ("é", False),
        ("a b", False),
        ("a.b", False),
        ("id-two", False),
        ("two", False),
    ],
)
def test_an_own_cell_keeps_an_id_that_is_one_and_free(skeleton, given, kept):
    own = {"cell_type": "code", "id": given, "source": "x = 3"}
    found = rebuild(skeleton, handed_in(theirs("one", ""), theirs("two", ""), own), "t")
    nbformat.validate(found)
    (mine,) = (cell for cell in found.cells if cell.source == "x = 3")
    assert mine.id == (given if kept else "own-2")


def test_two_own_cells_of_one_id_get_two(skeleton):
    own = [
        {"cell_type": kind, "id": "a", "source": kind, "attachments": {"p": {"image/png": PNG}}}
        for kind in ("code", "markdown", "raw")
    ]
    found = rebuild(skeleton, handed_in(theirs("one", ""), *own), "t")
    mine = {cell.source: cell for cell in found.cells if cell.source in ("code", "markdown", "raw")}
    assert [mine[kind].id for kind in ("code", "markdown", "raw")] == ["a", "own-2", "own-3"]
    assert [mine[kind].cell_type for kind in mine] == list(mine)
    assert mine["markdown"].attachments == {"p": {"image/png": PNG}}
    assert "attachments" not in mine["code"]


def test_of_tasks_there_is_no_telling_whether_they_are_answered():
    task = cell("task", "Do.", 2, make=new_markdown_cell, task=True, locked=False)
    task.metadata.nbgrader.update(solution=True)
    notebook = notebooks.skeleton(new_notebook(cells=[task, cell("a", "x", solution=True)]))
    assert notebooks.unanswered(notebook, notebook) == ["a"]


# What a graded notebook shows


@pytest.fixture
def graded(skeleton):
    def graded(points=None, outputs=None, messages=None, message="line", more=(), verdict="wrong"):
        notebook = rebuild(skeleton, handed_in(theirs("one", "x"), *more), "t")
        record = Record(
            "tiny", "ada", verdict, message, points or {}, messages or {}, outputs=outputs or {}
        )
        found = notebooks.annotate(notebook, record)
        nbformat.validate(found)
        return found, {
            cell.metadata.get("nbgrader", {}).get("grade_id") or cell.id: cell
            for cell in found.cells
        }

    return graded


def shown(cell):
    return [output.get("text") or dict(output.get("data", {})) for output in cell.outputs]


def test_the_verdict_is_on_top_as_plain_text(graded):
    found, _ = graded(message="<b>\n**x**", verdict="crashed")
    assert found.cells[0].id == "verdict" and found.cells[0].cell_type == "markdown"
    assert found.cells[0].source == "**Verdict: crashed**\n\n    <b>\n    **x**"
    again = notebooks.annotate(found, Record("tiny", "ada", "ok", "every test passed"))
    assert names(again) == ["verdict", *NAMES[:4], "two", "test-two"]
    assert again.cells[0].source.startswith("**Verdict: ok**")


@pytest.mark.parametrize(
    "verdict, lost, told",
    [
        ("wrong", ["test-one"], []),  # the line above says it
        ("crashed", ["test-one"], ["test-one: why"]),
        ("wrong", ["test-two", "test-one"], ["test-one: why", "test-two: why"]),
        ("crashed", [], []),
    ],
)
def test_of_several_lost_tests_each_says_why(graded, verdict, lost, told):
    found, _ = graded(messages=dict.fromkeys(lost, "why\nmore"), verdict=verdict)
    lines = ["line", *([""] if told else []), *told]
    assert found.cells[0].source == f"**Verdict: {verdict}**\n\n    " + "\n    ".join(lines)


def test_a_page_tells_every_verdict_in_the_courses_language():
    assert notebooks.VERDICTS == VERDICTS
    with speaking("it"):
        assert all(tr(verdict) != verdict for verdict in VERDICTS if verdict != "ok")


def test_a_test_shows_what_it_printed_what_we_say_and_the_points(graded):
    printed = [
        {"output_type": "stream", "name": "stderr", "text": "one\n"},
        {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["secret"]},
        {"output_type": "display_data", "data": {"text/plain": "9"}, "text": "secret"},
        {"output_type": "stream", "name": "stdout", "text": "two\n"},
        {"output_type": "stream", "name": "stdout"},
    ]
    _, cells = graded({"test-one": 2, "test-two": 1.5}, {"test-one": printed}, {"test-two": "why"})
    assert shown(cells["test-one"]) == ["one\ntwo\npassed\n", {"text/plain": "2.0"}]
    assert shown(cells["test-two"]) == ["why\n", {"text/plain": "1.5"}]
    kinds = [(output.output_type, output.get("name")) for output in cells["test-one"].outputs]
    assert kinds == [("stream", "stdout"), ("execute_result", None)]
    _, cells = graded({"test-one": 1.0})
    assert shown(cells["test-one"]) == ["no points\n", {"text/plain": "1.0"}]


def test_code_cells_are_numbered_in_their_order(graded):
    found, cells = graded({})
    numbers = [cell.get("execution_count") for cell in found.cells]
    assert numbers == [None, 1, 2, 3, None, 4, 5]
    assert cells["test-two"].outputs[1].execution_count == 5


def test_the_students_outputs_are_text_and_pictures_only(graded):
    outputs = [
        {"output_type": "stream", "name": "stderr", "text": "text"},
        {"output_type": "error", "ename": "E", "evalue": "no", "traceback": ["line", 7]},
        {
            "output_type": "execute_result",
            "execution_count": 3,
            "metadata": {"x": "<script>"},
            "data": {"text/plain": "1", "text/html": "<script>", "image/png": 3, "image/jpeg": PNG},
        },
        {"output_type": "display_data", "data": {"text/html": "<script>"}},
        {"output_type": "display_data"},
        {"output_type": "stream"},
        {"output_type": "error"},
    ]
    mine = {"cell_type": "code", "id": "mine", "source": "print()"}
    _, cells = graded({}, {"one": outputs, "mine": outputs[:1]}, more=[mine])
    found = [dict(output) for output in cells["one"].outputs]
    assert found == [
        {"output_type": "stream", "name": "stdout", "text": "text"},
        {"output_type": "error", "ename": "E", "evalue": "no", "traceback": ["line", "7"]},
        {
            "output_type": "display_data",
            "data": {"text/plain": "1", "image/jpeg": PNG},
            "metadata": {},
        },
        {"output_type": "stream", "name": "stdout", "text": ""},
        {"output_type": "error", "ename": "None", "evalue": "None", "traceback": []},
    ]
    assert shown(cells["mine"]) == ["text"] and shown(cells["two"]) == []


def test_a_test_that_a_person_wrote_as_text_has_no_outputs(graded):
    _, cells = graded({"why": 1.0})
    assert "outputs" not in cells["why"]
