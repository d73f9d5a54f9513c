"""Numbers that cells computed, as the text of a page in another language writes them."""

from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document

from cnncourse.language import in_prose, speaking
from cnncourse.site import numbers


@pytest.mark.parametrize("language, written", [("en", "45,000 of 0.5"), ("it", "45.000 of 0.5")])
def test_what_a_cell_computed_has_the_signs_of_the_pages_language(language, written):
    document = new_document("page")
    pasted = nodes.inline("", "45,000", classes=["pasted-text"])
    document += nodes.paragraph("", "", pasted, nodes.Text(" of 0.5"))
    app = SimpleNamespace(config=SimpleNamespace(language=language))
    numbers.write_numbers(app, document, "page")
    assert document.astext() == written


@pytest.mark.parametrize(
    "here, there",
    [
        ("1,024.5", "1.024,5"),
        ("63.1", "63,1"),
        ("46.1 ± 0.9", "46,1 ± 0,9"),
        ("-0.07", "-0,07"),
        ("0.2–0.4", "0,2–0,4"),
        ("1,234,567", "1.234.567"),
        ("(4, 5)", "(4, 5)"),
        ("(0.5, 2)", "(0,5, 2)"),
        ("3, 5, 9", "3, 5, 9"),
        ("2.15.0", "2.15.0"),
        ("2026-11-28", "2026-11-28"),
        ("8e-12", "8e-12"),
        ("True", "True"),
        ("1,5", "1,5"),
    ],
)
def test_a_number_is_written_with_a_decimal_comma(here, there):
    with speaking("it"):
        assert in_prose(here) == there
    with speaking("en"):
        assert in_prose(here) == here
