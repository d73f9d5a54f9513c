"""The value handed to the page's text must be the one that MyST-NB's own function would hand."""

import myst_nb
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from cnncourse.glue import glue, question


@pytest.fixture(autouse=True)
def shell():
    yield InteractiveShell.instance()  # without a shell display() prints instead of displaying
    InteractiveShell.clear_instance()


def outputs_of(function, *arguments):
    with capture_output() as captured:
        function(*arguments)
    return [(output.data, output.metadata) for output in captured.outputs]


@pytest.mark.parametrize("value", [62006, 0.125, True, "14 × 14", "1,024"])
def test_a_value_is_recorded_as_myst_nb_records_it_and_nothing_is_shown(value):
    ((data, metadata),) = outputs_of(glue, "name", value)
    ((expected_data, expected_metadata),) = outputs_of(myst_nb.glue, "name", value, False)
    assert list(data) == ["application/papermill.record/text/plain"]
    assert data.items() <= expected_data.items()
    assert metadata["scrapbook"] == expected_metadata["scrapbook"]


def test_a_tensor_is_refused_because_its_repr_is_not_text():
    with pytest.raises(TypeError, match=r"convert a tensor with \.item\(\)"):
        glue("name", [1, 2])


def test_a_question_records_its_key_and_what_the_slips_give():
    values = {
        metadata["scrapbook"]["name"]: data["application/papermill.record/text/plain"]
        for data, metadata in outputs_of(question, "q", 87, 78, "10 × 6")
    }
    assert values == {"q": "87", "q-wrong": "'78 | 10 × 6'"}


def test_a_slip_that_leads_to_the_right_answer_is_no_wrong_option():
    with pytest.raises(ValueError, match="'87', '78', '87'"):
        question("q", 87, 78, "87")
