"""Whatever is handed in, no error but those that are documented; briefly. `make soak` has the rest.

What reads is called here as the confined process calls it, and what checks as the trusted one does.
"""

import io
import json
import random
import socket
import sys
import zipfile
from contextlib import suppress

import pytest
from downloads import archive, collected
from fuzzing import WHOLE, form, markdown, message, mutated, names, notebook, time
from fuzzing import archive as made_up_archive

from cnncourse.course import CourseError
from cnncourse.grading.examining.protocol.frames import Broken, Channel
from cnncourse.grading.gradebook.markdown import to_html
from cnncourse.grading.intake import taking
from cnncourse.grading.intake.archives import Zip
from cnncourse.grading.intake.folders import Refused
from cnncourse.grading.intake.layouts import sort
from cnncourse.grading.intake.notebooks import rebuild
from cnncourse.grading.intake.parsing import Unreadable, parse
from cnncourse.grading.intake.recognize import Expected, marks, recognize
from cnncourse.grading.intake.taking import timestamp

MARKS = ("tiny", tuple(sorted(marks(parse(json.dumps(WHOLE).encode(), "tiny")))))
TINY = Expected("tiny", (MARKS, ("other", ("name x", "id y"))), ("net.pt",))
SMALL = 400  # of each kind
MORE_MEMORY = 300 << 20


def try_notebook(rng, skeleton):
    try:
        cells = parse(notebook(rng), "tiny.ipynb")
        made = rebuild(skeleton, cells, "tiny.ipynb", {"plot.png": b"1"})
    except Unreadable:
        return
    assert {"double", "half", "hidden"} <= {cell.id for cell in made.cells}
    json.dumps(made)


def told(source):
    """What the confined process says of a download, checked as the trusted one does."""
    frames = iter(taking.take(source, TINY))
    taking.listed(*next(frames))
    about, found = None, []
    for said, buffers in frames:
        said = json.loads(json.dumps(said))
        if "student" in said:
            about = taking.who(said)
        elif "paths" in said:
            found.append(taking.handed(about, said, buffers))
    return found


def try_archive(rng):
    try:
        found = told(Zip(io.BytesIO(made_up_archive(rng))))
    except Refused:
        return
    for handed in found:
        for path in handed.files:
            assert ".." not in path.split("/") and not path.startswith("/") and path.isprintable()


def try_message(rng):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(message(rng))
        theirs.shutdown(socket.SHUT_WR)
        channel = Channel(ours, 1 << 20)
        try:
            _, buffers = channel.receive()
        except Broken:
            return
        assert sum(map(len, buffers)) <= 1 << 20


def try_form(rng):
    from cnncourse.grading.examining.protocol.frames import ProtocolError
    from cnncourse.grading.examining.protocol.wire import decode

    def handle(number):
        return number

    with suppress(ProtocolError):
        decode(form(rng), [bytearray(rng.randbytes(9))], handle, handle, False)


def try_text(rng):
    page = to_html(markdown(rng), {"x.png": {"image/png": "aGk="}}).lower()
    for tag in ("<script", "<iframe", 'href="javascript', "<img src=x", 'src="http'):
        assert tag not in page


def try_names(rng):
    paths = names(rng)
    found = sort(paths, "tiny")
    for student in found.students:
        assert "/" not in student and not student.startswith(".") and student.isprintable()
    told(taking.Asked(paths, lambda number, room: b"{}"))
    found = timestamp(time(rng))
    assert found is None or found.tzinfo is None


def try_what_the_confined_process_says(rng):
    """It may have been taken over by what it read."""
    body = {"platform": "moodle", "students": 1, "entries": 1, "unlisted": 0, "elsewhere": {}}
    said = {"student": {"student": "ada", "platform": "moodle"}, "paths": ["a/b"], "notes": ["x"]}
    try:
        one, other = (json.loads(mutated(rng, json.dumps(x).encode())) for x in (body, said))
        taking.listed(one, [b'[["a", "b"]]'])
        about = taking.who(other)
        found = taking.handed(about, other, [mutated(rng, b'[["a", "b"]]'), b"1"])
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, Refused):
        return
    assert all(".." not in path.split("/") for path in found.files) and "/" not in about.student


def run(kind, count, seed=11, *args):
    """So many of a kind, and no more memory for it."""
    for number in range(count):
        rng = random.Random(f"{kind.__name__} {seed} {number}")
        try:
            kind(rng, *args)
        except Exception as error:
            raise AssertionError(f"number {number} with the seed {seed}") from error


KINDS = (
    try_archive,
    try_message,
    try_form,
    try_text,
    try_names,
    try_what_the_confined_process_says,
)


@pytest.fixture(scope="module")
def skeleton(tmp_path_factory):
    import nbformat
    from tiny_course import tiny_course

    from cnncourse.grading.intake.assignments import read_assignment

    root = tiny_course(tmp_path_factory.mktemp("course"))
    return nbformat.reads(read_assignment(root, "tiny").skeleton, as_version=4)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__.removeprefix("try_"))
def test_a_few_of_each_kind(kind):
    run(kind, SMALL)


@pytest.mark.filterwarnings("ignore")
def test_a_few_notebooks(skeleton):
    run(try_notebook, SMALL, 11, skeleton)


def test_what_grew_out_of_a_fault_once(tmp_path):
    """A student's folder like the notebook beside a renamed one; a folder and a file of one name."""
    moodle = "Ada_1_assignsubmission_file/"
    entries = {moodle + "tiny.ipynb/x": b"1", moodle + "tiny (1).ipynb": b"2", moodle + "a": b"3"}
    source = archive(tmp_path / "a.zip", entries | {moodle + "a/b": b"4"})
    students, refused = collected("tiny", source, tmp_path / "in")
    assert students == ["Ada_1"] and len(refused) == 2
    nameless = zipfile.ZipInfo("x")
    nameless.filename = ""
    source = archive(tmp_path / "c.zip", [(nameless, b"1"), (moodle + "tiny.ipynb", b"2")])
    assert collected("tiny", source, tmp_path / "in")[0] == ["Ada_1"]
    (tmp_path / "b.zip").write_bytes(b"PK\5\6" + bytes(17))
    with pytest.raises(CourseError):
        collected("tiny", tmp_path / "b.zip", tmp_path / "in")


def test_recognizing_reads_any_bytes():
    rng = random.Random(5)
    for _ in range(SMALL // 2):
        files = {f"{n}.ipynb": mutated(rng, notebook(rng)) for n in range(2)}
        files["a.zip"] = made_up_archive(rng)
        found = recognize(files, TINY)
        assert found.problem or "tiny.ipynb" in found.files


if __name__ == "__main__":  # which one it was: python tests/fuzz/test_fuzz.py try_archive 17
    globals()[sys.argv[1]](random.Random(f"{sys.argv[1]} 11 {sys.argv[2]}"))
