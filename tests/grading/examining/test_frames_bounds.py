"""Frames on the wire: their form, byte for byte, and each limit on both of its sides."""

import json
import socket
import struct
import threading
import time

import pytest

from cnncourse.grading.examining.protocol import frames
from cnncourse.grading.examining.protocol.frames import Broken, Channel, ProtocolError


@pytest.fixture
def ends():
    left, right = socket.socketpair()
    with left, right:
        yield left, right


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(frames, "TEXT_BYTES", 40)
    monkeypatch.setattr(frames, "BUFFERS", 2)


def frame(body, *buffers):
    text = json.dumps([[len(b) for b in buffers], body], separators=(",", ":")).encode()
    return struct.pack("!I", len(text)) + text + b"".join(buffers)


def waits(sock):
    """Is anything there to be read?"""
    sock.setblocking(False)
    try:
        return bool(sock.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False
    finally:
        sock.setblocking(True)


def test_a_frame_is_a_length_a_text_without_blanks_and_the_buffers(ends):
    Channel(ends[0], 100).send({"a": [1, 2]}, [b"xy", bytearray(b"z"), memoryview(b"")])
    sent = ends[1].recv(1000)
    assert sent == b'\0\0\0\x15[[2,1,0],{"a":[1,2]}]xyz'
    assert sent == frame({"a": [1, 2]}, b"xy", b"z", b"")


def test_a_frame_arrives_as_it_was_sent(ends):
    for body, buffers in (("text", []), ([1, None], [b"ab", b"", b"c"])):
        ends[0].sendall(frame(body, *buffers))
        assert Channel(ends[1], 100).receive() == (body, buffers)
    found = Channel(ends[0], 100)
    found.send("no buffers")
    assert Channel(ends[1], 100).receive() == ("no buffers", [])


def test_a_frame_in_pieces_is_put_together(ends):
    data = frame("x" * 30, b"y" * 30)

    def drip():
        for n in range(len(data)):
            ends[0].sendall(data[n : n + 1])

    threading.Thread(target=drip).start()
    assert Channel(ends[1], 100).receive() == ("x" * 30, [b"y" * 30])


def test_what_may_be_sent_is_as_large_as_the_limits_and_no_larger(ends, small):
    channel = Channel(ends[0], 10)
    channel.send("x" * 33)  # with the sizes and quotes: 40
    channel.send("", [b"12345"] * 2)
    assert waits(ends[1])
    ends[1].recv(1000)
    for body, buffers in (("x" * 36, []), ("", [b"123456", b"12345"]), ("", [b""] * 3)):
        with pytest.raises(ValueError, match="more than 0 MB, or of too many parts, cannot be"):
            channel.send(body, buffers)
    assert not waits(ends[1])
    with pytest.raises(ValueError, match="a value of more than 3 MB,"):
        Channel(ends[0], 3 << 20).send("x" * 50)


def test_what_may_arrive_is_as_large_as_the_limits_and_no_larger(ends, small):
    def receive(data):
        ends[0].sendall(data)
        try:
            return Channel(ends[1], 10).receive()
        finally:
            while waits(ends[1]):
                ends[1].recv(1000)

    assert receive(frame("x" * 33))[0] == "x" * 33
    assert receive(frame("", b"12345", b"12345"))[1] == [b"12345"] * 2
    with pytest.raises(ProtocolError, match="a message that is too long"):
        receive(frame("x" * 36))
    with pytest.raises(ProtocolError, match="more data than is allowed"):
        receive(frame("", b"12345", b"123456"))
    with pytest.raises(ProtocolError, match="a malformed message"):
        receive(frame("", b"", b"", b""))


@pytest.mark.parametrize("text", [b"[[-1],1]", b"[[1.0],1]", b"[[true],1]", b"[[null],1]", b"[1]"])
def test_a_size_is_a_count(ends, text):
    ends[0].sendall(struct.pack("!I", len(text)) + text + b"xx")
    with pytest.raises(ProtocolError, match="process sent a malformed message") as error:
        Channel(ends[1], 10).receive()
    assert error.value.verdict == "policy"


def test_all_that_arrives_is_counted_texts_and_buffers(ends):
    channel = Channel(ends[1], 10)  # 640 in all
    message = frame("x" * 21, b"1234567890")  # a text of 30, and 10
    count = 640 // 40
    assert len(message) - 4 == 40
    for _ in range(count):
        ends[0].sendall(message)
        channel.receive()
    ends[0].sendall(frame(1))
    with pytest.raises(ProtocolError, match="more data than is allowed"):
        channel.receive()
    assert Channel(ends[1], 10)._budget == 640


def test_limits_are_those_that_the_machine_can_bear():
    assert (frames.TEXT_BYTES, frames.BUFFERS) == (8 * 1024**2, 20_000)


def test_what_is_broken_says_so_in_a_word_and_a_sentence():
    broken = ProtocolError("nonsense")
    assert broken.verdict == "policy"
    assert str(broken) == "the submission's process sent nonsense"
    assert str(Broken("crashed", "it died")) == "it died"
    assert not isinstance(broken, Exception)  # a test's own `except Exception` lets it pass


# Time


def test_without_a_deadline_there_is_no_end_to_the_patience(ends):
    channel = Channel(ends[1], 10)
    assert channel.deadline is None
    ends[0].sendall(frame(1))
    channel.receive()
    assert ends[1].gettimeout() is None


@pytest.mark.parametrize("act", ["send", "receive"])
def test_what_is_late_is_late_both_ways(ends, act, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    channel = Channel(ends[1], 10)
    channel.deadline = 100.0
    for late in (100.0, 100.5):
        now[0] = late
        with pytest.raises(Broken) as error:
            channel.send(1) if act == "send" else channel.receive()
        assert (error.value.verdict, str(error.value)) == ("time limit", "it ran too long")
    now[0] = 99.5
    ends[0].sendall(frame(1))
    channel.send(1) if act == "send" else channel.receive()
    assert ends[1].gettimeout() == 0.5


def test_a_side_that_takes_nothing_is_late(ends):
    channel = Channel(ends[0], 1 << 30)
    channel.deadline = time.monotonic() + 0.05
    with pytest.raises(Broken) as error:
        channel.send("", [bytes(8 << 20)])
    assert error.value.verdict == "time limit"


@pytest.mark.parametrize("act", ["send", "receive"])
def test_a_side_that_hung_up_is_dead(ends, act):
    channel = Channel(ends[0], 100)
    ends[1].close()
    with pytest.raises(Broken) as error:
        channel.send("", [b"x"]) if act == "send" else channel.receive()
    assert (error.value.verdict, str(error.value)) == ("crashed", "the Python process died")


def test_a_side_that_dies_in_the_middle_of_a_message_is_dead(ends):
    ends[0].sendall(frame("x", b"12345")[:-1])
    ends[0].close()
    with pytest.raises(Broken) as error:
        Channel(ends[1], 100).receive()
    assert error.value.verdict == "crashed"
