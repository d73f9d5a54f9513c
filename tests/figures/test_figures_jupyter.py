"""Each figure in JupyterLab: what a reader moves Python reads, and what Python sets the reader sees."""

import contextlib
import os
import re
import secrets
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import nbformat
import pytest

from cnncourse import figures

CELL_SECONDS = 120

# For each figure: how a reader moves a control, the trait that this changes to what; then what Python
# sets, and an expression that is true of the figure's element once it shows that.
TRIPS = {
    "ChannelSum": dict(
        move=lambda figure: figure.locator("input[data-trait=kernel_size]").press("ArrowLeft"),
        reads=("kernel_size", 2),
        sets=("padding", 1),
        shown="figure => figure.querySelectorAll('.cnn-panel')[0].querySelectorAll('rect').length"
        " > 6 * 7",
    ),
    "ConvolutionArithmetic": dict(
        move=lambda figure: figure.locator("select[data-trait=cases]").select_option(
            "case_dilation"
        ),
        reads=("dilation", 2),
        sets=("stride", 3),
        shown="figure => figure.querySelector('input[data-trait=stride]').value === '3'",
    ),
    "DropoutNetwork": dict(
        move=lambda figure: figure.locator("button[data-key=ten]").click(),
        reads=("masks", 11),
        sets=("p", 0.2),
        shown="figure => figure.querySelector('input[data-trait=p]').value === '0.2'",
    ),
    "Equivariance": dict(
        move=lambda figure: figure.locator("input[data-trait=right]").press("ArrowRight"),
        reads=("right", 1),
        sets=("padding", "zeros"),
        shown="figure => figure.querySelector('[data-key=padding_zeros]').ariaPressed === 'true'",
    ),
    "FromDenseToConvolution": dict(
        move=lambda figure: figure.locator("button[data-key=stage_shared]").click(),
        reads=("weights()", 3),
        sets=("kernel_size", 2),
        shown="figure => figure.querySelector('[data-count=shared]').textContent === '2'",
    ),
    "GradCam": dict(
        move=lambda figure: figure.locator("button[data-key=example_7]").click(),
        reads=("probabilities.index(max(figure.probabilities)), len(figure.alpha)", "7 16"),
        sets=("layer", "C1"),
        shown="figure => figure.querySelector('[data-key=layer_C1]').ariaPressed === 'true'",
    ),
    "GradientGraph": dict(
        move=lambda figure: figure.locator("button[data-key=forward]").click(),
        reads=("step", 1),
        sets=("b1", -3.0),
        shown="figure => figure.querySelector('[data-gradient=y]').textContent === '∂ −2'",
    ),
    "Im2col": dict(
        move=lambda figure: figure.locator("input[data-trait=channels]").press("ArrowRight"),
        reads=("columns_shape", (8, 12)),
        sets=("padding", 1),
        shown="figure => figure.querySelector('[data-count=bytes]').textContent === '960'",
    ),
    "KernelLab": dict(
        move=lambda figure: figure.locator("button[data-key=identity]").click(),
        reads=("kernel", [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]),
        sets=("flip", True),
        shown="figure => figure.querySelector('[data-key=flip_true]').ariaPressed === 'true'",
    ),
    "LeNetLive": dict(
        move=lambda figure: figure.locator("button[data-key=digit_7]").click(),
        reads=("probabilities.index(max(figure.probabilities))", 7),
        sets=("strokes", []),
        shown="figure => figure.querySelectorAll('polyline').length === 0",
    ),
    "NetworkBuilder": dict(
        move=lambda figure: figure.locator("button[data-key=remove]").click(),
        reads=("convolutions", 3),
        sets=("blocks", ["pool"]),
        shown="figure => figure.querySelectorAll('tbody tr').length === 3",
    ),
    "Pooling": dict(
        move=lambda figure: figure.locator("button[data-key=mode_l2]").click(),
        reads=("mode", "l2"),
        sets=("right", 2),
        shown="figure => figure.querySelector('input[data-trait=right]').value === '2'",
    ),
    "SharedMean": dict(
        move=lambda figure: figure.locator("button[data-key=group]").click(),
        reads=("module", "nn.GroupNorm(2, 4)"),
        sets=("n", True),
        shown="figure => figure.querySelectorAll('.cnn-cell.on').length === 24",
    ),
    "VarianceThroughDepth": dict(
        move=lambda figure: figure.locator("button[data-key=path_plain]").click(),
        reads=("path", "plain"),
        sets=("blocks", 3),
        shown="figure => figure.querySelectorAll('.cnn-trace').length === 8",
    ),
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on a free port with nobody's settings: a function from a path to its address."""
    folder, home = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_TOKEN": token,
        "CNNCOURSE_STILLS": "",
    }
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            f"--port={port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={folder}",
            "--expose-app-in-browser",
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    root = f"http://127.0.0.1:{port}"
    answers(f"{root}/api/status?token={token}", server)
    yield folder, lambda name: f"{root}/doc/tree/{name}?token={token}"
    server.terminate()
    server.wait()


