"""Attacks that are tried one after the other by one submission: attacks/together/.

Its answers are right, so it must get full points; each attack runs in a cell of its own, after all
tests, and what it says is looked at alone.
"""

import hostile
import pytest
from nbformat.v4 import new_code_cell

from cnncourse.grading.examining.limits import MB, Limits

LIMITS = Limits(
    cell_seconds=60,
    submission_seconds=300,
    cpu_seconds=300,
    memory_bytes=1024 * MB,
    processes=48,
    disk_bytes=32 * MB,
)
# Keeps what the tests ask, for whoever wants to draw it again.
KEEPING = hostile.RIGHT.replace(
    "    return factor * x",
    "    inputs.append(x.detach() if hasattr(x, 'detach') else x)\n    return factor * x",
).replace("def scale", "inputs = []\n\n\ndef scale")


@pytest.fixture(scope="module")
def outcome(warm):
    warm.limits = LIMITS
    notebook = hostile.released(KEEPING)
    for name in hostile.TOGETHER:
        attack = hostile.Attack(name)
        (cell,) = [cell for cell in attack.notebook.cells if cell.id == "last"]
        assert (attack.honest, attack.verdicts) == (
            hostile.MOST,
            {"ok"},
        ) and not attack.files.keys() - {"port.txt"}
        notebook.cells.append(new_code_cell(cell.source, id=name.rpartition("/")[2]))
    return warm.examine(hostile.source(), notebook, {}, hostile.SEED)


def test_points_are_those_of_the_answers(outcome):
    assert (outcome.verdict, sum(outcome.points.values())) == ("ok", hostile.MOST), outcome.message


@pytest.mark.parametrize("name", hostile.TOGETHER)
def test_it_gains_nothing(outcome, name):
    key = name.rpartition("/")[2]
    outputs = outcome.outputs[key]
    assert not [o for o in outputs if o["output_type"] == "error"], (
        outputs
    )  # it was tried to its end
    said = repr(outputs)
    for secret in (hostile.CANARY, hostile.ESCAPED, str(hostile.SEED)):
        assert secret not in said, said
    assert key in outcome.withheld
