"""A class of 300, of which 60 handed in something hostile or broken: `make soak`.

The other 240 get what they get alone, to the letter. How long both took is printed beside the load
of the machine; the bar is 1.25 times the honest ones' time, and the limits that the others ran into.
"""

import csv
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import hostile
import nbformat
from answers import COURSE, hand_in
from fuzz import fuzzing
from tiny_course import new_course

from cnncourse.grading.records import GRADER_ERROR, VERDICTS

HONEST, ATTACKS, FUZZED = 240, 40, 10
CELL_SECONDS = 3
VARYING = "seconds", "peak_memory_mb"
LIMITED = ("slow_below_each_limit",)  # how many points it has by then, other limits decide
# What the honest ones differ in: the last two lose tests.
ANSWERS = [
    hostile.RIGHT,
    hostile.RIGHT.replace("return 2 * x", "return x + x"),
    hostile.RIGHT + "\n\nprint(double(4), scale(torch.ones(2), 3))",
    hostile.RIGHT.replace("return factor * x", "return factor + x"),
    hostile.RIGHT.replace("n * i for i in range(1, count + 1)", "n * i for i in range(count)"),
]


def empty(place):
    place.write_bytes(b"")


def broken_off(place):
    place.write_bytes(place.read_bytes()[:3000])


def of_an_old_program(place):
    place.write_text(json.dumps({"nbformat": 2, "worksheets": []}))


def linked(place):
    place.rename(place.with_name("elsewhere"))
    place.symlink_to("elsewhere")


def linked_beside(place):
    (place.parent / "passwords").symlink_to("/etc/passwd")


def waiting(place):
    place.unlink()
    os.mkfifo(place)


def sparse(place):
    with open(place.with_name("weights.pt"), "wb") as file:
        file.truncate(1 << 40)


def many(place):
    for number in range(300):
        place.with_name(f"{number}.txt").touch()


def nested(place):
    place.parent.joinpath(*["folder"] * 60).mkdir(parents=True)


def odd_name(place):
    place.with_name("a\nb.txt").touch()


BROKEN = [
    *(empty, broken_off, of_an_old_program, linked, linked_beside),
    *(waiting, sparse, many, nested, odd_name),
]


def honest(root):
    """Hand in what nobody has to fear; {student: notebook}."""
    found = {}
    for number in range(HONEST):
        answer = ANSWERS[number % len(ANSWERS)]
        found[f"honest{number:03}"] = hostile.released(f"# {number}\n{answer}")
    for student, notebook in found.items():
        hand_in(root, student, "target", notebook)
    return found


def others(root):
    """Hand in the rest; {student: points that it deserves, None where there is no telling}."""
    rng, deserved = random.Random(11), {}
    names = [name for name in hostile.NAMES if name not in LIMITED]
    for name in rng.sample(names, ATTACKS):
        attack = hostile.Attack(name)
        student = f"attack-{name}"
        hand_in(root, student, "target", nbformat.from_dict(attack.notebook))
        for path, data in attack.files.items():
            place = root / "grading" / "submitted" / student / "target" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        deserved[student] = attack.honest
    whole = json.loads(json.dumps(hostile.released()))
    for number in range(FUZZED):
        found = whole
        for _ in range(1 + number % 4):
            found = fuzzing.changed(rng, found)
        hand_in(root, f"fuzzed{number}", "target", json.dumps(found))
        deserved[f"fuzzed{number}"] = None
    for breaks in BROKEN:
        student = f"broken-{breaks.__name__}"
        hand_in(root, student, "target", hostile.released())
        breaks(root / "grading" / "submitted" / student / "target" / "target.ipynb")
        deserved[student] = 0
    return deserved


def a_course(folder):
    folder.mkdir()
    root = new_course(folder)
    (root / "solutions" / "target").mkdir(parents=True)
    nbformat.write(hostile.source(), root / "solutions" / "target" / "target.ipynb")
    return root


def graded(root):
    """Seconds, and {student: row of the table}."""
    command = [sys.executable, "-m", "cnncourse", "grade", "target", "--root", str(root)]
    command += ["--seed", str(hostile.SEED), "--timeout", str(CELL_SECONDS)]
    begin = time.monotonic()
    done = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(COURSE)}, capture_output=True, text=True
    )
    seconds = time.monotonic() - begin
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    with open(root / "grading" / "grades.csv", newline="") as file:
        return seconds, {row["student"]: row for row in csv.DictReader(file)}


def record(root, student):
    text = Path(root, "grading", "verdicts", "target", f"{student}.json").read_text()
    return json.loads(text)


def what_one_gets(root, rows, student):
    """All but seconds and memory."""
    page = Path(root, "grading", "feedback", student, "target", "target.html").read_text()
    row = {name: value for name, value in rows[student].items() if name not in VARYING}
    return row, record(root, student) | {"resources": None}, page


def test_the_honest_get_what_they_get_alone(tmp_path, capsys, sandboxed):
    alone, together = a_course(tmp_path / "alone"), a_course(tmp_path / "together")
    students = honest(alone)
    honest(together)
    deserved = others(together)

    load = os.getloadavg()[0]
    seconds_alone, rows_alone = graded(alone)
    seconds, rows = graded(together)

    used = [record(together, student)["resources"].get("seconds", 0) for student in deserved]
    limits = sum(spent for spent in used if spent >= CELL_SECONDS)
    with capsys.disabled():
        print(
            f"\n{len(students)} honest alone: {seconds_alone:.0f} s; with {len(deserved)} others: "
            f"{seconds:.0f} s, of two at a time {limits:.0f} s in limits; the bar is "
            f"{1.25 * seconds_alone + limits / 2:.0f} s. Load before: {load:.1f}"
        )

    assert rows.keys() == students.keys() | deserved.keys()
    for student in students:
        expected = what_one_gets(alone, rows_alone, student)
        assert what_one_gets(together, rows, student) == expected
    assert {float(rows[s]["points"]) == hostile.MOST for s in students} == {True, False}
    for student, points in deserved.items():
        assert rows[student]["verdict"] in set(VERDICTS) - {GRADER_ERROR}, rows[student]
        if points is not None:
            assert float(rows[student]["points"]) == points, rows[student]
        page = Path(together, "grading", "feedback", student, "target", "target.html").read_text()
        # One stands in a test that all see; the hidden one has more.
        assert page.count(hostile.CANARY) <= 1 and hostile.ESCAPED not in page
