"""Puts the figures' script files together: a module for Jupyter, one plain script for the site.

Each file under `static/` is ordinary script text that uses the names of those before it; nothing
is imported, because browsers load no modules from a folder (`file://`).
"""

import hashlib
from pathlib import Path

STATIC = Path(__file__).parent / "static"
STILLS = Path(__file__).parent / "stills"

SHARED = ("math", "en", "draw", "figure")
STYLE = STATIC / "figures.css"


def read(*names):
    """The text of some script files, one after the other.

    >>> read("math").startswith("// The mathematics")
    True
    """
    return "\n".join((STATIC / f"{name}.js").read_text("utf-8") for name in names)


def module(figure, *files):
    """The ES module of one figure, made of its own script files, as anywidget wants it.

    >>> module("ConvolutionArithmetic", "convolution_arithmetic").splitlines()[-1]
    'export default { render: figures.ConvolutionArithmetic };'
    """
    return f"{read(*SHARED, *files)}\nexport default {{ render: figures.{figure} }};\n"


def script(files):
    """All figures and what shows them on a page, as one script without global names.

    >>> script(["convolution_arithmetic"]).splitlines()[0]
    '(() => {'
    """
    return f'(() => {{\n"use strict";\n{read(*SHARED, *files, "host")}}})();\n'


def still(figure, state):
    """Where the still picture of a figure in a state (JSON text) is stored.

    >>> still("Pooling", '{"stride": 2}').name
    'Pooling-22282537.html'
    """
    return STILLS / f"{figure}-{hashlib.sha256(state.encode()).hexdigest()[:8]}.html"
