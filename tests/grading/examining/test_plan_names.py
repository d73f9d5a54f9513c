"""What a step holds, and which names of a cell count: those that it binds, and those it uses."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cnncourse.grading.examining.plan import defined, key_of, plan, used, wanted_here


def cell(name, source, **about):
    about = {"grade_id": name, "grade": False, "solution": False, "locked": True} | about
    return new_code_cell(source, id=name, metadata={"nbgrader": about})


def answer(name, source):
    return cell(name, source, solution=True, locked=False)


SOURCE = new_notebook(
    cells=[
        new_markdown_cell("text", id="text"),
        cell("setup", "import math"),
        answer("a", "a, c = 1, 2\nb = a"),
        cell("test-a", "assert a == 1", grade=True, points=2.5),
        cell("test-b", "assert b == 1", grade=True),
    ]
)


def test_a_step_is_a_kind_a_name_a_text_and_what_its_kind_needs():
    handed_in = new_notebook(
        cells=[answer("a", "a = b = 3"), new_code_cell("x", id="mine"), answer("a2", "y")]
    )
    handed_in.cells[2].metadata.nbgrader.grade_id = "a"
    about = {"about": ["a", "b", "c"], "given": {}}
    assert plan(SOURCE, handed_in) == [
        {"kind": "given", "key": "setup", "source": "import math", "here": True},
        {"kind": "student", "key": "a", "source": "a = b = 3", "names": ["a", "b", "c"]},
        {"kind": "student", "key": "mine", "source": "x", "names": []},
        {"kind": "student", "key": "a, copy 2", "source": "y", "names": []},
        {"kind": "test", "key": "test-a", "source": "assert a == 1", "points": 2.5} | about,
        {"kind": "test", "key": "test-b", "source": "assert b == 1", "points": 0} | about,
    ]


def test_an_answer_is_the_students_text_and_a_test_the_sources():
    handed_in = new_notebook(cells=[answer(c.id, "mine") for c in SOURCE.cells[1:]])
    texts = {step["key"]: step["source"] for step in plan(SOURCE, handed_in)}
    assert texts == {
        "setup": "import math",
        "a": "mine",
        "test-a": "assert a == 1",
        "test-b": "assert b == 1",
    }


def test_text_cells_of_a_student_run_nowhere():
    handed_in = new_notebook(cells=[new_markdown_cell("import os", id="words")])
    assert [step["key"] for step in plan(SOURCE, handed_in)] == ["setup", "test-a", "test-b"]


def test_a_submission_without_cells_is_tested_all_the_same():
    assert [s["kind"] for s in plan(SOURCE, new_notebook())] == ["given", "test", "test"]


def test_a_test_waits_for_every_answer_before_it_and_for_none_after_it():
    source = new_notebook(
        cells=[
            answer("a", "a = 1"),
            answer("b", "b = 1"),
            cell("test-b", "b", grade=True),
            answer("c", "c = 1"),
            cell("given", "d = c"),
            cell("test-c", "c", grade=True),
        ]
    )

    def keys(*names):
        handed_in = new_notebook(cells=[next(c for c in source.cells if c.id == n) for n in names])
        return [step["key"] for step in plan(source, handed_in)]

    assert keys("b", "a", "c") == ["b", "a", "test-b", "c", "given", "test-c"]
    assert keys("c", "b", "a") == ["c", "b", "a", "test-b", "given", "test-c"]
    assert keys("b", "c") == ["b", "test-b", "c", "given", "test-c"]
    # What is given waits for nothing: it stands where the source has it.
    assert keys("a", "test-c", "b", "c") == ["a", "given", "b", "test-b", "c", "test-c"]


def test_a_text_that_is_none_is_an_error_of_the_submission():
    handed_in = new_notebook(cells=[answer("a", "x")])
    handed_in.cells[0].source = ["x"]
    with pytest.raises(TypeError, match="its text is a list"):
        plan(SOURCE, handed_in)


@pytest.mark.parametrize(
    "name, key",
    [
        ("a-b.c_9", "a-b.c_9"),
        ("x" * 100, "x" * 100),
        ("x" * 101, ""),
        ("a b", ""),
        ("<script>", ""),
        ("a\n", ""),
        ("é", ""),
        (7, ""),
    ],
)
def test_a_name_is_one_that_a_table_can_show(name, key):
    named = cell("a", "")
    named.metadata.nbgrader.grade_id = name
    assert key_of(named) == key


def test_the_name_of_nbgrader_comes_before_the_cells_id():
    both = cell("name", "")
    both["id"] = "id"
    assert key_of(both) == "name"
    both.metadata.nbgrader.pop("grade_id")
    assert key_of(both) == "id"
    both.pop("id")
    assert key_of(both) == ""


@pytest.mark.parametrize(
    "text, names, imported",
    [
        ("a = 1\nb, (c, *d) = e", {"a", "b", "c", "d"}, set()),
        ("def f(x):\n    y = 1", {"f"}, set()),
        ("class A:\n    z = 1", {"A"}, set()),
        ("import os.path, sys as s\nfrom math import pi", set(), {"os", "s", "pi"}),
        ("for i in j: k += 1", {"i", "k"}, set()),
        ("with a as b: pass\nif (c := d): pass", {"b", "c"}, set()),
        ("print(a)", set(), set()),
        ("%matplotlib inline\na = 1", {"a"}, set()),
        ("not python (", set(), set()),
        ("a = '\0'", set(), set()),
    ],
)
def test_names_that_a_cell_binds(text, names, imported):
    assert defined(text) == names
    assert defined(text, imports=True) == names | imported


@pytest.mark.parametrize(
    "text, names",
    [
        ("a = b.c + d(e)", {"a", "b", "d", "e"}),
        ("def f(x):\n    return y", {"y"}),
        ("!ls\nz", {"get_ipython", "z"}),
        ("not python (", set()),
        ("'\0'", set()),
    ],
)
def test_names_that_occur_in_a_cell(text, names):
    assert used(text) == names


def here(*cells):
    kinds = [kind for kind, _ in cells]
    return wanted_here([new_code_cell(text) for _, text in cells], kinds)


def test_a_given_cell_runs_on_our_side_if_a_test_wants_it_or_it_shows_nothing_of_the_students():
    student, test = ("student", "f = g = 1"), ("test", "assert f and h and k")
    assert here(("given", "h = f"), student, test) == {0}  # a test uses h
    assert here(student, ("given", "shown = f"), test) == set()
    assert here(student, ("given", "other = 1"), test) == {1}
    assert here(student, ("given", "m = f"), ("given", "h = m"), test) == {1, 2}
    assert here(student, ("given", "m = f"), ("given", "shown = f + m"), test) == set()
    assert here(("given", "from f import h\ng"), student, test) == {0}
    assert here(student, ("given", "g + 1"), ("given", "h = 1")) == {2}


def test_kinds_and_cells_belong_together():
    with pytest.raises(ValueError, match=r"shorter|longer"):
        wanted_here([new_code_cell("a")], ["given", "test"])
