"""Replacing a submission is one step: killed at any of them, the old or the new one is there."""

import errno
import os

import pytest
from downloads import archive, collected, files_in

from cnncourse.grading.intake import collect as collecting
from cnncourse.grading.intake import folders

OLD = {"Ada_1_assignsubmission_file/tiny.ipynb": b"old", "Ada_1_assignsubmission_file/o.pt": b"o"}
NEW = {"Ada_1_assignsubmission_file/tiny.ipynb": b"new", "Ada_1_assignsubmission_file/n.pt": b"n"}
EITHER = ({"o.pt", "tiny.ipynb"}, b"old"), ({"n.pt", "tiny.ipynb"}, b"new")


class Unable:
    """A C library on a file system that cannot exchange two names."""

    def renameat2(self, *args):
        return -1


def killed_after(step, source, target, atomic):
    """Collect in a fork that ends at its step'th call of the system that changes a folder."""
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1] == 0
    try:
        calls = 0

        def count(function):
            def counted(*args, **kwargs):
                nonlocal calls
                calls += 1
                if calls > step:
                    os._exit(1)
                return function(*args, **kwargs)

            return counted

        for name in ("rename", "replace", "mkdir", "unlink", "rmdir", "fsync"):
            setattr(os, name, count(getattr(os, name)))
        if not atomic:
            collecting.ctypes.CDLL = lambda *args, **kwargs: Unable()
            collecting.ctypes.get_errno = lambda: errno.EINVAL
        collected("tiny", source, target)
        os._exit(0)
    finally:
        os._exit(2)


@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
@pytest.mark.parametrize("atomic", [True, False], ids=["exchanged", "set aside"])
def test_killed_at_any_step_the_old_or_the_new_one_is_there(tmp_path, atomic):
    old, new = archive(tmp_path / "old.zip", OLD), archive(tmp_path / "new.zip", NEW)
    step, ended = 0, False
    while not ended:
        target = tmp_path / f"in{step}"
        collected("tiny", old, target)
        ended = killed_after(step, new, target, atomic)
        if not atomic:
            folders.recover(target, "tiny")  # as whatever reads the folder does first
        place = target / "Ada_1" / "tiny"
        found = {path.name for path in place.iterdir()}, (place / "tiny.ipynb").read_bytes()
        assert found in EITHER, step
        collected("tiny", new, target)  # the same command goes on
        assert files_in(target) == {"Ada_1/tiny/tiny.ipynb": b"new", "Ada_1/tiny/n.pt": b"n"}
        assert [path.name for path in target.iterdir()] == ["Ada_1"]
        assert [path.name for path in (target / "Ada_1").iterdir()] == ["tiny"]
        step += 1
    assert step > 5 and found == EITHER[1]  # which nobody killed


def test_two_runs_at_once_do_not_mix(tmp_path):
    source = archive(tmp_path / "a.zip", OLD)
    (tmp_path / "in").mkdir()
    with (
        collecting._alone(tmp_path / "in"),
        pytest.raises(collecting.CourseError, match="another run is collecting"),
    ):
        collected("tiny", source, tmp_path / "in")
