"""Where a figure cannot move, in an export or a notebook that is opened again, its still is seen."""

import base64
import io
import json

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from cnncourse import figures
from cnncourse.course import chapters
from cnncourse.figures import assemble
from cnncourse.figures import figure as module
from cnncourse.publishing.jupyter import show_still

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def shown(monkeypatch):
    """What a cell that ends with a figure displays: outputs, in their order."""

    def show(figure):
        outputs = []

        def display(data, metadata=None, raw=False):
            assert raw
            outputs.append(new_output("display_data", data=data, metadata=metadata or {}))

        monkeypatch.setattr(module, "display", display)
        monkeypatch.delenv("CNNCOURSE_STILLS", raising=False)
        figure._ipython_display_()
        return outputs

    return show


def exported(outputs, figure):
    """The HTML of a notebook with these outputs, whose widget's state was saved with it."""
    state = {figure.model_id: {"model_name": "AnyModel", "model_module": "anywidget", "state": {}}}
    saved = {"version_major": 2, "version_minor": 0, "state": state}
    notebook = new_notebook(
        cells=[new_code_cell("figure", outputs=outputs, execution_count=1)],
        metadata={"widgets": {"application/vnd.jupyter.widget-state+json": saved}},
    )
    return BeautifulSoup(HTMLExporter().from_notebook_node(notebook)[0], "html.parser")


def test_an_export_shows_the_still_of_a_figure_whatever_was_saved_of_its_widget(shown):
    figure = figures.LeNetLive()
    page = exported(shown(figure), figure)
    (image,) = page.select(".jp-OutputArea img")
    with Image.open(io.BytesIO(base64.b64decode(image["src"].partition("base64,")[2]))) as picture:
        assert picture.format == "PNG" and min(picture.size) > 200
    assert "LeNetLive" in image["alt"]


@pytest.mark.parametrize("name", figures.__all__)
def test_every_figure_has_a_still_and_hides_it_wherever_it_comes_itself(shown, name):
    figure = getattr(figures, name)()
    still, moving = shown(figure)
    assert WIDGET in moving.data and WIDGET not in still.data
    assert f'<div data-still="{figure._still}"><img ' in still.data["text/html"]
    assert f"inNotebook(figures.{name})" in figure._esm


def test_a_still_of_another_state_says_so(shown):
    still, _ = shown(figures.Pooling(kernel_size=3))
    assert "in another state than that of the cell, Pooling(" in still.data["text/html"]
    assert "kernel_size=3" in still.data["text/html"]
    chapter = json.loads((assemble.STILLS / "../../../book/pooling.ipynb").resolve().read_text())
    (state,) = {
        found[1]
        for cell in chapter["cells"]
        for output in cell.get("outputs", ())
        if (found := assemble.shown_in("".join(output.get("data", {}).get("text/html", ""))))
    }
    exact, _ = shown(figures.Pooling(**json.loads(state)))
    assert "another state" not in exact.data["text/html"]


def test_the_nearest_state_is_taken():
    state = figures.ConvolutionArithmetic(
        transposed=True, input_size=4, stride=2, padding=1
    ).state()
    path, exact = assemble.picture("ConvolutionArithmetic", json.dumps(state))
    with Image.open(path) as image:
        assert json.loads(image.info["state"])["transposed"] is True and not exact


def test_where_outputs_are_stored_and_compared_none_is_shown(monkeypatch):
    monkeypatch.setenv("CNNCOURSE_STILLS", "off")
    with pytest.raises(NotImplementedError):  # which IPython takes for "the ordinary way"
        figures.Pooling()._ipython_display_()


def test_a_chapter_made_for_jupyter_has_the_still_of_each_of_its_figures(request):
    root = request.config.rootpath
    found = 0
    for name in chapters(root):
        for cell in nbformat.read(root / "book" / f"{name}.ipynb", as_version=4).cells:
            for output in cell.get("outputs", ()):
                data = dict(output.get("data", {}))
                figure = assemble.shown_in(data.get("text/html", ""))
                if figure:
                    show_still(data)
                    found += 1
                    assert assemble.picture(*figure)[1], f"{name}: run tools/draw_stills.py"
                    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
                    assert "text/html" not in data
    assert found >= 10
