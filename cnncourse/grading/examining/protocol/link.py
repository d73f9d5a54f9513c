"""A conversation between two processes about objects of both: ask, and serve while waiting.

Both ends number their questions, so that a forged or repeated message is out of step and ends it.
"""

from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from .frames import Broken, Buffer, Channel, ProtocolError
from .proxies import Operations, Remote, error_from
from .wire import Form, Unsendable, decode, encode

Is = Callable[[Any], bool]  # a question about an object


class Link:
    """One end. `operations`: {name: function} that the other end may ask for.

    may_export(object): may the other end get a handle on it? Only what was exported can be named.
    trusted: this is the examiner's end; the other one is the student's.
    """

    def __init__(self, channel: Channel, operations: Operations, may_export: Is, trusted: bool):
        self.channel, self.operations = channel, operations
        self.may_export, self.trusted = may_export, trusted
        # Handles of the other end's objects that are not needed here any more.
        self.dropped: list[int] = []
        self._asked = self._heard = self._given = 0
        self._objects: dict[int, list[Any]] = {}  # handle: [object, times given out]
        self._handles: dict[int, int] = {}  # id of the object: handle
        self._broken: Broken | None = None

    def ask(self, operation: str, *args: Any) -> Any:
        """What the other end's operation returns; its errors are raised here (see `error_from`)."""
        if self._broken:
            raise self._broken
        try:
            dropped, self.dropped = self.dropped, []
            self._asked += 1
            number = self._asked
            try:
                self._send(["ask", number, operation, dropped], args)
            except (Unsendable, ValueError) as error:
                self._asked -= 1
                raise TypeError(f"handing over an argument: {error}") from None
            while True:
                head, values = self._receive()
                if head[0] == "ask":
                    self._serve(head, values)
                elif head[1] != number:
                    raise ProtocolError("an answer that nobody asked for")
                elif head[0] == "value":
                    return values[0]
                else:
                    raise error_from(*values)
        except Broken as broken:
            self._broken = broken
            raise

    def serve(self) -> NoReturn:
        """Answer the other end's questions until it hangs up."""
        while True:
            head, values = self._receive()
            if head[0] != "ask":
                raise ProtocolError("an answer that nobody asked for")
            self._serve(head, values)

    def _serve(self, head: list[Any], values: list[Any]) -> None:
        _, number, operation, dropped = head
        answer: tuple[list[Any], tuple[Any, ...]]
        self._heard += 1
        if number != self._heard:
            raise ProtocolError("a question out of step")
        for handle in dropped:
            self._drop(handle)
        try:
            if operation not in self.operations:
                raise TypeError(f"{operation!r} is not possible from the other side")
            answer = ["value", number], (self.operations[operation](*values),)
        except Broken:
            raise
        except BaseException as error:  # SystemExit too: it is an answer like any other
            answer = ["error", number], _described(error)
        del values
        try:
            self._send(*answer)
        except (Unsendable, ValueError) as error:
            self._send(["error", number], (["TypeError", "Exception"], str(error), []))

    def _send(self, head: list[Any], values: Iterable[Any]) -> None:
        buffers: list[Buffer] = []
        try:
            forms = [encode(v, buffers, self._export, self.trusted) for v in values]
        except Unsendable:
            raise
        except Exception as error:  # tensors of exotic kinds
            raise Unsendable(f"a value cannot be handed over: {error}") from None
        self.channel.send([head, forms], buffers)

    def _receive(self) -> tuple[list[Any], list[Any]]:
        body, buffers = self.channel.receive()
        try:
            head, forms = body
            kind, number = head[:2]
            good = (
                kind in ("ask", "value", "error")
                and type(number) is int
                and type(forms) is list
                and len(head) == (4 if kind == "ask" else 2)
                and (kind != "ask" or (type(head[2]) is str and type(head[3]) is list))
                and (kind == "ask" or len(forms) == {"value": 1, "error": 3}[kind])
            )
        except (TypeError, ValueError, LookupError):
            good = False
        if not good:
            raise ProtocolError("a malformed message")
        trusting = not self.trusted
        return head, [decode(f, buffers, self._own, self._foreign, trusting) for f in forms]

    # Handles

    def _export(self, value: Any) -> Form:
        if type(value) is Remote and value._link is self:
            return ["yours", value._handle]
        if not self.may_export(value):
            raise Unsendable(f"a {type(value).__name__} cannot be handed over")
        handle = self._handles.get(id(value))
        if handle is None:
            self._given += 1
            handle = self._handles[id(value)] = self._given
        self._objects.setdefault(handle, [value, 0])[1] += 1
        return ["mine", handle]

    def _drop(self, handle: Any) -> None:
        entry = self._objects.get(handle) if type(handle) is int else None
        if entry is None:
            raise ProtocolError("a handle that was never given out")
        entry[1] -= 1
        if not entry[1]:
            del self._objects[handle], self._handles[id(entry[0])]

    def _own(self, handle: int) -> Any:
        if handle not in self._objects:
            raise ProtocolError("a handle that was never given out")
        return self._objects[handle][0]

    def _foreign(self, handle: int) -> Remote:
        return Remote(self, handle)


def _described(error: BaseException) -> tuple[list[str], str, list[str]]:
    """An exception as plain data: names of its class and bases, message, lines of the traceback."""
    try:
        names = [base.__name__ for base in type(error).__mro__]
        lines = getattr(error, "shown", [])
        return names, str(error), lines
    except Exception:  # a __str__ that fails
        return ["Exception"], "", []
