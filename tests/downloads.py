"""Downloads of learning platforms, and what `collect` makes of them in this process."""

import zipfile

from tiny_course import FakeReader

from cnncourse.grading.intake.collect import collect
from cnncourse.grading.intake.recognize import Expected


def archive(path, entries):
    """A zip of {name or ZipInfo: bytes}, duplicates allowed as a list of pairs."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for entry, data in entries.items() if isinstance(entries, dict) else entries:
            made.writestr(entry, data)
    return path


def collected(name, source, target, **options):
    """(students, [(entry, why it was refused)]) of an assignment of which only the name is known."""
    expected = name if isinstance(name, Expected) else Expected(name)
    found = collect(expected, source, target, FakeReader(True), **options)
    return sorted(found.taken), found.refused


def files_in(folder):
    """{path: bytes} of all files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
