"""What several tests of the intake share."""

import pytest


@pytest.fixture
def folder(tmp_path):
    """The folder of ada's submission, with a notebook in it."""
    place = tmp_path / "submitted" / "ada" / "tiny"
    place.mkdir(parents=True)
    (place / "tiny.ipynb").write_text("{}")
    return place
