"""The side of the tests, step by step, with a student's process that plays by a script."""

import os
import socket
import threading
import time
import types

import pytest
import torch
from forked import forked
from IPython.core.inputtransformer2 import TransformerManager
from torch import nn

from cnncourse.grading.examining import seeds
from cnncourse.grading.examining.inside import examiner as examining
from cnncourse.grading.examining.inside.examiner import (
    METHODS,
    Examiner,
    _count,
    _earned,
    main,
    may_export,
    operations,
    said,
)
from cnncourse.grading.examining.inside.shell import Shell
from cnncourse.grading.examining.limits import GIVE_WAY, Limits
from cnncourse.grading.examining.protocol.frames import Broken, Channel
from cnncourse.grading.examining.protocol.link import Link
from cnncourse.grading.examining.protocol.proxies import Remote, error_from

LIMITS = Limits(cell_seconds=10, submission_seconds=100, output_bytes=1000, message_bytes=5000)


class Bench:
    """As much of the shell as the examiner uses."""

    collecting = Shell.collecting
    transform_cell = staticmethod(TransformerManager().transform_cell)


class Student:
    """A link whose answers are values, or exceptions to raise, by question."""

    def __init__(self, **answers):
        self.answers, self.questions = answers, []
        self.channel = types.SimpleNamespace(deadline=None)

    def ask(self, operation, *args):
        self.questions.append((operation, *args))
        answer = self.answers.get(args[0] if operation == "name" else operation)
        if isinstance(answer, BaseException):
            raise answer
        return answer


@pytest.fixture
def sock():
    left, right = socket.socketpair()
    with left, right:
        yield left


@pytest.fixture
def examiner(sock):
    examiner = Examiner(LIMITS, Bench(), sock)
    examiner.link = Student(run=([], 0))
    return examiner


def test_of(source, points=2.0):  # noqa: PT028  # a step, no test
    return {"kind": "test", "key": "t", "source": source, "points": points}


test_of.__test__ = False


def text(words, name="stdout"):
    return {"output_type": "stream", "name": name, "text": words}


def display(**data):
    kinds = {"plain": "text/plain", "html": "text/html"}
    data = {kinds[kind]: value for kind, value in data.items()}
    return {"output_type": "display_data", "data": data, "metadata": {}}


# How it is set up


def test_the_conversation_is_the_examiners_end_within_the_limits(sock, monkeypatch):
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    examiner = Examiner(LIMITS, Bench(), sock)
    link = examiner.link
    assert (
        link.trusted and link.may_export is may_export and set(link.operations) == set(operations())
    )
    assert link.channel.sock is sock and link.channel.message_bytes == 5000
    assert link.channel.deadline == examiner.end == 1100.0
    assert examiner.namespace["__name__"] == "__main__"
    assert examiner.namespace["get_ipython"]() is examiner.shell


