"""Messages between processes that do not trust each other: JSON and raw buffers, never pickle.

A frame is 4 bytes (length of the JSON text, big-endian), the text, and the buffers whose lengths
the text announces. Nothing here imports torch: the worker that starts the others needs no tensors.
"""

import json
import socket
import struct
import time
from collections.abc import Sequence
from typing import Any

from cnncourse.language import tr

TEXT_BYTES = 8 << 20  # JSON grows about twentyfold when it is parsed
BUFFERS = 20_000

Buffer = bytes | bytearray | memoryview


class Broken(BaseException):
    """The conversation is over: the other side died, was late or broke the protocol.

    No `Exception`, so that a test's own `except Exception` does not go on without the student.
    """

    def __init__(self, verdict: str, message: str):
        super().__init__(message)
        self.verdict = verdict


class ProtocolError(Broken):
    """The other side sent what it must not send; the verdict is "policy"."""

    def __init__(self, message: str):
        super().__init__("policy", f"the submission's process sent {message}")


class Channel:
    """Frames over a stream socket, with one absolute deadline that nobody can drip past.

    message_bytes: what the buffers of one frame may hold. Everything that arrives may be 64 times
    as much in all.
    """

    def __init__(self, sock: socket.socket, message_bytes: int):
        self.sock, self.message_bytes = sock, message_bytes
        self.deadline: float | None = None  # of time.monotonic()
        self._budget = 64 * message_bytes

    def send(self, body: Any, buffers: Sequence[Buffer] = ()) -> None:
        """Raise ValueError, and send nothing, if the message is too large."""
        text = json.dumps([[len(b) for b in buffers], body], separators=(",", ":")).encode()
        few = len(text) <= TEXT_BYTES and len(buffers) <= BUFFERS
        if not few or sum(map(len, buffers)) > self.message_bytes:
            size = f"more than {self.message_bytes >> 20} MB"
            raise ValueError(f"a value of {size}, or of too many parts, cannot be handed over")
        try:
            for part in (struct.pack("!I", len(text)) + text, *buffers):
                self.sock.settimeout(self._left())
                self.sock.sendall(part)
        except OSError as error:
            raise self._broken(error) from None

    def receive(self) -> tuple[Any, list[Any]]:
        """(body, list of bytearrays) of the next frame."""
        (size,) = struct.unpack("!I", self._read(4))
        if size > TEXT_BYTES:
            raise ProtocolError("a message that is too long")
        try:
            sizes, body = json.loads(self._read(size))
            good = all(type(n) is int and n >= 0 for n in sizes) and len(sizes) <= BUFFERS
        except (ValueError, TypeError, RecursionError):
            good = False
        if not good:
            raise ProtocolError("a malformed message")
        self._budget -= size + sum(sizes)
        if sum(sizes) > self.message_bytes or self._budget < 0:
            raise ProtocolError("more data than is allowed")
        return body, [self._read(n) for n in sizes]

    def _read(self, count: int) -> bytearray:
        data = bytearray(count)
        view = memoryview(data)
        while view:
            try:
                self.sock.settimeout(self._left())
                got = self.sock.recv_into(view)
            except OSError as error:
                raise self._broken(error) from None
            if not got:
                raise self._broken(None)
            view = view[got:]
        return data

    def _left(self) -> float | None:
        if self.deadline is None:
            return None
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise self._broken(TimeoutError())
        return left

    @staticmethod
    def _broken(error: OSError | None) -> Broken:
        if isinstance(error, TimeoutError):
            return Broken("time limit", tr("it ran too long"))
        return Broken("crashed", tr("the Python process died"))