def answers(address, server):
    """Wait until the server answers, as long as it lives."""
    while True:
        try:
            return urllib.request.urlopen(address, timeout=5)
        except urllib.error.URLError:
            pass
        with contextlib.suppress(subprocess.TimeoutExpired):
            pytest.fail(f"JupyterLab ended with exit code {server.wait(timeout=0.2)}")


def cells_of(name):
    """Shows a figure, says what Python has read of it, sets a trait of it."""
    (read, _), (write, value) = TRIPS[name]["reads"], TRIPS[name]["sets"]
    return (
        f"{name} = figure = figures.{name}()\nfigure",
        f"figure = {name}\nprint('read', figure.{read})",
        f"{name}.{write} = {value!r}",
    )


@pytest.fixture(scope="module")
def notebook(lab, browser):
    """One notebook with the cells of all figures, opened once, for JupyterLab and PyTorch take
    seconds to start: (its page, what went wrong)."""
    folder, address = lab
    sources = [
        "from cnncourse import figures",
        *(cell for name in TRIPS for cell in cells_of(name)),
    ]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    kernel = {"name": "python3", "display_name": "Python 3"}
    made = nbformat.v4.new_notebook(metadata={"kernelspec": kernel}, cells=cells)
    nbformat.write(made, folder / "figures.ipynb")
    page = browser.new_page()
    page.set_default_timeout(1000 * CELL_SECONDS)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address("figures.ipynb"))
    page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.context?.isReady")
    page.evaluate("() => jupyterapp.shell.currentWidget.context.sessionContext.ready")
    run(page, 0)
    yield page, errors
    page.close()


def run(page, cell):
    """Run a cell of the notebook; returns what finds elements in it."""
    page.evaluate(
        """async (cell) => {
        const notebook = jupyterapp.shell.currentWidget.content;
        notebook.activeCellIndex = cell;
        notebook.widgets[cell].node.id = `cell-${cell}`;
        await jupyterapp.commands.execute("notebook:run-cell");
    }""",
        cell,
    )
    return page.locator(f"#cell-{cell}")


def test_every_figure_makes_the_round_trip():
    assert TRIPS.keys() == set(figures.__all__)


@pytest.mark.parametrize("name", TRIPS)
def test_round_trip(notebook, name):
    page, errors = notebook
    trip, expected = TRIPS[name], f"read {TRIPS[name]['reads'][1]}"
    first = 1 + len(cells_of(name)) * list(TRIPS).index(name)
    shown = run(page, first)
    figure = shown.locator(".cnn-frame")
    figure.wait_for()
    trip["move"](figure)
    for _ in range(20):  # a widget holds changes back while the kernel still works on earlier ones
        output = run(page, first + 1).locator(
            ".jp-OutputArea-output", has_text=re.compile(r"^\s*read ")
        )
        if output.text_content().strip() == expected:
            break
    assert output.text_content().strip() == expected
    run(page, first + 2)
    page.wait_for_function(trip["shown"], arg=figure.element_handle())
    still = shown.locator("[data-still] img")  # for exports; here the figure stands in its place
    assert still.count() == 1 and not still.is_visible()
    assert errors == []
