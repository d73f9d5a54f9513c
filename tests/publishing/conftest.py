"""The student kit, packed once for all tests of it in a process."""

import shutil

import pytest
from answers import COURSE

from cnncourse.__main__ import main
from cnncourse.language import speaking
from cnncourse.publishing import kit as student_kit


@pytest.fixture(scope="session")
def kit(tmp_path_factory):
    """Packed from a folder in which Python and a file manager have left things."""
    used = tmp_path_factory.mktemp("used") / "kit_files"
    shutil.copytree(student_kit.FILES, used, ignore=shutil.ignore_patterns("__pycache__"))
    (used / "__pycache__").mkdir()
    (used / "__pycache__" / "start.pyc").touch()
    (used / ".DS_Store").touch()
    target = tmp_path_factory.mktemp("kit") / "student-kit"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(student_kit, "FILES", used)
        student_kit.pack(target, COURSE)
    return target


@pytest.fixture(scope="session")
def kits(kit, tmp_path_factory):
    """{language: the kit in it}: the course's own, and one of the course as it is in Italian."""
    target = tmp_path_factory.mktemp("kit-it") / "student-kit"
    assert main(["translate", "generate", "it", "--root", str(COURSE)]) == 0
    with speaking("it"):
        student_kit.pack(target, COURSE, language="it")
    return {"en": kit, "it": target}
