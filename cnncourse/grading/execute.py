"""Run a submission's cells so that its points mean what they say.

Without a sandbox: see the package's docstring.
"""

import re
from time import monotonic

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade
from traitlets import Integer

NOT_RUN = "NotRun"
CRASHED = "DeadKernelError"
TIME_LIMIT = "CellTimeoutError"  # nbgrader's own name for it


class ExecuteSubmission(Execute):
    """nbgrader's Execute, with its traps mended.

    - A test that did not run has failed; nbgrader gives full points for a cell without output.
    - A dead or hung kernel ends the run; what was earned before it counts.
    - A submission has a time limit in all, beside the one for each cell.
    - A warning costs no points; nbgrader gives zero for any text on stderr.
    - An error shows the student's lines, never those of a hidden test.
    """

    timeout = Integer(300, help="Seconds for one cell.").tag(config=True)
    submission_timeout = Integer(900, help="Seconds for all cells together.").tag(config=True)

    def preprocess(self, nb, resources, km=None):
        self._deadline = monotonic() + self.submission_timeout
        self._stopped = False
        self.timeout_func = lambda cell: min(self.timeout, max(1, self._deadline - monotonic()))
        for cell in filter(_is_test, nb.cells):
            cell.outputs = [_error(NOT_RUN, "this test was not reached")]
        return super().preprocess(nb, resources, km)

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type != "code" or self._stopped:
            return cell, resources
        try:
            super().preprocess_cell(cell, resources, index)
        except DeadKernelError:
            if hasattr(self, "_async_cleanup_kernel_future"):  # Ctrl-C: nbclient ends the kernel
                raise KeyboardInterrupt from None
            self._stop(cell, CRASHED, "the Python process died in this cell")
        except CellTimeoutError:  # it did not even answer an interrupt
            self._stop(cell, TIME_LIMIT, "this cell did not end")
        if monotonic() > self._deadline:
            self._stop(cell, TIME_LIMIT, "the time for the whole notebook is used up")
        if _is_test(cell):
            _tidy(cell)
        return cell, resources

    def _stop(self, cell, name, message):
        if not self._stopped:
            cell.outputs.append(_error(name, message))
        self._stopped = True


def _is_test(cell):
    return cell.cell_type == "code" and is_grade(cell)


def _error(name, message):
    return new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])


def _tidy(cell):
    """Warnings become ordinary text; frames of the test itself leave the tracebacks."""
    for output in cell.outputs:
        if output.output_type == "stream":
            output.name = "stdout"
        if output.output_type == "error":
            frames = [frame for frame in output.traceback[:-1] if _is_students(frame, cell)]
            output.traceback = frames + output.traceback[-1:]


def _is_students(frame, cell):
    """Whether a piece of IPython's traceback shows another cell than this test."""
    number = re.search(r"Cell (?:\x1b\[[\d;]*m)*In\[(\d+)\]", frame)
    return number is not None and int(number[1]) != cell.execution_count
