"""The outputs that each chapter stores are those of its execution, by nbval's own rules.

`make book` has executed the chapters a moment ago, so they are not executed again: nbval compares
what that execution left in the cache. `pytest --nbval book` executes them afresh.
"""

from collections import deque
from pathlib import Path

import nbformat
import pytest
from jupyter_cache import get_cache
from nbval.plugin import IPyNbFile
from test_stored_notebooks import ROOT, chapters, code_cells

from cnncourse.site.execution_cache import cache_folder

SANITIZE = ROOT / "tests" / "nbval_sanitize.cfg"


class Executed:
    """Answers as nbval's kernel does, with the outputs of cells that were executed before."""

    def __init__(self, cells):
        self.cells, self.number, self.messages = iter(cells), 0, deque()

    def is_alive(self):
        return True

    def execute_cell_input(self, source, allow_stdin):
        cell = next(self.cells)
        assert cell.source == source
        self.number += 1
        self.messages.extend((output.output_type, output) for output in cell.outputs)
        self.messages.append(("status", {"execution_state": "idle"}))
        return self.number

    def await_reply(self, number, timeout):
        pass

    def await_idle(self, number, timeout):
        self.messages.clear()

    def get_message(self, stream, timeout):
        kind, content = self.messages.popleft()
        return {"msg_type": kind, "content": content, "parent_header": {"msg_id": self.number}}


@pytest.fixture(scope="module")
def cache(site):
    """The executions that the site was made of."""
    return get_cache(cache_folder(ROOT / "_build", ROOT / "book"))


def differences(path, executed, session):
    """What nbval says of the cells whose stored outputs, in the file, are not the executed ones."""
    file = IPyNbFile.from_parent(session, path=path)
    file.get_sanitize_files = lambda: [SANITIZE]
    file.setup_sanitize_files()
    file.kernel, said = Executed(executed), []
    for cell in file.collect():
        try:
            cell.runtest()
        except Exception:
            said.append(cell.repr_failure(pytest.ExceptionInfo.from_current()))
    return said


@chapters
def test_stored_outputs_are_those_of_the_execution(path, cache, request):
    notebook = nbformat.read(path, as_version=4)
    try:
        _, executed = cache.merge_match_into_notebook(notebook)
    except KeyError:
        pytest.fail("the site is older than the chapter or the library; run: make book")
    cells = [cell for cell in executed.cells if cell.cell_type == "code"]
    said = differences(path, cells, request.session)
    assert not said, "run: make refresh\n" + "\n".join(said)


def change_text(cells):
    output = next(output for cell in cells for output in cell.outputs if "text" in output)
    output.text = output.text.replace(output.text.strip()[-1], "?")


def lose_output(cells):
    del next(cell for cell in cells if cell.outputs).outputs[0]


def add_output(cells):
    cells[0].outputs.append(nbformat.v4.new_output("display_data", {"text/plain": "more"}))


def raise_error(cells):
    error = nbformat.v4.new_output("error", ename="E", evalue="no", traceback=["line"])
    cells[0].outputs = [error]


@pytest.mark.parametrize("change", [change_text, lose_output, add_output, raise_error])
def test_whatever_an_execution_changes_is_seen(change, request):
    path = Path(ROOT, "book", "arithmetic.ipynb")
    cells = code_cells(path)
    assert differences(path, cells, request.session) == []
    change(cells)
    assert len(differences(path, cells, request.session)) == 1
