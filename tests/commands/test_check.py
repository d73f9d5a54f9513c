"""`make check`: what a student reads about a notebook, and what keeps it from being run."""

import nbformat
import pytest
from cells import cell
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from cnncourse import __main__ as command
from cnncourse.selfcheck import warnings_of

RIGHT = "def half(x):\n    return x / 2"


def notebook(answer=RIGHT, even="assert half(4) == 2"):
    """A tiny assignment worth 20 points, two of them by hand."""
    return new_notebook(
        cells=[
            new_markdown_cell("# Tiny\n\n**Points**: 20."),
            cell("half", answer, solution=True),
            cell("even", even, 8),
            cell("odd", "assert half(3) == 1.5, 'the half of 3 is 1.5'", 10),
            cell("why", "YOUR ANSWER HERE", 2, solution=True, make=new_markdown_cell),
        ]
    )


@pytest.fixture
def check(tmp_path, capsys):
    """Save a notebook (or text that is none), check it: exit code, output, errors."""

    def run(saved, name="tiny", timeout=60):
        path = tmp_path / "tiny" / "tiny.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.write_text(saved if isinstance(saved, str) else nbformat.writes(saved))
        before = path.read_bytes()
        code = command.main(
            ["check", name, "--exercises", str(tmp_path), "--timeout", str(timeout)]
        )
        assert path.read_bytes() == before, "the student's file is not touched"
        return code, *capsys.readouterr()

    return run


def rows(out):
    """The table's lines, {test: the rest of the line}."""
    lines = out.partition("test ")[2].splitlines()[1:]
    return {line.split()[0]: " ".join(line.split()[1:]) for line in lines if line.strip()}


def test_a_right_answer_passes_and_the_student_is_told_what_to_hand_in(check):
    code, out, _ = check(notebook())
    assert code == 0 and "Note" not in out
    assert {test: rows(out)[test] for test in ("even", "odd", "why", "total")} == {
        "even": "8 of 8 passed",
        "odd": "10 of 10 passed",
        "why": "0 of 2 graded by hand",
        "total": "18 of 20",
    }
    assert "2 points are given by hand" in out and "Hand in this one file" in out


def test_each_failure_says_why(check):
    code, out, _ = check(
        notebook(
            "def half(x):\n    return x // 4",
            "from cnncourse.checks import expect\nexpect(half(4), 2.0, what='half(4)')",
        )
    )
    assert code == 1
    assert rows(out)["even"] == "0 of 8 half(4): the value is wrong."
    assert "expected: 2.0" in out  # the message in full, below the table
    assert rows(out)["odd"] == "0 of 10 AssertionError: the half of 3 is 1.5"
    assert rows(out)["total"] == "0 of 20"


def test_an_untouched_notebook_and_an_error_in_an_answer_are_told_apart(check):
    _, out, _ = check(notebook("def half(x):\n    raise NotImplementedError()"))
    assert rows(out)["even"] == "0 of 8 not answered yet" and "In the cell" not in out
    _, out, _ = check(notebook("import no_such_library"))
    assert "In the cell half: ModuleNotFoundError" in out


def test_a_test_without_points_shows_what_it_measured(check):
    saved = notebook()
    saved.cells.append(cell("bonus", "print('Bonus: 1 of 3 points.')", 0))
    code, out, _ = check(saved)
    assert code == 0 and rows(out)["bonus"] == "0 of 0 Bonus: 1 of 3 points."


def test_tests_have_names_of_their_own_and_one_slip_costs_once(check):
    size = "def output_size(size, kernel):\n    return size - kernel"
    saved = new_notebook(
        metadata={"cnncourse": {"given": {"output_size": "cnncourse.arithmetic.output_size"}}},
        cells=[
            new_code_cell("from math import *\nsum = prod = len = None"),
            cell("size", size, solution=True),
            cell("test-size", "assert sum([output_size(8, 3)]) == 6", 3),
            new_code_cell("def beside():\n    return 1"),  # as lenet_cifar10's trained_model
            cell("test-beside", "assert beside() == 1", 1),
            cell("given", "sum_of = sum"),  # a given cell sees what the student did, as before
            cell("last", "def last(x, k):\n    return output_size(x, k) - 1", solution=True),
            cell("test-last", "assert last(8, 3) == 5 and len([1]) == 1", 2),
            cell("by-zero", "def inverse(x):\n    return 1 / x", solution=True),
            cell("test-inverse", "assert inverse(0) == 0", 1),
        ],
    )
    _, out, err = check(saved)
    assert rows(out)["test-size"] == "0 of 3 AssertionError"
    assert rows(out)["test-beside"] == "1 of 1 passed"
    assert rows(out)["test-last"] == "2 of 2 Passed: right, given a right output_size."
    assert "ZeroDivisionError: division by zero\n  line 2 of your cell, in inverse" in out
    assert "assert inverse" not in out and "encryption" not in out + err


