"""The entries of a zip archive, of which nothing is believed; in the confined process.

Every entry is checked for where it wants to go, what it is and how much it holds while it is
unpacked, and is refused alone, with a sentence.
"""

import re
import stat
import unicodedata
import zipfile
from contextlib import suppress
from typing import IO

from cnncourse.language import tr

from .folders import MAX_BYTES, MAX_DEPTH, MB, Refused

MAX_ENTRIES = 200_000
MAX_TOTAL = 20_000 * MB
MAX_RATIO = 200  # text shrinks by 3 to 20; a bomb by 1,000


class Zip:
    """The ordinary files of an archive; Refused, with the reason, if it cannot be used at all.

    names: of all entries, as they are shown; refused: why an entry is none, by its number.
    """

    def __init__(self, file: IO[bytes]):
        try:
            self._archive = zipfile.ZipFile(file)
            entries = self._archive.infolist()
            self.names = [decoded(entry) for entry in entries]
        except Exception as error:  # zipfile raises nearly anything on what it did not expect
            raise Refused(
                tr("it is no zip archive that can be read ({error})", error=said(error))
            ) from None
        if len(entries) > MAX_ENTRIES:
            raise Refused(tr("it has more than {count} entries", count=f"{MAX_ENTRIES:,}"))
        if sum(entry.file_size for entry in entries) > MAX_TOTAL:
            raise Refused(tr("it would unpack to more than {size} MB", size=f"{MAX_TOTAL // MB:,}"))
        self._entries = entries
        self.refused: dict[int, str] = {}
        for number, name in enumerate(self.names):
            try:
                check(entries[number], name)
            except Refused as reason:
                self.refused[number] = str(reason)
            except Exception as error:
                self.refused[number] = tr("it is damaged ({error})", error=said(error))

    def is_folder(self, number: int) -> bool:
        """Is the entry a folder?"""
        return self.names[number].endswith("/")

    def read(self, number: int, room: int = MAX_BYTES) -> bytes:
        """Unpack an entry, but never more than it said, nor than there is room for; Refused."""
        entry = self._entries[number]
        if number in self.refused:
            raise Refused(self.refused[number])
        try:
            with self._archive.open(entry) as file:
                data = file.read(min(entry.file_size, room) + 1)
        except Exception as error:  # of zlib, lzma, bz2, zipfile, the file
            raise Refused(tr("it is damaged ({error})", error=said(error))) from None
        if len(data) > room:
            raise Refused(tr("the student's files have more than {size} MB", size=MAX_BYTES // MB))
        if len(data) != entry.file_size:
            raise Refused(tr("it is damaged: it holds more or less than it says"))
        return data


def said(error: Exception) -> str:
    """An error in words; some have none of their own."""
    return str(error)[:200] or type(error).__name__


def decoded(entry: zipfile.ZipInfo) -> str:
    """An entry's name; many programs write UTF-8 unsaid, which Python reads as cp437."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)


def check(entry: zipfile.ZipInfo, path: str) -> None:
    """Refuse an entry for what it is, or for where it wants to go."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, *([stat.S_IFDIR] if path.endswith("/") else [])):
        raise Refused(tr("it is a link or a device, no ordinary file"))
    if entry.flag_bits & 0x1:
        raise Refused(tr("it is encrypted"))
    if "\\" in entry.orig_filename or path.startswith("/") or re.match("[A-Za-z]:", path):
        raise Refused(tr("its path is absolute or has a backslash"))
    if "\0" in entry.orig_filename:
        raise Refused(tr("its name has a zero byte"))
    check_path(path.removesuffix("/"))
    if entry.file_size > MAX_BYTES:
        raise Refused(tr("it holds more than {size} MB", size=MAX_BYTES // MB))
    if entry.file_size > MB and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        raise Refused(tr("it would grow to more than {count} times its size", count=MAX_RATIO))


def check_path(path: str, deepest: int = MAX_DEPTH + 2) -> None:
    """Refuse a path that leads elsewhere, or that a file system or a terminal would not take."""
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise Refused(tr("its path leads out of its folder"))
    if len(parts) > deepest:
        raise Refused(tr("its folders are nested too deep"))
    if not path.isprintable() or any(len(part.encode("utf-8", "replace")) > 255 for part in parts):
        raise Refused(tr("its name is too long or has control characters"))
