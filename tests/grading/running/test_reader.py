"""What students wrote is read and shown in a confined process; its trouble is one submission's."""

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace

import distributed
import pytest
from answers import hand_in
from downloads import archive
from tiny_course import FakeReader, FakeWorker, grade, tiny_course
from tiny_notebook import RIGHT, tiny

from cnncourse.grading.examining.warmed import GraderError
from cnncourse.grading.gradebook.entry import Entry
from cnncourse.grading.intake.assignments import read_assignment
from cnncourse.grading.intake.collect import collect
from cnncourse.grading.intake.folders import Unread
from cnncourse.grading.intake.recognize import Expected
from cnncourse.grading.records import Record
from cnncourse.grading.running import process, reader, reading
from cnncourse.grading.running.reader import Reader
from cnncourse.grading.running.settings import Settings

TINY = Expected("tiny")


@pytest.fixture(scope="module")
def skeleton(tmp_path_factory):
    return read_assignment(tiny_course(tmp_path_factory.mktemp("course")), "tiny").skeleton


@pytest.fixture(scope="module")
def confined(sandboxed):
    made = Reader()
    yield made
    made.close()


def read(confined, skeleton, file):
    return confined.read(TINY, skeleton, {"tiny.ipynb": file})


def notebook(text, attachments=None):
    cell = {"cell_type": "markdown", "metadata": {"nbgrader": {"grade_id": "why"}}, "source": text}
    return json.dumps({"cells": [cell | {"attachments": attachments or {}}]}).encode()


def page(confined, skeleton, text, attachments=None):
    found = read(confined, skeleton, notebook(text, attachments))
    assert found.problem is None
    return confined.pages(found.text, Record("tiny", "ada", "ok", "fine"), Entry(), skeleton)[1]


def test_a_notebook_comes_back_with_the_answers_in_it(confined, skeleton):
    found = read(confined, skeleton, json.dumps(tiny(RIGHT)).encode())
    cells = {cell.id: cell.source for cell in found.notebook.cells}
    assert cells["solution"] == RIGHT and found.problem is None
    assert found.unanswered == ["why"] and set(cells) >= {"double", "half", "hidden"}


@pytest.mark.parametrize(
    "file", [b"", b"{", b"[]", b'{"cells": [{"cell_type": [], "source": ""}]}', b"\xff\xfe"]
)
def test_a_file_that_is_no_notebook_is_a_sentence(confined, skeleton, file):
    found = read(confined, skeleton, file)
    assert "tiny.ipynb" in found.problem and "Traceback" not in found.problem


@pytest.mark.parametrize(
    "text",
    [
        "![x](attachment:x.png)",
        "![x][y]\n\n[y]: attachment:z.gif",
        "![x](attachment:%F0%9F)",
        "![" * 200,
        "> " * 500 + "a",
        "\\begin{a}" * 100,
    ],
)
def test_whatever_a_text_cell_holds_there_is_a_page(confined, skeleton, text):
    assert "Score" in page(confined, skeleton, text)


@pytest.mark.parametrize("kind", ["png", "gif", "webp", "svg+xml"])
def test_a_picture_that_was_pasted_is_shown(confined, skeleton, kind):
    shown = page(confined, skeleton, "![x](attachment:a)", {"a": {f"image/{kind}": "aGVsbG8="}})
    assert f"data:image/{kind};base64,aGVsbG8=" in shown


def test_a_page_runs_nothing_and_asks_nobody(confined, skeleton):
    shown = page(
        confined,
        skeleton,
        "[x](javascript:alert(1)) ![p](https://example.org/p.png) <script>alert(2)</script>\n\n"
        '![a"b](attachment:q) $x^2$',
        {"q": {"image/png": '"><script>'}},
    )
    assert "<script" not in shown and 'href="javascript' not in shown
    assert 'src="http' not in shown
    assert "Content-Security-Policy" in shown.partition("<title>")[0]
    assert "<msup>" in shown, "formulas need no script"


def test_text_that_keeps_a_parser_busy_is_ended_and_the_next_is_read(
    confined, skeleton, monkeypatch
):
    monkeypatch.setattr(reader, "SECONDS", 1)
    with pytest.raises(Unread, match="more than"):
        page(confined, skeleton, "*a " * 20_000 + "a*" * 20_000)
    monkeypatch.undo()
    assert "Score" in page(confined, skeleton, "short")


def test_a_process_that_is_gone_is_the_graders_error_and_the_next_task_starts_another(
    confined, skeleton
):
    confined.read(TINY, skeleton, {})
    os.kill(confined._process.pid, signal.SIGKILL)
    confined._process.wait()
    assert confined.read(TINY, skeleton, {}).problem is None


def test_a_process_that_cannot_start_is_the_graders_error(skeleton, monkeypatch):
    monkeypatch.setattr(reader, "PROGRAM", ["false"])
    with pytest.raises(GraderError, match="does not start"):
        Reader(sandbox=False).read(TINY, skeleton, {})


