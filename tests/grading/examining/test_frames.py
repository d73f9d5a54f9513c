"""Messages between processes: what is malformed, too large or too late ends the talk."""

import json
import struct
import threading
import time

import pytest

from cnncourse.grading.examining.protocol.frames import Broken, Channel, ProtocolError

CAP = 1 << 20


def frame(text, size=None):
    text = text if isinstance(text, bytes) else json.dumps(text).encode()
    return struct.pack("!I", len(text) if size is None else size) + text


@pytest.mark.parametrize(
    "sent",
    [
        frame(b"", 2**32 - 1),
        frame(b"x"),
        frame(b"\xff\xfe"),
        frame(b"[" * 100_000),
        frame([]),
        frame([[], 1, 2]),
        frame([5, 1]),
        frame([["1"], 1]),
        frame([[-1], 1]),
        frame([[True], 1]),
        frame([[2**40], 1]),
        frame([[0] * 30_000, 1]),
        frame([[CAP, 1], 1]),
        frame({"a": 1}),
        frame(b"1" * 10_000),
    ],
    ids=lambda sent: repr(sent[:20]),
)
def test_a_malformed_frame_is_a_protocol_error(pair, sent):
    left, right = pair
    threading.Thread(target=left.sendall, args=(sent,), daemon=True).start()
    with pytest.raises(ProtocolError):
        Channel(right, CAP).receive()


def test_a_message_that_is_too_large_is_not_sent(pair):
    left, right = (Channel(sock, CAP) for sock in pair)
    with pytest.raises(ValueError, match="more than 1 MB"):
        left.send("x", [bytes(CAP + 1)])
    left.send("next", [b"ab"])
    assert right.receive() == ("next", [bytearray(b"ab")])


def test_many_messages_are_too_much_as_well(pair):
    left, right = (Channel(sock, 100) for sock in pair)
    with pytest.raises(ProtocolError, match="more data"):  # noqa: PT012  # one of them is too many
        for _ in range(100):
            left.send(None, [bytes(100)])
            right.receive()


def test_a_deadline_cannot_be_dripped_past(pair):
    left, right = pair
    stop = threading.Event()

    def drip():
        left.sendall(struct.pack("!I", 1000))
        while not stop.wait(0.02):
            left.send(b" ")

    thread = threading.Thread(target=drip)
    thread.start()
    channel = Channel(right, CAP)
    channel.deadline = time.monotonic() + 0.2
    with pytest.raises(Broken) as error:
        channel.receive()
    stop.set()
    thread.join()
    assert error.value.verdict == "time limit"


def test_a_closed_connection_is_a_death(pair):
    left, right = pair
    left.sendall(b"\0\0")
    left.close()
    with pytest.raises(Broken) as error:
        Channel(right, CAP).receive()
    assert error.value.verdict == "crashed"
