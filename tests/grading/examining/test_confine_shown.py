"""What bwrap shows below a folder that becomes fresh is shown there again."""

import os
from pathlib import Path

import pytest

from cnncourse.grading.examining.sandbox import confine


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "tmp"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "mounted").mkdir()
    (folder / "mounted").mkdir()
    (folder / "mounted" / "within").symlink_to("not looked for")
    (folder / "a" / "b" / "link").symlink_to("../elsewhere")
    (folder / "a" / "file").touch()
    return folder


@pytest.fixture
def mounts(monkeypatch):
    """Which folders are mounted, and what is mounted anew: (what, where, flags)."""
    found = []
    monkeypatch.setattr(
        confine.os.path, "ismount", lambda entry: os.fspath(entry).endswith("mounted")
    )
    monkeypatch.setattr(confine, "_mount", lambda *step: found.append(step))
    return found


def test_links_and_mounts_are_found_at_any_depth(folder, mounts):
    found = dict(confine._shown_below(str(folder)))
    assert set(found) == {f"{folder}/{name}" for name in ("a/b/link", "a/mounted", "mounted")}
    assert found[f"{folder}/a/b/link"] == "../elsewhere"
    for name in ("a/mounted", "mounted"):
        number = found[f"{folder}/{name}"]
        assert os.readlink(f"/proc/self/fd/{number}") == f"{folder}/{name}"
        os.close(number)


def test_they_are_there_again_in_a_fresh_folder(tmp_path, mounts):
    number = os.open(tmp_path, os.O_PATH)
    fresh = tmp_path / "fresh"
    confine._show_again(
        [(f"{fresh}/a/link", "../x"), (f"{fresh}/a/two", "y"), (f"{fresh}/a/m", number)]
    )
    assert (os.readlink(fresh / "a" / "link"), os.readlink(fresh / "a" / "two")) == ("../x", "y")
    assert (fresh / "a" / "m").is_dir()
    assert mounts == [(f"/proc/self/fd/{number}", f"{fresh}/a/m", 4096)]  # MS_BIND
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)


def test_what_was_there_before_is_shown_after_the_folder_is_fresh(monkeypatch):
    steps = []
    monkeypatch.setattr(confine, "_shown_below", lambda folder: steps.append(folder) or [folder])
    monkeypatch.setattr(confine, "_mount", lambda *step: steps.append(step[:2]))
    monkeypatch.setattr(confine, "_show_again", steps.append)

    class Enough(Exception):
        pass

    def end(*_):
        raise Enough

    monkeypatch.setattr(confine.Path, "write_text", end)
    with pytest.raises(Enough):
        confine.confine(confine.Limits())
    expected = []
    for folder in confine.WRITABLE:
        expected += [folder, ("tmpfs", folder), [folder]]
    assert steps == [*expected, ("devpts", "/dev/pts"), ("proc", "/proc")]
    assert set(confine.WRITABLE) == {"/home/student", "/tmp", "/dev/shm"}


def test_only_what_is_shown_of_the_course_is_left_and_nobody_can_write_there(monkeypatch, tmp_path):
    course, steps = tmp_path / "course", []
    (course / "library").mkdir(parents=True)
    (course / "library" / "kept.py").write_text("kept")
    monkeypatch.setattr(confine, "COURSE", str(course))

    def mount(what, folder, flags, options=None):
        if what == "tmpfs" and not steps:  # as if what was there were covered
            course.rename(tmp_path / "covered")
            course.mkdir()
        steps.append((what.partition("fd/")[0], folder, flags))

    monkeypatch.setattr(confine, "_mount", mount)
    kept, trimmed = f"{course}/library/kept.py", f"{course}/library/part/trimmed.py"
    confine._show_only({"paths": [kept], "texts": {trimmed: "ä = 1"}, "absent": ""})
    assert steps == [
        ("tmpfs", str(course), 2 | 4),  # MS_NOSUID, MS_NODEV
        ("/proc/self/", kept, 4096),  # MS_BIND
        ("tmpfs", str(course), 1 | 2 | 4 | 32),  # MS_RDONLY, MS_REMOUNT
    ]
    assert Path(kept).read_text() == ""  # what the file is mounted on
    assert Path(trimmed).read_text(encoding="utf-8") == "ä = 1"
