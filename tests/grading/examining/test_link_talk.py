"""What each end of a conversation says, message by message, to an end that plays by a script."""

import pytest

from cnncourse.grading.examining.protocol.frames import Broken, ProtocolError
from cnncourse.grading.examining.protocol.link import Link
from cnncourse.grading.examining.protocol.proxies import Remote


class Script:
    """A channel whose other end sends what it is told to; `sent` is what came to it."""

    def __init__(self, *messages):
        self.messages, self.sent = list(messages), []

    def send(self, body, buffers=()):
        self.sent.append((body, list(buffers)))

    def receive(self):
        if not self.messages:
            raise Broken("crashed", "it hung up")
        message = self.messages.pop(0)
        return message if type(message) is tuple else (message, [])


def link(*messages, operations=None, trusted=True, may_export=callable):
    return Link(Script(*messages), operations or {}, may_export, trusted)


def value(number, form=None):
    return [["value", number], [form]]


def ask(number, operation, *forms, dropped=()):
    return [["ask", number, operation, list(dropped)], list(forms)]


def serve(end):
    """What it answers until the other end hangs up."""
    with pytest.raises(Broken, match="it hung up"):
        end.serve()
    return [body for body, _ in end.channel.sent]


# Asking


def test_questions_are_numbered_from_1_and_so_are_their_answers():
    end = link(value(1, 10), value(2, 20))
    assert (end.ask("one", 5, "x"), end.ask("two")) == (10, 20)
    assert end.channel.sent == [
        ([["ask", 1, "one", []], [5, "x"]], []),
        ([["ask", 2, "two", []], []], []),
    ]


@pytest.mark.parametrize("number", [0, 2, -1])
def test_an_answer_to_another_question_ends_it_for_good(number):
    end = link(value(number, 1), value(2, 1))
    for _ in range(2):
        with pytest.raises(ProtocolError, match="an answer that nobody asked for"):
            end.ask("one")
    assert len(end.channel.sent) == 1  # after that nothing is asked any more


def test_a_death_ends_it_for_good_too():
    end = link()
    for _ in range(2):
        with pytest.raises(Broken, match="it hung up"):
            end.ask("one")
    assert len(end.channel.sent) == 1


def test_while_it_waits_it_answers_questions():
    end = link(
        ask(1, "double", 4),
        ask(2, "double", 5),
        value(1, "done"),
        operations={"double": lambda x: 2 * x},
    )
    assert end.ask("run") == "done"
    assert [body for body, _ in end.channel.sent[1:]] == [value(1, 8), value(2, 10)]


def test_an_error_is_raised_here_with_its_kind_and_its_lines():
    end = link(
        [["error", 1], [["list", "KeyError", "LookupError"], "no", ["list", "line 1"]]], value(2, 5)
    )
    with pytest.raises(KeyError, match=r"^no$") as error:
        end.ask("one")
    assert type(error.value).__name__ == "KeyError" and error.value.shown == ["line 1"]
    assert end.ask("two") == 5


def test_an_argument_that_cannot_be_sent_is_an_error_here_and_no_question():
    end = link(value(1, 5))
    with pytest.raises(
        TypeError, match=r"^handing over an argument: a object cannot be handed over"
    ):
        end.ask("one", object())
    assert not end.channel.sent
    assert end.ask("two") == 5 and end.channel.sent[0][0][0][:2] == ["ask", 1]
    end.channel.send = lambda *_: (_ for _ in ()).throw(ValueError("too large"))
    with pytest.raises(TypeError, match=r"^handing over an argument: too large"):
        end.ask("three")


def test_a_value_that_fails_while_it_is_encoded_cannot_be_sent():
    class Odd(dict):
        pass

    def strange(thing):
        raise ZeroDivisionError("strange")

    with pytest.raises(TypeError, match="argument: a value cannot be handed over: strange"):
        link(may_export=strange).ask("one", object())


# Serving


