"""Files that are replaced whole."""

import os

from cnncourse.whole import write_whole


def test_half_a_character_in_a_text_is_no_reason_not_to_write_it(tmp_path):
    write_whole(tmp_path / "page.html", "ünï \ud800")
    assert (tmp_path / "page.html").read_bytes() == "ünï ?".encode()


def test_a_text_is_on_the_disk_before_it_replaces_the_earlier_one(tmp_path, monkeypatch):
    """Else a power cut could leave an empty file of the right name."""
    steps = []
    replace, fsync = os.replace, os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda file: (steps.append(os.fstat(file).st_size), fsync(file))
    )
    monkeypatch.setattr(os, "replace", lambda *paths: (steps.append("replaced"), replace(*paths)))
    write_whole(tmp_path / "a", "12345")
    assert steps == [5, "replaced"]