class Unable(FakeReader):
    """Cannot show the pages of a submission that says so, nor read that of another."""

    def read(self, expected, skeleton, files):
        if b"# no reading" in files["tiny.ipynb"]:
            raise Unread("reading it takes more than 20 seconds")
        return super().read(expected, skeleton, files)

    def pages(self, text, record, entry, skeleton):
        if "# no page" in text:
            raise Unread("reading it takes more than 20 seconds")
        return super().pages(text, record, entry, skeleton)


def test_what_cannot_be_read_or_shown_is_one_submissions_trouble(tmp_path):
    root = tiny_course(tmp_path)
    hand_in(root, "ada", "tiny", tiny(RIGHT))
    hand_in(root, "bob", "tiny", tiny("# no page\n" + RIGHT))
    hand_in(root, "eve", "tiny", tiny("# no reading\n" + RIGHT))
    results = grade(root, reader=Unable, worker=FakeWorker)
    assert {name: (r.verdict, r.points) for name, r in results.items()} == {
        "ada": ("ok", 9),
        "bob": ("ok", 9),
        "eve": ("unreadable", 0),
    }
    plain = (root / "grading/feedback/bob/tiny/tiny.html").read_text()
    assert "<td>half</td><td>3</td>" in plain and "the page cannot show what was handed" in plain
    assert {r.new for r in grade(root, reader=Unable, worker=FakeWorker).values()} == {False}


def test_readers_end_with_the_run(skeleton):
    process.close()
    settings = Settings(0, worker=FakeWorker, reader=FakeReader)
    first = process.reader(settings)
    assert process.reader(settings) is first
    process.close()
    assert process.reader(settings) is not first
    process.close()


def test_what_was_written_is_read_for_comparison_too(confined):
    found = confined.written("tiny", json.dumps(tiny(RIGHT)).encode(), ["double", "half"])
    assert RIGHT in found.text and found.kept and found.places
    assert confined.written("tiny", b"{", []).text == ""


def test_a_download_is_opened_there_and_what_ends_it_is_one_submissions(confined, tmp_path):
    moodle = "{}_assignsubmission_file/tiny.ipynb"
    entries = {moodle.format(f"{who}_{n}"): b"{}" for n, who in enumerate(("Ada", "Bob", "Cyd"))}
    source = archive(tmp_path / "a.zip", entries)
    found = collect(TINY, source, tmp_path / "in", confined)
    assert sorted(found.taken) == ["Ada_0", "Bob_1", "Cyd_2"]
    talk, told = confined._talk, []

    def broken(*args, **kwargs):
        """The process ends when it has begun to tell of bob."""
        if told[-1:] == ["Bob_1"]:
            told.append("")
            confined.close()
            raise Unread("reading it takes more than 20 seconds")
        said, buffers = talk(*args, **kwargs)
        told.append(said.get("student", {}).get("student"))
        return said, buffers

    confined._talk = broken
    try:
        found = collect(TINY, source, tmp_path / "more", confined)
    finally:
        del confined._talk
        confined.close()
    assert sorted(found.taken) == ["Ada_0", "Cyd_2"]
    assert found.refused == [("Bob_1", "reading it takes more than 20 seconds")]


def test_a_folder_is_read_for_it(confined, tmp_path):
    place = tmp_path / "from" / "ada" / "tiny"
    place.mkdir(parents=True)
    (place / "tiny.json").write_text(json.dumps(tiny(RIGHT)))
    found = collect(TINY, tmp_path / "from", tmp_path / "in", confined)
    assert list(found.taken) == ["ada"]


def test_limits_of_a_task_hold_in_its_own_process():
    pid = os.fork()
    if pid == 0:
        try:
            reading.limit(7)
            good = reading.resource.getrlimit(reading.resource.RLIMIT_CPU)[0] == 7
            os._exit(0 if good else 1)
        finally:
            os._exit(2)
    assert os.waitpid(pid, 0)[1] == 0


@pytest.mark.parametrize("submissions, expected", [(1, 1), (40, 2)])
def test_threads_get_the_readers_that_were_begun_before(monkeypatch, submissions, expected):
    begun, closed = [], []

    class Counted(FakeReader):
        def begin(self):
            begun.append(self)

        def close(self):
            closed.append(self)

    worker = SimpleNamespace(name="of a cluster", state=SimpleNamespace(nthreads=2))
    monkeypatch.setattr(distributed, "get_worker", lambda: worker)
    process.close()
    settings = Settings(0, worker=FakeWorker, reader=Counted)
    process.prepare(settings, submissions)
    assert (len(begun), closed) == (expected, []), "the warm process came after them"
    with ThreadPoolExecutor(2) as threads:
        together = Barrier(2)  # each in a thread of its own
        got = list(threads.map(lambda _: (together.wait(60), process.reader(settings))[1], "ab"))
    assert len(set(got)) == 2
    assert set(begun) <= set(got)
    process.close()
    assert set(closed) == set(got)
