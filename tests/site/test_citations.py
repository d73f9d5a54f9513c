"""Citations: what writes them is found without looking through all installed packages again."""

import pytest
from pybtex import plugin
from pybtex.style.formatting.unsrt import Style

from cnncourse.site import citations


def test_a_citation_looks_through_no_package(monkeypatch):
    monkeypatch.setattr(plugin, "_RUNTIME_PLUGINS", {})
    citations.setup(None)
    monkeypatch.setattr(plugin, "entry_points", lambda **asked: pytest.fail(f"looked for {asked}"))
    style = plugin.find_plugin("pybtex.style.formatting", "unsrt")
    assert style is Style and list(style().format_entries([])) == []
