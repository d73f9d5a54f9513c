"""Runs an assignment's test cells beside a student's names, in a namespace of their own.

`cnncourse check` and the tests of the assignments use it in the student's own process; grading has
an examiner of its own in another one. In both a test sees its own imports, what the given cells
define, and the names that the assignment asks for, whatever else the student's cells imported; and
in both a student's function gets copies, so that working in place costs in one test.
"""

from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from typing import Any

from cnncourse.checks import CheckFailed, measuring, pending
from cnncourse.lending import in_words, right, to_borrow
from cnncourse.observe import Apart, cell_lines

MISSING = object()


class Tests:
    """The test cells of one notebook, in their order.

    names: the namespace of the student's cells. given: see `lending`.
    """

    def __init__(self, names: dict[str, Any], given: Mapping[str, str]):
        self.names, self.given = names, given
        self.own: dict[str, Any] = {"__name__": "__main__"}
        self.asked: set[str] = set()  # names that the assignment asks for
        self.wrong: set[str] = set()  # those whose tests failed

    def keep(self, names: Iterable[str]) -> None:
        """What a given cell has just defined is the tests', too."""
        self.own.update({name: self.names[name] for name in names if name in self.names})

    def ask(self, names: Iterable[str]) -> None:
        """An answer cell has run that was to define these."""
        self.asked.update(names)

    def run(self, source: str, about: Iterable[str], earlier: Iterable[str]) -> None:
        """Run a test cell, and print what it had to borrow; raise its failure if it does not pass.

        Raises CheckFailed with the student's lines, or NotImplementedError for a stub.
        """
        try:
            with self._with({}):
                self._execute(source)
            return
        except (CheckFailed, NotImplementedError, Failed) as failure:
            first = failure
        borrowed = to_borrow(self.given, earlier, self.wrong)
        self.wrong.update(about)
        if borrowed:
            try:
                with self._with(borrowed):
                    self._execute(source)
                print(in_words(borrowed))
                return
            except (CheckFailed, NotImplementedError, Failed):
                pass
        raise first.with_traceback(None) from None

    def _execute(self, source: str) -> None:
        code = compile(source, "<test>", "exec")
        try:
            with measuring():
                exec(code, self.own)
        except (CheckFailed, NotImplementedError):
            raise
        except Exception as error:
            if failure := pending():
                raise failure from None
            said = f"{type(error).__name__}: {error}".rstrip(": ")
            raise Failed("\n  ".join([said, *cell_lines(error)])) from None

    @contextmanager
    def _with(self, borrowed: Mapping[str, str]) -> Any:
        """The student's names for the tests, some of them replaced by right ones everywhere."""
        lent = {
            name: right(place) if "." in place else self.names.get(place)
            for name, place in borrowed.items()
        }
        before = {name: self.names.get(name, MISSING) for name in lent}
        self.names.update(lent)
        try:
            for name in self.asked:
                self.own.pop(name, None)
                if name in self.names:
                    asked = self.names[name]
                    called = callable(asked) and not isinstance(asked, type)
                    self.own[name] = Apart(asked) if called else asked
            yield
        finally:
            for name, value in before.items():
                if value is MISSING:
                    self.names.pop(name, None)
                else:
                    self.names[name] = value


class Failed(CheckFailed):
    """A test ended with an exception of another kind, the student's or its own."""