def test_questions_are_answered_in_step():
    end = link(ask(1, "add", 1, 2), ask(2, "add", "a", "b"), operations={"add": lambda a, b: a + b})
    assert serve(end) == [value(1, 3), value(2, "ab")]


@pytest.mark.parametrize("number", [0, 2, -1])
def test_a_question_out_of_step_ends_it(number):
    with pytest.raises(ProtocolError, match="a question out of step"):
        link(ask(number, "add")).serve()
    with pytest.raises(ProtocolError, match="a question out of step"):
        link(ask(1, "f"), ask(1, "f"), operations={"f": lambda: 1}).serve()


def test_an_answer_to_who_only_serves_ends_it():
    for message in (value(1), [["error", 1], [["list"], "", ["list"]]]):
        with pytest.raises(ProtocolError, match="an answer that nobody asked for"):
            link(message).serve()


def test_what_is_not_offered_is_an_error_like_those_of_what_is():
    class Own(IndexError):
        shown = ["line 1"]  # noqa: RUF012  # of the one object that is raised

    def fail():
        raise Own("no")

    class Mute(Exception):
        def __str__(self):
            raise RuntimeError

    def mute():
        raise Mute

    def leave():
        raise SystemExit(3)

    operations = {"fail": fail, "mute": mute, "leave": leave}
    end = link(
        *(ask(n, name) for n, name in enumerate(("eval", "fail", "mute", "leave"), 1)),
        operations=operations,
    )
    unknown, failed, muted, left = serve(end)
    assert unknown[0] == ["error", 1] and unknown[1][0][1] == "TypeError"
    assert unknown[1][1] == "'eval' is not possible from the other side"
    bases = ["list", "Own", "IndexError", "LookupError", "Exception", "BaseException", "object"]
    assert failed == [["error", 2], [bases, "no", ["list", "line 1"]]]
    assert muted == [["error", 3], [["list", "Exception"], "", ["list"]]]
    assert left[1][0][:2] == ["list", "SystemExit"] and left[1][1] == "3"


def test_a_result_that_cannot_be_sent_is_an_error_of_the_question():
    end = link(ask(1, "make"), ask(2, "one"), operations={"make": object, "one": lambda: 1})
    assert serve(end) == [
        [
            ["error", 1],
            [["list", "TypeError", "Exception"], "a object cannot be handed over", ["list"]],
        ],
        value(2, 1),
    ]


def test_a_conversation_that_breaks_within_an_operation_is_over():
    def broken():
        raise Broken("policy", "inner")

    end = link(ask(1, "broken"), operations={"broken": broken})
    with pytest.raises(Broken, match="inner"):
        end.serve()
    assert not end.channel.sent


# Handles


def test_what_is_no_plain_data_goes_by_a_handle_and_comes_home_by_it():
    one, two = (lambda: 1), (lambda: 2)
    end = link(value(1), value(2, ["list", ["yours", 2], ["yours", 1]]))
    end.ask("take", one, [two, one])
    assert end.channel.sent[0][0][1] == [["mine", 1], ["list", ["mine", 2], ["mine", 1]]]
    assert end.ask("give") == [two, one]


@pytest.mark.parametrize("handle", [0, 2, -1])
def test_a_handle_that_was_never_given_out_ends_it(handle):
    for message in (value(1, ["yours", handle]), ask(1, "f", dropped=[handle])):
        end = link(message, operations={"f": lambda: 1})
        end._export(print)
        with pytest.raises(ProtocolError, match="a handle that was never given out"):
            end.ask("one")


@pytest.mark.parametrize("handle", ["1", 1.0, True, None, [1]])
def test_a_handle_is_a_number(handle):
    end = link(ask(1, "f", dropped=[handle]), operations={"f": lambda: 1})
    end._export(print)
    with pytest.raises(ProtocolError, match="never given out"):
        end.serve()


