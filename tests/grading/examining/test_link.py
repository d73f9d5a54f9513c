"""Conversations between examiner and student: calls, handles and errors, and lies that end them."""

import contextlib
import json
import socket
import struct
import threading

import pytest
import torch

from cnncourse.grading.examining.protocol import proxies
from cnncourse.grading.examining.protocol.frames import Broken, Channel, ProtocolError
from cnncourse.grading.examining.protocol.link import Link
from cnncourse.grading.examining.protocol.proxies import Remote, served

CAP = 1 << 20


@pytest.fixture
def links(pair):
    """The examiner's end, and a thread that serves the student's."""
    left, right = pair
    own = {"echo": lambda *values: values, "exit": exit, **served()}
    student = Link(Channel(right, CAP), own, lambda value: True, False)
    examiner = Link(
        Channel(left, CAP), {"call": lambda f, args, kwargs, _: f(*args)}, callable, True
    )

    def serve():
        with contextlib.suppress(Broken):
            student.serve()

    thread = threading.Thread(target=serve)
    thread.start()
    yield examiner, student
    left.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_objects_stay_where_they_are_and_are_let_go_of(links):
    examiner, student = links
    student.operations["make"] = lambda: {"list": [object(), object()]}
    made = examiner.ask("make")
    assert [type(thing) for thing in made["list"]] == [Remote, Remote]
    assert len(student._objects) == 2
    del made
    examiner.ask("echo")
    assert not student._objects and not student._handles


def test_an_object_that_comes_home_is_itself(links):
    examiner, student = links
    thing = object()
    student.operations["make"] = lambda: thing
    student.operations["is it"] = lambda other: other is thing
    assert examiner.ask("is it", examiner.ask("make")) is True


def test_the_student_may_call_what_it_was_handed(links):
    examiner, student = links
    student.operations["apply"] = lambda function, value: function(value) + 1
    assert examiner.ask("apply", lambda x: 10 * x, 4) == 41


@pytest.mark.parametrize(
    "raised, known",
    [
        (ValueError("no"), ValueError),
        (KeyError("no"), KeyError),
        (SystemExit("no"), Exception),
        (type("Own", (IndexError,), {})("no"), IndexError),
        (StopIteration("no"), Exception),
    ],
    ids=repr,
)
def test_errors_keep_their_kind_and_message(links, raised, known):
    examiner, student = links

    def fail():
        raise raised

    student.operations["fail"] = fail
    with pytest.raises(known) as error:
        examiner.ask("fail")
    assert type(error.value).__name__ == type(raised).__name__
    assert not isinstance(error.value, StopIteration)
    assert "no" in str(error.value)
    assert examiner.ask("echo", 1) == (1,)


def test_a_result_that_cannot_be_handed_over_is_an_error_of_the_call(links):
    examiner, student = links
    student.operations["large"] = lambda: torch.zeros(CAP)
    with pytest.raises(TypeError, match="more than 1 MB"):
        examiner.ask("large")
    with pytest.raises(TypeError, match="more than 1 MB"):
        examiner.ask("echo", torch.zeros(CAP))
    assert examiner.ask("echo", 1) == (1,)


def test_a_proxy_leaves_no_comparison_to_the_other_side(links):
    examiner, student = links

    class Winner:
        __eq__ = __contains__ = __bool__ = lambda *_: True
        __hash__ = None

    student.operations["make"] = Winner
    winner = examiner.ask("make")
    for attempt in (
        lambda: winner == 3,
        lambda: winner == 3,
        lambda: winner != 3,
        lambda: bool(winner),
        lambda: 3 in winner,
        lambda: winner in [1, 2],
        lambda: hash(winner),
        lambda: {winner: 1},
        lambda: winner < 3,
        lambda: isinstance(3, winner),
        lambda: issubclass(int, winner),
    ):
        with pytest.raises(TypeError, match="cannot be compared"):
            attempt()
    assert not isinstance(winner, torch.Tensor)
    with pytest.raises(TypeError, match="cannot be set"):
        winner.x = 3


def test_iteration_is_lazy_and_ends(links, monkeypatch):
    monkeypatch.setattr(proxies, "MOST_ITEMS", 1000)
    examiner, student = links
    import itertools

    student.operations["count"] = itertools.count
    student.operations["few"] = lambda: [5, torch.ones(1)]
    assert list(zip(examiner.ask("count"), "abc", strict=False)) == [(0, "a"), (1, "b"), (2, "c")]
    with pytest.raises(RuntimeError, match="does it ever end"):
        sum(examiner.ask("count"))
    student.operations["make"] = lambda: type(
        "Bag",
        (),
        {
            "__iter__": lambda self: iter([3, 4]),
            "__len__": lambda self: 2,
            "__getitem__": lambda self, key: key,
        },
    )()
    bag = examiner.ask("make")
    assert list(bag) == [3, 4] and len(bag) == 2 and bag["k"] == "k"


def frame(text, size=None):
    text = text if isinstance(text, bytes) else json.dumps(text).encode()
    return struct.pack("!I", len(text) if size is None else size) + text


def body(head, *forms):
    return frame([[], [head, list(forms)]])


@pytest.mark.parametrize(
    "sent",
    [
        body(["value", 2], 1),
        body(["value", 0], 1),
        body(["value", True], 1),
        body(["other", 1], 1),
        body(["value", 1]),
        body(["value", 1], 1, 2),
        body(["value"], 1),
        body("value", 1),
        body(["error", 1], [], ""),
        body(["value", 1], ["yours", 1]),
        body(["ask", 2, "call", []]),
        body(["ask", 1, "call", [4]]),
        body(["ask", 1, "call", ["x"]]),
        body(["ask", 1, ["call"], []]),
        body(["ask", 1, "call"]),
    ],
    ids=lambda sent: str(sent[4:]),
)
def test_a_message_out_of_step_ends_the_conversation_for_good(pair, sent):
    left, right = pair
    examiner = Link(Channel(left, CAP), {"call": print}, callable, True)
    right.sendall(sent)
    with pytest.raises(ProtocolError):
        examiner.ask("echo")
    right.sendall(body(["value", 2], 1))
    with pytest.raises(ProtocolError):
        examiner.ask("echo")
