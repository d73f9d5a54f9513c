"""The figures' scripts can be read: their functions fit on a screen, and their lines on a page."""

import re

import pytest
from answers import COURSE

from cnncourse import figures
from cnncourse.figures import assemble
from cnncourse.site.figures import assets

DATA = {f"{name}.js" for figure in figures.__all__ for name in getattr(figures, figure).data}
SCRIPTS = sorted(path for path in assemble.STATIC.glob("*.js") if path.name not in DATA)
each_script = pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
MOST_COLUMNS, MOST_LINES, MOST_LINES_OF_A_FILE = 100, 45, 450
LONGER = {"en.js": 600, "it.js": 600}  # strings alone

# The line on which a function, a method or a function in braces begins.
BEGINS = re.compile(
    r"=> \(?\{$|\bfunction\b.*\{$|^ *(?:static |async |get )?(?!if|for|while|switch)\w+\(.*\) \{$"
)


def functions(text):
    """The lines of each function, found by its braces, which are indented as its first line is."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if BEGINS.search(line):
            end = re.match(" *", line)[0] + "}"
            last = next(i for i in range(number + 1, len(lines)) if lines[i].startswith(end))
            yield lines[number : last + 1]


def test_functions_are_found():
    text = "function a(b) {\n  const c = (d) => {\n    e();\n  };\n  if (c) {\n    f();\n  }\n}\n"
    assert [len(lines) for lines in functions(text)] == [8, 3]


@each_script
def test_script_fits_on_the_screen(path):
    text = path.read_text("utf-8")
    assert max(map(len, text.splitlines())) <= MOST_COLUMNS
    assert text.count("\n") <= LONGER.get(path.name, MOST_LINES_OF_A_FILE)
    for lines in functions(text):
        assert len(lines) <= MOST_LINES, lines[0]


@each_script
def test_types_are_not_shipped_and_code_is(path):
    shipped = assemble.code(path.stem)
    assert len([*functions(shipped)]) == len([*functions(path.read_text("utf-8"))])
    assert "@param" not in shipped and "@template" not in shipped


def test_every_script_belongs_to_a_figure_or_to_all():
    languages = {path.name for path in (COURSE / "locale").glob("*")}
    used = {*assemble.SHARED, *languages, "host"}
    for name in figures.__all__:
        used |= {*getattr(figures, name).files(), *getattr(figures, name).data}
    assert used == {path.stem for path in assemble.STATIC.glob("*.js")}


def test_a_part_that_two_figures_share_is_once_in_the_script_of_the_pages():
    shared = set(figures.LeNetLive.parts) & set(figures.GradCam.parts)
    assert shared
    for name in shared:
        (defined, *_) = re.findall(r"^(?:const|class|function) \w+", assemble.read(name), re.M)
        found = re.findall(rf"^{re.escape(defined)}\b", assets()["figures.js"], re.M)
        assert len(found) == 1, defined