def test_an_object_is_kept_as_long_as_it_is_held_on_the_other_side():
    end = link(operations={"f": lambda: 1})
    for thing, handle in ((print, 1), (len, 2), (print, 1)):
        assert end._export(thing) == ["mine", handle]

    def dropped(*handles):
        end.channel.messages.append(ask(end._heard + 1, "f", dropped=handles))
        serve(end)
        return sorted(end._objects)

    assert dropped(1) == [1, 2]
    assert dropped(1, 2) == []
    assert end._handles == {}
    assert end._export(print) == ["mine", 3]  # a number is never given out twice
    end.channel.messages.append(ask(3, "f", dropped=[1]))
    with pytest.raises(ProtocolError, match="never given out"):
        end.serve()


def test_what_the_other_side_has_is_a_proxy_and_goes_home_by_its_handle():
    end = link(value(1, ["mine", 7]), value(2), value(3))
    thing = end.ask("make")
    assert type(thing) is Remote
    end.ask("take", thing)
    assert end.channel.sent[1][0][1] == [["yours", 7]]
    del thing
    end.ask("next")
    assert end.channel.sent[2][0][0] == ["ask", 3, "next", [7]]
    assert end.dropped == []


def test_a_proxy_of_another_conversation_is_no_handle_of_this_one():
    foreign = link(value(1, ["mine", 7])).ask("make")
    with pytest.raises(TypeError, match="a Remote cannot be handed over"):
        link(value(1), may_export=lambda thing: False).ask("take", foreign)


def test_each_end_trusts_as_it_is():
    named = ["named", "builtins.len"]
    with pytest.raises(ProtocolError, match="a malformed value"):
        link(value(1, named), trusted=True).ask("one")
    assert link(value(1, named), trusted=False).ask("one") is len
    end = link(value(1), trusted=True)
    end.ask("one", len)
    assert end.channel.sent[0][0][1] == [named]
    end = link(value(1), trusted=False)
    end.ask("one", len)
    assert end.channel.sent[0][0][1] == [["mine", 1]]


def test_buffers_belong_to_their_message():
    end = link((value(1, ["bytes", 0]), [bytearray(b"ab")]))
    assert end.ask("one", b"xy", b"z") == b"ab"
    assert end.channel.sent == [
        ([["ask", 1, "one", []], [["bytes", 0], ["bytes", 1]]], [b"xy", b"z"])
    ]


# Form


@pytest.mark.parametrize(
    "body",
    [
        None,
        5,
        [],
        [["value", 1]],
        [["value", 1], [1], 3],
        [["value", 1], {}],
        [["value", 1], []],
        [["value", 1], [1, 2]],
        [["value"], [1]],
        [[], [1]],
        [["value", 1, 2], [1]],
        [["value", "1"], [1]],
        [["value", True], [1]],
        [["value", 1.0], [1]],
        [["say", 1], [1]],
        [[["value"], 1], [1]],
        [5, [1]],
        [["error", 1], [[], ""]],
        [["error", 1], [[], "", [], 1]],
        [["error", 1], [1]],
        [["ask", 1, "f"], []],
        [["ask", 1, "f", [], 1], []],
        [["ask", 1, 5, []], []],
        [["ask", 1, "f", 5], []],
        [["ask", 1, "f", {}], []],
        [["ask", "1", "f", []], []],
        [["ask", 1], [1]],
    ],
    ids=str,
)
def test_a_message_of_another_form_ends_it(body):
    with pytest.raises(ProtocolError, match="a malformed message"):
        link(body, operations={"f": lambda: 1})._receive()


@pytest.mark.parametrize(
    "body", [value(1, 5), [["error", 2], [[], "", []]], ask(3, "f"), ask(4, "f", 1, 2, dropped=[9])]
)
def test_the_three_good_forms_are_taken(body):
    if body[0][0] == "error":
        body = [["error", 2], [["list"], "", ["list"]]]
    head, values = link(body)._receive()
    assert head == body[0] and len(values) == len(body[1])
