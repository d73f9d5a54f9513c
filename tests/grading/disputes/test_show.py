"""The notebook of a disputed submission: the very input that failed, and the key that draws it."""

import json
import os

import nbformat
import numpy as np
import pytest
import torch
from answers import cells_of
from tiny_course import new_course

from cnncourse import __main__ as command
from cnncourse import checks
from cnncourse.course import is_test
from cnncourse.grading.commands import show as program
from cnncourse.grading.disputes import watching
from cnncourse.grading.publishing.new import begin
from cnncourse.grading.publishing.release import generate


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with the assignment that `cnncourse new` writes, and its wrong answer handed in."""
    root = new_course(tmp_path_factory.mktemp("course"))
    (root / "pyproject.toml").write_text("")
    begin("border", root)
    generate("border", root / "exercises", root)
    notebook = nbformat.read(root / "exercises/border/border.ipynb", as_version=4)
    wrong = cells_of(root / "tests/submissions/border/wrong_rows.py")["mirror"]
    trap = f"open({str(root / 'ran')!r}, 'w')"
    next(c for c in notebook.cells if c.id == "mirror").source = f"{wrong}\n\n\n{trap}"
    path = root / "grading/submitted/bob/border/border.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    return root


@pytest.fixture(scope="module")
def shown(course, sandboxed):
    """The notebook, as `cnncourse show` writes it."""
    assert command.main(["show", "border", "bob", "--seed", "7", "--root", str(course)]) == 0
    path = course / "grading" / "disputes" / "border" / "bob.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def cell(notebook, name):
    return next(c for c in notebook.cells if c.id == name)


def test_each_failed_test_has_its_message_its_input_and_what_came_of_it(shown):
    failed = [c.id for c in shown.cells if c.id.startswith("failed-")]
    assert failed == ["failed-mirror-values"]
    assert "the rows were reversed, not the columns" in cell(shown, failed[0]).source
    found = cell(shown, "input-0-mirror-values")
    assert "mirror(torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))" in found.source
    assert found.outputs[0].text.splitlines() == [
        "expected: torch.tensor([[3.0, 2.0, 1.0], [6.0, 5.0, 4.0]])",
        "yours:    torch.tensor([[4.0, 5.0, 6.0], [1.0, 2.0, 3.0]])",
    ]


def test_outputs_of_the_tests_are_those_of_a_plain_run(shown):
    for test in filter(is_test, shown.cells):
        assert watching.MARK not in json.dumps(test)


def test_run_from_top_to_bottom_it_fails_at_the_same_input(shown, monkeypatch, capsys):
    """By whoever opens it, by their own act: here the stored wrong answer."""
    monkeypatch.setenv("CNNCOURSE_SEED", "0")
    names = {}
    for entry in shown.cells:
        if entry.cell_type == "code" and not is_test(entry):
            source = entry.source.split("\n\n\nopen(")[0]
            exec(compile(source, entry.id, "exec"), names)
    assert cell(shown, "key-mirror-values").source.count("CNNCOURSE_SEED") == 1
    assert os.environ["CNNCOURSE_SEED"] != "0"
    with pytest.raises(checks.CheckFailed, match="rows were reversed"):
        exec(cell(shown, "mirror-values").source, names)


def test_the_submission_ran_in_the_sandbox_alone_and_nothing_else_is_written(course, shown):
    assert not (course / "ran").exists()
    written = {path.name for path in (course / "grading").iterdir()}
    assert written <= {"submitted", "disputes", "exchange", "datasets.json", "seed"}
    assert "stranger's code" in cell(shown, "dispute").source


def test_it_is_opened_where_that_is_asked_for(course, shown, monkeypatch):
    started = []
    monkeypatch.setattr(program.subprocess, "run", lambda words, check: started.append(words[1:]))
    words = ["show", "border", "bob", "--seed", "7", "--open", "--root", str(course)]
    assert command.main(words) == 0
    [[*module, path]] = started
    assert module == ["-m", "jupyterlab"] and path.endswith("disputes/border/bob.ipynb")


def test_what_cannot_be_read_is_told_with_the_reason(course, sandboxed):
    path = course / "grading/submitted/dan/border/border.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text('{"cells"')
    assert command.main(["show", "border", "dan", "--root", str(course)]) == 0
    notebook = nbformat.read(course / "grading/disputes/border/dan.ipynb", as_version=4)
    assert "unreadable" in (said := cell(notebook, "dispute").source) and "breaks off" in said


def test_who_handed_in_nothing_is_said(course, capsys):
    assert command.main(["show", "border", "eve", "--root", str(course)]) == 2
    assert "eve handed in no border" in capsys.readouterr().err


@pytest.mark.parametrize(
    "value",
    [
        torch.tensor([[0.1, -2.5], [1e-8, 3e30]]),
        torch.tensor([float("nan"), float("inf"), float("-inf")]),
        torch.tensor([[1, 2]], dtype=torch.uint8),
        torch.tensor([True, False]),
        torch.tensor([0.1], dtype=torch.float64),
        torch.tensor(3),
        torch.empty((0, 2)),
        np.array([[0.5, 1.0]], dtype=np.float32),
        {"x": [1, (2.5,), None], "mode": "max"},
    ],
    ids="float32 not-finite uint8 bool float64 scalar empty numpy containers".split(),
)
def test_a_value_is_told_as_code_that_makes_it_again(value):
    made = eval(watching.code(value), {"torch": torch})
    assert type(made) is type(value)
    if isinstance(value, torch.Tensor):
        assert made.dtype == value.dtype and torch.equal(made.nan_to_num(), value.nan_to_num())
    elif isinstance(value, np.ndarray):
        assert made.dtype == value.dtype and (made == value).all()
    else:
        assert made == value


def findings(capsys):
    lines = capsys.readouterr().out.splitlines()
    return [json.loads(line.removeprefix(watching.MARK)) for line in lines]


@pytest.fixture
def fresh(monkeypatch):
    monkeypatch.setattr(watching, "calls", [])
    monkeypatch.setattr(watching, "findings", [])


def test_an_error_of_the_students_function_is_told_with_its_arguments(fresh, capsys):
    def ask(link, operation, *args):
        raise ZeroDivisionError("division by zero")

    function = type("Function", (), {"__name__": "half"})()
    with pytest.raises(ZeroDivisionError):
        watching.listening(ask)(None, "call", function, (torch.tensor([2]),), {"by": 0}, None)
    [found] = findings(capsys)
    assert found["calls"] == [
        {
            "name": "half",
            "arguments": "torch.tensor([2]), by=0",
            "raised": "ZeroDivisionError: division by zero",
        }
    ]


def test_a_call_of_an_object_tells_where_the_object_came_from(fresh, capsys):
    class Remote:
        """As the stand-ins of the student's objects are called."""

        def __init__(self, name=None):
            self.__dict__.update({"__name__": name} if name else {})

    made = Remote("Net"), Remote(), Remote()
    answers = iter([made[1], made[2], ZeroDivisionError("no")])

    def ask(link, operation, *args):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    asked = watching.listening(ask)
    net = asked(None, "call", made[0], (3,), {}, None)
    forward = asked(None, "get", net, "forward")
    with pytest.raises(ZeroDivisionError):
        asked(None, "call", forward, (torch.tensor(1.5),), {}, None)
    [found] = findings(capsys)
    assert [call["name"] for call in found["calls"]] == ["Net", "Net(3).forward"]


def test_of_a_test_that_fails_everywhere_the_first_findings_are_told(fresh, capsys):
    expect = watching.watched("expect", checks.expect)
    expect(1, 1)
    for number in range(9):
        with pytest.raises(checks.CheckFailed):
            expect(number, -1)
    found = findings(capsys)
    assert [finding["yours"] for finding in found] == ["0", "1", "2"]


def test_what_is_too_large_to_be_shown_is_said_in_words(fresh, capsys):
    assert watching.code(torch.zeros(200, 100)) == "<a tensor (200, 100) of float32>"
    expect = watching.watched("expect", checks.expect)
    with pytest.raises(checks.CheckFailed):
        expect([torch.rand(2000)] * 20, 1)
    assert findings(capsys) == [{"check": "expect", "calls": [], "too_long": True}]