def test_each_step_has_its_time_and_all_together_have_theirs(examiner, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    examiner.end = 1100.0
    for at, deadline in ((1000.0, 1010.0), (1095.0, 1100.0)):
        now[0] = at
        examiner.take(test_of("pass"))
        assert examiner.link.channel.deadline == deadline
    now[0] = 1000.0
    examiner.take(student())  # is interrupted after its time, and gives way in some more
    assert examiner.link.channel.deadline == 1010.0 + GIVE_WAY


# Cells of the student


def student(source="x = 1", names=(), **more):
    return {"kind": "student", "key": "s", "source": source, "names": list(names), **more}


def test_a_cell_runs_on_the_students_side_and_its_outputs_are_rebuilt(examiner):
    shown = [text("a"), display(plain="b", html="<script>"), "nonsense"]
    examiner.link.answers["run"] = shown, 50
    event = examiner.take(student("x = 1"))
    assert examiner.link.questions == [("run", "x = 1")]
    kept = [text("a"), display(plain="b")]
    size = event.pop("size")
    assert event == {"event": "student", "key": "s", "outputs": kept}
    assert 50 < size < 120 and "x" not in examiner.namespace


@pytest.mark.parametrize(
    "claimed, size", [(10**6, 10**6), (-5, 3), ("1", 3), (True, 3), (2**70, 3), (0, 3)]
)
def test_how_much_it_wanted_to_put_out_is_what_it_says_at_least_what_came(examiner, claimed, size):
    examiner.link.answers["run"] = [text("a")], claimed
    assert examiner.take(student())["size"] == size


@pytest.mark.parametrize(
    "answer", [None, [[], 0], ([],), ([], 0, 0), "ab", 5, (5, 0), (None, None)]
)
def test_an_answer_of_another_form_is_no_output(examiner, answer):
    examiner.link.answers["run"] = answer
    event = examiner.take(student())
    assert (event["outputs"], event["size"]) == ([], 0)


def test_the_limit_of_outputs_is_one_for_all_cells(examiner):
    examiner.link.answers["run"] = [text("x" * 600)], 0
    assert examiner.take(student())["outputs"] == [text("x" * 600)]
    assert examiner.output_left == 1000 - 602
    (cut,) = examiner.take(student())["outputs"]
    assert len(cut["text"]) < 100 and "longer than what is kept" in cut["text"]
    assert examiner.output_left == 0
    assert examiner.take(student())["outputs"] == []


def test_a_given_cell_runs_on_both_sides_if_it_is_wanted_here(examiner, capsys):
    given = {"kind": "given", "key": "g", "source": "k = 3\nprint('quiet')"}
    for here in (False, True):
        event = examiner.take({**given, "here": here})
        assert ("k" in examiner.namespace) == here
        assert (event["event"], event["key"], event["outputs"]) == ("given", "g", [])
    assert examiner.link.questions == [("run", given["source"])] * 2
    assert capsys.readouterr().out == ""
    examiner.take({**given, "here": True, "source": "undefined_name"})  # no error of the grader's
    assert not examiner.stale and examiner.names == []


@pytest.mark.parametrize(
    "operation, words",
    [("run", "did not run a cell: no"), ("files", "did not store the files that came with it: no")],
)
def test_a_process_that_refuses_breaks_it_off(examiner, operation, words):
    examiner.link.answers[operation] = ValueError("no")
    with pytest.raises(Broken, match=f"^the submission's process {words}$") as error:
        examiner.ask(operation, "x")
    assert error.value.verdict == "policy"
    examiner.link.answers[operation] = 5
    assert examiner.ask(operation, "x") == 5


# Names


def test_names_are_fetched_when_a_test_wants_them_and_after_each_answer_anew(examiner):
    link = examiner.link
    assert examiner.take(test_of("a"))["message"] == "name 'a' is not defined"
    link.answers |= {"a": 1, "b": 2}
    examiner.take(student(names=["a"]))
    assert link.questions == [("run", "x = 1")]
    assert examiner.take(test_of("a", 5))["points"] == 1
    examiner.take(test_of("a"))
    assert link.questions[1:] == [("name", "a")]  # once, for both tests
    link.answers["a"] = 3
    examiner.take(student(names=["b", "a"]))
    event = examiner.take(test_of("a + b", 9))
    assert event["points"] == 5
    assert link.questions[3:] == [("name", "a"), ("name", "b")]


def test_a_name_that_is_gone_is_gone(examiner):
    link = examiner.link
    link.answers |= {"a": 1, "b": 2}
    examiner.take(student(names=["a", "b"]))
    examiner.take(test_of("a"))
    link.answers["a"] = NameError("no")
    examiner.take(student())
    event = examiner.take(test_of("a", 5))
    assert (event["points"], event["message"]) == (0.0, "name 'a' is not defined")
    assert examiner.take(test_of("b", 5))["points"] == 2


def test_an_object_is_called_by_the_name_that_it_was_fetched_by(examiner):
    link = types.SimpleNamespace(dropped=[])
    examiner.link.answers["f"] = Remote(link, 1)
    examiner.take(student(names=["f"]))
    event = examiner.take(
        test_of("assert f.__name__ == 'f' and repr(f) == '<f of the other process>'")
    )
    assert event["message"] == ""


# Tests


def test_a_test_that_passes_has_its_points(examiner):
    event = examiner.take(test_of("print('a')\nassert True\nx = 7"))
    assert event == {
        "event": "test",
        "key": "t",
        "points": 2.0,
        "message": "",
        "measured": {},
        "outputs": [text("a\n")],
    }
    assert examiner.take(test_of("x", 9))["points"] == 7  # tests share their names


@pytest.mark.parametrize(
    "source, points",
    [
        ("pass", 2.0),
        ("", 2.0),
        ("x = 1", 2.0),
        ("x = 1\nx", 1.0),
        ("1", 1.0),
        ("1\nx = 2", 2.0),
        ("0", 0.0),
        ("if True:\n    1", 2.0),
    ],
)
def test_the_last_line_counts_if_it_is_an_expression(examiner, source, points):
    event = examiner.take(test_of(source))
    assert (event["points"], type(event["points"])) == (points, float)


def test_a_line_of_ipythons_is_one(examiner):
    ran = []
    examiner.shell.run_line_magic = lambda name, line: ran.append((name, line))
    event = examiner.take(test_of("%matplotlib inline\n0.5"))
    assert ran == [("matplotlib", "inline")] and event["points"] == 0.5


def test_a_test_that_fails_says_why_and_shows_nothing_of_itself(examiner):
    event = examiner.take(test_of("secret = 7\nassert secret == 8, '  why '"))
    assert (event["points"], event["message"]) == (0.0, "why")
    (error,) = event["outputs"]
    assert (error["ename"], error["evalue"]) == ("AssertionError", "why")
    assert error["traceback"] == ["AssertionError: why"]
    event = examiner.take(test_of("assert False"))
    assert event["message"] == "AssertionError"
    assert event["outputs"][0]["traceback"] == ["AssertionError"]


def test_an_error_of_the_students_is_called_by_its_name_with_their_lines(examiner):
    examiner.namespace["error"] = error_from(["Own", "KeyError"], "no", ["line 1", "line 2"])
    event = examiner.take(test_of("raise error"))
    assert event["message"] == "Own: no\n  line 1\n  line 2"
    assert event["outputs"][0]["traceback"] == ["line 1", "line 2", "Own: no"]
    examiner.namespace["error"] = error_from(["Own"], "", [])
    event = examiner.take(test_of("raise error"))
    assert event["message"] == "Own" and event["outputs"][0]["traceback"] == ["Own"]


def test_what_a_test_puts_out_is_cut_and_all_on_one_stream(examiner):
    event = examiner.take(
        test_of("import sys\nprint('e', file=sys.stderr)\nprint('x' * 5000)\n1 / 0")
    )
    assert {output["name"] for output in event["outputs"] if "name" in output} == {"stdout"}
    assert sum(len(output.get("text", "")) for output in event["outputs"]) < 1000


def test_what_a_test_measures_is_beside_its_points(examiner):
    event = examiner.take(test_of("from cnncourse.checks import measured\nmeasured(accuracy=0.5)"))
    assert event["measured"] == {"accuracy": 0.5}


def test_a_conversation_that_breaks_is_no_tests_failure(examiner):
    examiner.namespace["broken"] = Broken("crashed", "it died")
    with pytest.raises(Broken):
        examiner.take(test_of("raise broken"))


@pytest.mark.parametrize(
    "value, points, earned",
    [
        (1.5, 4, 1.5),
        (4, 4, 4.0),
        (99, 4, 4.0),
        (0, 4, 0.0),
        (0.25, 4, 0.25),
        (-0.5, 4, 0.0),
        (float("nan"), 4, 0.0),
        (float("-inf"), 4, 0.0),
        (True, 4, 4.0),
        (None, 4, 4.0),
        ("1", 4, 4.0),
        (torch.tensor(1.0), 4, 4.0),
    ],
)
def test_partial_credit_is_a_number_from_zero_to_the_most(value, points, earned):
    found = _earned(value, points)
    assert found == earned and type(found) is float


def test_a_count_is_one():
    largest = 2**62 - 1
    for size in (0, 1, 5, largest):
        assert _count(size) == size
    for size in (-1, 2**62, 2**62 + 1, True, 1.0, "1", None):
        assert _count(size) == 0


def test_the_text_of_an_error_is_short_and_there_need_be_none():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError

    assert said(ValueError("  x\n")) == "x" and said(Mute()) == ""
    assert said(ValueError("x" * 5000)) == "x" * 4000


# What a test may hand over, and what may be done with it


class Probe(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.size, self.secret = nn.Linear(1, 1), 3, lambda: 42

    def forward(self, *args, **kwargs):
        return args, kwargs

    def other(self):
        return 42


def generator():
    yield 1
    yield 2


def test_modules_functions_and_generators_are_handed_over_and_nothing_else():
    probe = Probe()
    for thing in (probe, generator, generator(), lambda: 0, *(getattr(probe, m) for m in METHODS)):
        assert may_export(thing), thing
    for thing in (object(), probe.other, [].append, len, Probe, {}.items(), "".join, print):
        assert not may_export(thing), thing
    assert not may_export(types.MethodType(lambda self: 0, object()))

    class Forward:
        def forward(self):
            pass

    assert not may_export(Forward().forward)


def test_a_module_is_called_on_plain_data_only():
    call, probe = operations()["call"], Probe()
    x = torch.ones(1)
    assert call(probe, [1, x], {"k": [x]}, None) == ((1, x), {"k": [x]})
    assert call(probe.forward, (), {}, None) == ((), {})
    assert call(lambda x: x + 1, [2], {}, None) == 3
    remote = Remote(types.SimpleNamespace(dropped=[]), 1)
    for hidden in (remote, [remote], (remote,), {"a": remote}, {"a": [(remote,)]}):
        with pytest.raises(TypeError, match="can be handed back"):
            call(probe, [hidden], {}, None)
        with pytest.raises(TypeError, match="can be handed back"):
            call(probe, [], {"k": hidden}, None)
    for thing in (probe.other, print, Probe, generator(), 5, None, remote):
        with pytest.raises(TypeError, match="this cannot be called from here"):
            call(thing, [], {}, None)


def test_attributes_of_a_module_are_read_and_nothing_elses():
    get, probe = operations()["get"], Probe()
    assert get(probe, "layer") is probe.layer and get(probe, "size") == 3
    assert get(probe, "forward") == probe.forward
    for thing, name in (
        (probe, "_modules"),
        (probe, "__dict__"),
        (probe, 5),
        (generator, "__globals__"),
        (generator(), "gi_frame"),
        (3, "real"),
    ):
        with pytest.raises(AttributeError, match=r"no attribute .* can be read from here"):
            get(thing, name)
    with pytest.raises(AttributeError, match="'secret' cannot be called from here"):
        get(probe, "secret")


def test_layers_and_generators_are_iterated_and_nothing_else():
    do = operations()
    layers = [nn.ReLU(), nn.Tanh()]
    for thing in (nn.Sequential(*layers), nn.ModuleList(layers)):
        found = do["iter"](thing)
        assert [do["next"](found, None) for _ in range(3)] == [(layers[0],), (layers[1],), ()]
        assert do["item"](thing, 1) is layers[1] and do["item"](thing, -2) is layers[0]
        for key in ("0", slice(1), True, 1.0):
            with pytest.raises(TypeError, match="this has no items to be had from here"):
                do["item"](thing, key)
    own = generator()
    assert do["iter"](own) is own
    assert [do["next"](own, None) for _ in range(3)] == [(1,), (2,), ()]
    for thing in ([1], iter([1]), Probe(), "ab", {1: 2}):
        with pytest.raises(TypeError, match="this cannot be iterated from here"):
            do["iter"](thing)
        assert do["next"](thing, None) == ()
        with pytest.raises(TypeError, match="this has no items"):
            do["item"](thing, 0)
    assert set(do) == {"call", "get", "next", "iter", "item"}


# A whole examination


def examined(job, contents, monkeypatch, **answers):
    """The events, with a student's end whose operations are these functions."""
    monkeypatch.setenv("CNNCOURSE_SEED", "")
    ours, worker = socket.socketpair()
    student, theirs = socket.socketpair()

    def serve():
        try:
            Link(Channel(theirs, 5000), answers, lambda value: True, False).serve()
        except Broken:
            theirs.close()

    thread = threading.Thread(target=serve)
    thread.start()
    with ours, worker:
        Channel(ours, 1 << 40).send(job, contents)
        main(LIMITS, Bench(), worker, student)
        worker.close()
        events, channel = [], Channel(ours, 1 << 40)
        while True:
            try:
                events.append(channel.receive()[0])
            except Broken:
                break
    student.close()
    thread.join()
    return events


def test_a_job_is_worked_off_event_by_event(monkeypatch):
    stored = []
    mine = {key: seeds.environment(12, key)["CNNCOURSE_SEED"] for key in "st"}
    job = {
        "seed": 12,
        "files": ["a", "b"],
        "steps": [
            student(),
            test_of(f"import os; assert os.environ['CNNCOURSE_SEED'] == '{mine['t']}'"),
        ],
    }
    events = examined(
        job, [b"1", b"23"], monkeypatch, files=stored.append, run=lambda text: ([], 0)
    )
    assert stored == [{"a": b"1", "b": b"23"}]
    assert [(event["event"], event.get("key")) for event in events] == [
        ("start", "s"),
        ("student", "s"),
        ("start", "t"),
        ("test", "t"),
        ("done", None),
    ]
    assert events[3]["points"] == 2.0, events[3]["message"]


def test_random_numbers_of_tests_follow_the_seed(monkeypatch):
    draw = "import random, numpy, torch\n{}"
    steps = [test_of(draw.format(f"{call}()")) for call in ("random.random", "numpy.random.rand")]
    steps.append(test_of(draw.format("torch.rand(()).item()")))

    def drawn(seed):
        job = {"seed": seed, "files": [], "steps": steps}
        events = examined(job, [], monkeypatch, files=lambda files: None)
        return [event["points"] for event in events if event["event"] == "test"]

    first, again, other = drawn(1), drawn(1), drawn(2)
    assert first == again and len({*first, *other}) == 6


def test_where_torch_begins_for_a_seed_is_the_same_forever():
    """A submission that is graded again years later gets the same grade."""
    assert forked(lambda: (examining.reseed(1), torch.initial_seed())[1]) == 35678038020143856


def test_what_breaks_off_is_the_last_event(monkeypatch):
    def leave(text):
        raise Broken("crashed", "it hung up")  # and with it the conversation

    job = {"seed": 0, "files": [], "steps": [student(), test_of("1")]}
    events = examined(job, [], monkeypatch, files=lambda files: None, run=leave)
    assert events[0] == {"event": "start", "key": "s"}
    assert events[1:] == [
        {"event": "broken", "verdict": "crashed", "message": "the Python process died"}
    ]


def test_files_without_contents_are_an_error_of_the_machinery(monkeypatch):
    job = {"seed": 0, "files": ["a", "b"], "steps": []}

    def check():
        with pytest.raises(ValueError, match="zip"):
            examined(job, [b"1"], monkeypatch, files=lambda files: None)
        os._exit(0)  # a thread still waits

    with pytest.raises(AssertionError, match="said nothing and ended with the status 0"):
        forked(check)


def test_the_examiners_own_messages_have_room(monkeypatch):
    rooms = []

    class Noted(Channel):
        def __init__(self, sock, room):
            rooms.append(room)
            super().__init__(sock, room)

    monkeypatch.setattr(examining, "Channel", Noted)
    examined({"seed": 0, "files": [], "steps": []}, [], monkeypatch, files=lambda files: None)
    assert rooms[0] >= 1 << 40 and rooms[1] == LIMITS.message_bytes


def test_a_tests_function_is_called_with_gradients_unless_the_caller_has_none():
    call = operations()["call"]

    def wanted():
        return torch.is_grad_enabled()

    assert call(wanted, [], {}, (False, torch.float32, True)) is False
    for context in ((True, torch.float32, False), (), None, [False]):
        assert call(wanted, [], {}, context) is True
