"""What takes too long for every day: `make soak`. A whole class and kills of whole runs, for real.

Here everything is as an instructor has it: the command, a local cluster, warm processes, the
sandbox. running/test_batch.py asks the same of one process, at every write to a disk.
"""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from answers import COURSE, hand_in
from test_batch import class_of, gradebook, left_behind
from tiny_course import tiny_course
from tiny_notebook import NO_HALF, RIGHT, tiny

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
SECONDS = 120  # by which processes of a killed run must be gone


def start(root, **options):
    environment = os.environ | {"PYTHONPATH": str(COURSE)}
    return subprocess.Popen(
        [sys.executable, "-m", "cnncourse", "grade", "tiny", "--root", str(root), "--seed", "1"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **options,
    )


def verdicts(root):
    return len(list((root / "grading" / "verdicts" / "tiny").glob("*.json")))


def without_times(files):
    """What is left behind but what differs between any two runs: seconds and memory."""
    return {
        path: json.loads(data) | {"resources": None} if path.endswith(".json") else data
        for path, data in files.items()
    }


def test_a_whole_run_killed_ten_times_leaves_what_an_undisturbed_one_leaves(tmp_path):
    roots = []
    for name in ("calm", "killed"):
        (tmp_path / name).mkdir()
        roots.append(tiny_course(tmp_path / name))
        class_of(roots[-1])
        for number in range(20):
            hand_in(roots[-1], f"more{number}", "tiny", tiny(f"# {number}\n{RIGHT}"))
    assert start(roots[0]).wait() == 0
    rng = random.Random(1)
    for kill in range(10):
        run = start(roots[1])
        family = []
        while run.poll() is None and verdicts(roots[1]) < 2 * kill:
            family = psutil.Process(run.pid).children(recursive=True)
            time.sleep(0.02)
        time.sleep(rng.random())
        run.send_signal(signal.SIGKILL)
        run.wait()
        _, alive = psutil.wait_procs(family, timeout=SECONDS)
        assert not alive, "processes of a killed run live on"
    assert start(roots[1]).wait() == 0
    assert gradebook(roots[1]) == gradebook(roots[0])
    assert without_times(left_behind(roots[1])) == without_times(left_behind(roots[0]))


def test_a_class_of_300_in_the_sandbox(tmp_path):
    root, expected = tiny_course(tmp_path), {}
    for number in range(300):
        student = f"s{number:03}"
        if number % 10 == 0:
            whole = json.dumps(tiny(RIGHT))
            hand_in(root, student, "tiny", whole[: number * len(whole) // 300])
            expected[student] = "unreadable", 0
        elif number % 10 == 1:
            hand_in(
                root,
                student,
                "tiny",
                tiny("import os\n" + RIGHT.replace("return x", "os.abort()\n    return x")),
            )
            expected[student] = "crashed", 2
        else:
            answer, points = ((RIGHT, 9), (NO_HALF, 2))[number % 2]
            hand_in(root, student, "tiny", tiny(f"# {student}\n{answer}"))
            expected[student] = "ok" if points == 9 else "wrong", points
    assert start(root).wait() == 0
    with open(Path(root, "grading", "grades.csv"), newline="") as file:
        found = {
            row["student"]: (row["verdict"], float(row["points"])) for row in csv.DictReader(file)
        }
    assert found == expected
