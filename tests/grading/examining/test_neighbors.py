"""Two submissions that run at once: nothing passes from one to the other through the kernel.

The attacks of attacks/neighbors/ (see the README there) are all tried in one pair of submissions,
and in one pair of processes without a sandbox, which shows that they are attacks.
"""

import ast
import random
import subprocess
import sys
import threading
import time

import hostile
import pytest
from answers import cells_of, header_of
from tiny_notebook import one_test

from cnncourse.grading.examining.limits import Limits

ATTACKS = {path.stem: path for path in sorted((hostile.FOLDER / "neighbors").glob("*.py"))}
BARE = [n for n, path in ATTACKS.items() if header_of(path).get("bare", "").split(" ")[0] != "no"]
OPEN = {"futexes": "a page of a file is one page for all who map it, and can be waited at"}
STEP_SECONDS = 2, 4, 8, 16  # for a quiet machine, and for ever busier ones
SECRET = {name: random.Random(name).choices([0, 1], k=64) for name in ATTACKS}

# The clock of the machine is what both go by: prepare at once, send, receive, let go.
SCRIPT = """
import time
found, started = {{}}, time.time()
attacks = {attacks}
worlds = {{name: {{}} for name in attacks}}

def tried(name, what, *arguments):
    try:
        if what in worlds[name]:
            return worlds[name][what](*arguments)
    except BaseException as error:
        return repr(error)

for name, text in attacks.items():
    try:
        exec(text, worlds[name])
    except BaseException as error:
        found[name] = repr(error)
    tried(name, "prepare")
prepared = time.time()
time.sleep(max(0, {begin} - time.time()))
for name, bits in {secrets}.items():
    found[name] = tried(name, "send", bits)
sent = time.time()
time.sleep(max(0, {middle} - time.time()))
began = time.time()
if not {secrets}:
    found = {{name: tried(name, "receive") for name in attacks}}
print([prepared, sent, began, time.time(), found])
time.sleep(max(0, {end} - time.time()))
"""


def pair(run, names):
    """What receiver and sender found, {name: bits or an error's text}, when both run at once.

    They cannot wait for each other, so each step has a time: of a few that which suffices here.
    """
    for seconds in STEP_SECONDS:
        found = timed(run, names, seconds)
        if found:
            return found
    return pytest.fail(f"a step took longer than {seconds} seconds")


def timed(run, names, seconds):
    """The same if each step was done when the next one began, else None."""
    begin = time.time() + seconds
    times = dict(begin=begin, middle=begin + seconds, end=begin + 2 * seconds)
    said = {}

    def one(side):
        attacks = {name: cells_of(ATTACKS[name])[side] for name in names}
        secrets = {name: SECRET[name] for name in names} if side == "sender" else {}
        said[side] = ast.literal_eval(run(SCRIPT.format(attacks=attacks, secrets=secrets, **times)))

    threads = [threading.Thread(target=one, args=(side,)) for side in ("sender", "receiver")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    prepared, _, received_from, received, found = said["receiver"]
    _, sent, _, _, sender_found = said["sender"]
    in_time = prepared <= begin and sent <= received_from and received <= times["end"]
    return (found, sender_found) if in_time else None


@pytest.fixture(scope="module")
def inside(warm):
    """As two submissions."""

    def run(script):
        submission = one_test("")
        submission.cells[1].source = script
        outcome = warm.examine(one_test("assert student is None"), submission, {}, 0)
        return "".join(o["text"] for o in outcome.outputs["solution"] if "text" in o)

    warm.limits = Limits(cell_seconds=120)
    return pair(run, list(ATTACKS))


@pytest.fixture(scope="module")
def bare():
    """As two processes of whoever runs the tests."""

    def run(script):
        return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout

    return pair(run, BARE)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xfail(reason=OPEN[name], strict=True))
        if name in OPEN
        else name
        for name in ATTACKS
    ],
)
def test_nothing_arrives_in_another_submission(inside, name):
    found = inside[0][name]
    if type(found) is list:
        agree = sum(bit == secret for bit, secret in zip(found, SECRET[name], strict=True))
        assert len(set(found)) == 1 and agree < 50, found


@pytest.mark.parametrize("name", BARE)
def test_without_a_sandbox_it_arrives(bare, name):
    found, sent = bare
    count = 24 if name == "futexes" else 64
    assert sent[name] is None and found[name][:count] == SECRET[name][:count], (sent, found)