def test_what_a_grader_would_say_is_said(check):
    saved = notebook()
    saved.metadata["cnncourse"] = {"name": "other"}
    saved.cells.append(saved.cells[1].copy() | {"id": "copy"})
    changed = saved.cells[2]
    changed.metadata.nbgrader["checksum"] = "0" * 32
    _, out, _ = check(nbformat.from_dict(saved))
    assert "the notebook of the assignment other, in the place of tiny" in out
    assert f"The cell {saved.cells[1].metadata.nbgrader.grade_id} is there twice" in out
    assert f"The test cell {changed.metadata.nbgrader.grade_id} was changed" in out


def test_a_missing_gpu_is_explained(check):
    _, out, _ = check(notebook("raise RuntimeError('Found no NVIDIA driver on your system.')"))
    assert "has no GPU that PyTorch can use, and none is needed" in out


def test_a_device_that_is_not_there_is_named(check, monkeypatch):
    monkeypatch.setenv("CNNCOURSE_DEVICE", "gpu")
    code, _, err = check(notebook())
    assert code == 2 and "it takes auto, cpu, cuda or mps" in err


def test_images_that_are_missing_are_explained(check):
    _, out, _ = check(notebook(RIGHT + "\nprint('synthetic stand-in, not CIFAR-10')"))
    assert "CIFAR-10 was not found" in out and "cnncourse data" in out


def test_a_missing_file_is_named_with_those_that_are_there(check):
    code, _, err = check(notebook(), name="tini")
    assert code == 2 and "There is no file" in err and "there are: tiny" in err


@pytest.mark.parametrize(
    "text",
    ["", "this is no notebook", "[1, 2]", '{"nbformat": 4}', nbformat.writes(new_notebook())[:-30]],
)
def test_a_file_that_is_no_notebook_is_refused_in_a_sentence(check, text):
    code, _, err = check(text)
    assert code == 2 and "is not a notebook" in err and "Traceback" not in err


def test_another_notebook_is_refused(check):
    code, _, err = check(new_notebook(cells=[new_code_cell("1 + 1")]))
    assert code == 2 and "none of an assignment's test cells" in err


def test_a_notebook_saved_with_an_error_is_run_anew(check):
    saved = notebook()
    saved.cells[2].outputs = [new_output("error", ename="NameError", evalue="", traceback=[])]
    code, out, _ = check(saved)
    assert code == 0 and "saved with an error in the cell even (NameError)" in out


def test_deleted_and_doubled_test_cells_are_noticed(check):
    saved = notebook()
    del saved.cells[2]
    assert "worth 12 points, not 20" in check(saved)[1]
    saved = notebook()
    saved.cells.append(saved.cells[2].copy() | {"id": "copy"})
    assert "The cell even is there twice" in check(nbformat.from_dict(saved))[1]


def test_a_loop_without_end_and_the_death_of_python_end_the_run_with_a_sentence(check):
    code, out, _ = check(notebook("while True:\n    pass"), timeout=2)
    assert code == 1 and "ran for more than 2 seconds" in out
    assert rows(out)["odd"] == "0 of 10 did not run"
    code, out, _ = check(notebook("import os\nos._exit(1)"))
    assert code == 1 and "Python itself ended" in out
    assert rows(out)["even"] == "0 of 8 did not run"


def test_what_is_of_the_library_here_and_not_where_it_is_graded_is_told():
    def told(answer, given="import torch"):
        saved = notebook(answer)
        saved.cells.insert(1, cell("setup", given))
        return [said for said in warnings_of(saved) if "imports cnncourse" in said]

    helped = f"from cnncourse.operations import pool2d\nimport cnncourse.checks\n{RIGHT}"
    (said,) = told(helped)
    assert "A cell of yours imports cnncourse.operations, which is not there" in said
    assert told(helped, "from cnncourse import operations, data") == []
    assert told(f"from cnncourse.data.scans import digits\n{RIGHT}") == []
    assert len(told(f"    from cnncourse import (models, training)\n{RIGHT}")) == 2
