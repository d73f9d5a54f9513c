"""What of the library is in a submission's sandbox: what its assignment imports, and no more."""

import ast

import nbformat
import pytest
from tiny_notebook import one_test

from cnncourse.course import PACKAGE, assignments
from cnncourse.grading.examining import library as libraries
from cnncourse.grading.examining.library import ALWAYS, library
from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.examining.sandbox import bwrap

LIMITS = Limits()
# What somebody asks for, in parts of the library that would give it: each assignment's names.
ASKED = {
    "arithmetic": ["output_size", "same_padding", "receptive_field", "correlate2d"],
    "convolution": ["dense_parameters", "correlate2d", "convolve2d", "correlation_matrix"],
    "dropout": ["dropout", "l1_penalty", "l2_penalty", "clip_grad_norm", "glorot_uniform"],
    "im2col": ["im2col", "col2im", "conv2d_im2col", "conv2d_im2col_backward", "conv2d"],
    "lenet_cifar10": ["LeNet", "fit", "train", "predict"],
    "pooling": ["pool2d", "max_pool2d_backward", "global_average_pool"],
    "volumetric": ["conv2d", "conv_parameters", "conv_multiplications"],
}
LOOKING = """
import gc, os, subprocess, sys, types

def attempt(text):
    try:
        exec(text, {})
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return "there"

def program(text):
    done = subprocess.run([sys.executable, *text], capture_output=True, text=True)
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]

files = [os.path.join(a, n) for top in ("/course", *filter(None, sys.path), "/tmp", "/home")
         for a, _, names in os.walk(top) for n in names if "/cnncourse/" in os.path.join(a, n)]
student = {
    "given": attempt("from cnncourse.arithmetic import output_size, pair; output_size(5, 3)"),
    "module": attempt("from cnncourse import operations"),
    "dotted": attempt("import cnncourse.operations as o"),
    "name": attempt("from cnncourse.arithmetic import same_padding"),
    "deeper": attempt("import cnncourse.grading.examining.plan"),
    "support": attempt("from cnncourse import checks, data, plotting; checks.expect(1, 1)"),
    "-c": program(["-c", "from cnncourse.arithmetic import output_size; print(output_size(5, 3))"]),
    "-c absent": program(["-c", "import cnncourse.operations"]),
    "-m absent": program(["-m", "cnncourse.arithmetic2"]),
    "files": sorted({os.path.relpath(f, "/course/cnncourse") for f in files}),
    "memory": sorted({f.__code__.co_qualname for f in gc.get_objects()
                      if type(f) is types.FunctionType
                      and f.__code__.co_filename.endswith(("operations.py", "windows.py"))}),
    "processes": sorted(set(os.listdir("/proc/1/root/course/cnncourse"))),
}
"""


@pytest.mark.parametrize("name", assignments(PACKAGE.parent))
def test_no_assignment_has_its_answer_in_its_sandbox(name):
    path = PACKAGE.parent / "solutions" / name / f"{name}.ipynb"
    found = library(nbformat.read(path, as_version=4))
    shown = [PACKAGE / file for file in found.files]
    files = [f for path in shown for f in (path.rglob("*.py") if path.is_dir() else [path])]
    text = "".join([*(f.read_text(encoding="utf-8") for f in files), *found.texts.values()])
    assert name in ASKED or "from cnncourse.operations" not in text
    for asked in ASKED.get(name, []):
        assert f"def {asked}(" not in text and f"class {asked}(" not in text, asked


def test_one_function_comes_with_what_it_rests_on_and_nothing_else():
    found = library(one_test("", given="from cnncourse.arithmetic import output_size"))
    support = set(library(one_test("")).files)
    assert set(found.files) == support >= {"__init__.py", "data", "checks.py", "plotting.py"}
    assert list(found.texts) == ["arithmetic.py"]
    assert "this is there: cnncourse.arithmetic, " in found.texts["arithmetic.py"]
    made = {"__name__": "cnncourse.arithmetic"}
    exec(found.texts["arithmetic.py"], made)
    assert made["output_size"](8, 3, padding=1, stride=2) == 4
    assert "same_padding" not in made and "receptive_field" not in found.texts["arithmetic.py"]
    with pytest.raises(ImportError, match="same_padding is not available while this assignment"):
        made["__getattr__"]("same_padding")
    with pytest.raises(AttributeError):
        made["__getattr__"]("__path__")


@pytest.mark.parametrize(
    "given, files, texts",
    [
        ("import cnncourse.shapes", {"shapes.py"}, {"arithmetic.py"}),
        ("from cnncourse import arithmetic as a", {"arithmetic.py"}, set()),
        ("from cnncourse.arithmetic import *", {"arithmetic.py"}, set()),
        ("def f():\n    from cnncourse.arithmetic import pair", set(), {"arithmetic.py"}),
        ("%matplotlib inline\nfrom cnncourse.models import LeNet", set(), {"models.py"}),
        ("from cnncourse.data import digits", set(), set()),
        ("from cnncourse.data.scans import digits", set(), set()),
        (
            "from cnncourse.operations import conv2d",
            {"shapes.py"},
            {"operations.py", "windows.py", "arithmetic.py"},
        ),
        ("import torch, cnncourse\nfrom cnncourse import __version__", set(), set()),
        ("%%bash\nfrom cnncourse import operations $$", set(), set()),
    ],
)
def test_what_given_cells_import(given, files, texts):
    plain, found = library(one_test("")), library(one_test("", given=given))
    assert set(found.files) - set(plain.files) == files and set(found.texts) == texts
    for path, text in found.texts.items():
        compile(text, path, "exec")


def test_what_answers_and_tests_import_is_not_given():
    source = one_test("from cnncourse import operations", solution="from cnncourse import models")
    assert library(source) == library(one_test(""))


def test_what_is_not_given_is_not_in_the_sandbox(passes):
    test = """
from cnncourse import operations  # the examiner has all of it
found = dict(student)
for name, says in {SAID!r}.items():
    assert says in found[name], (name, found[name])
assert found["files"] and set(found["files"]) <= set({FILES!r}), found["files"]
assert found["memory"] == [], found["memory"]
assert not set(found["processes"]) & {{"operations.py", "grading"}}, found["processes"]
"""
    absent = "is not available while this assignment is graded"
    said = {
        "given": "there",
        "support": "there",
        "-c": "3",
        "module": f"ModuleNotFoundError: cnncourse.operations {absent}",
        "dotted": f"ModuleNotFoundError: cnncourse.operations {absent}",
        "name": f"ImportError: cnncourse.arithmetic.same_padding {absent}",
        "deeper": f"ModuleNotFoundError: cnncourse.grading.examining.plan {absent}",
        "-c absent": "No module named",
        "-m absent": "No module named",
    }
    given = "from cnncourse.arithmetic import output_size, pair"
    shown = library(one_test("", given=given))
    files = [path for path in (*shown.files, *shown.texts) if path.endswith(".py")]
    for folder in ("data", "language"):  # which are shown whole
        there = [*(PACKAGE / folder).glob("*.*"), *(PACKAGE / folder).glob("__pycache__/*.pyc")]
        files += [path.relative_to(PACKAGE).as_posix() for path in there]
    test = test.format(SAID=said, FILES=files)
    assert passes(test, LOOKING, given=given) is True


def test_an_installed_copy_is_not_seen_either(sandboxed, tmp_path, monkeypatch):
    """As after `pip install`: whatever lies in the environment beside the course."""
    copy = tmp_path / "lib" / "python3.11" / "site-packages" / PACKAGE.name
    copy.mkdir(parents=True)
    monkeypatch.setattr(bwrap.sys, "prefix", str(tmp_path))
    words = bwrap.command(["true"])
    place = words.index(str(copy))
    assert words[place - 1] == "--tmpfs" and words[place + 1 : place + 3] == [
        "--remount-ro",
        str(copy),
    ]
    assert place > words.index(str(tmp_path))  # after what would show it


def test_a_course_inside_of_what_is_shown_is_not_seen(monkeypatch, tmp_path):
    """Such as one in /usr/local/src, with its environment in it, which must stay."""
    course = tmp_path / "course"
    (course / ".venv").mkdir(parents=True)
    monkeypatch.setattr(bwrap, "checkout", lambda: course)
    monkeypatch.setattr(bwrap.sys, "base_prefix", str(tmp_path))
    monkeypatch.setattr(bwrap.sys, "prefix", str(course / ".venv"))
    words = bwrap.command(["true"])
    place = words.index(str(course))
    assert words[place - 1 : place + 6] == [
        "--tmpfs",
        str(course),
        "--ro-bind",
        str(course / ".venv"),
        str(course / ".venv"),
        "--remount-ro",
        str(course),
    ]


def test_a_trimmed_module_keeps_constants_decorators_and_defaults(tmp_path):
    package = tmp_path / "cnncourse"
    package.mkdir()
    (package / "part.py").write_text(
        "import math, os\nLIMIT = 3\nSECRET = 4\n@staticmethod\ndef a(n=LIMIT):\n"
        "    return math.sqrt(n)\ndef b():\n    return SECRET, os\n"
    )
    for module in ALWAYS:
        (package / f"{module}.py").touch()
    text = libraries._library(("from cnncourse.part import a",), package).texts["part.py"]
    assert "LIMIT = 3" in text and "import math\n" in text and "@staticmethod" in text
    assert "SECRET" not in text and "os" not in text.partition("def __getattr__")[0]


def test_relative_imports_are_those_of_the_file_that_makes_them(tmp_path):
    package = tmp_path / "ours"
    (package / "inner").mkdir(parents=True)
    for name in ("low.py", "inner/__init__.py", "inner/here.py", "inner/near.py"):
        (package / name).touch()
    tree = ast.parse("from ..low import f\nfrom . import near\nfrom .near import g\nimport torch")
    found = list(libraries.imported(tree, package, package / "inner" / "here.py"))
    assert found == [("low", "f"), ("inner", libraries.WHOLE), ("inner", libraries.WHOLE)]


def test_modules_that_use_each_other_are_both_there(tmp_path):
    package = tmp_path / "cnncourse"
    package.mkdir()
    for one, other in ("ab", "ba"):
        (package / f"{one}.py").write_text(
            f"def {one}():\n    from cnncourse.{other} import {other}\n    return {other}\nLEFT = 1\n"
        )
    for module in ALWAYS:
        (package / f"{module}.py").touch()
    found = libraries._library(("from cnncourse.a import a",), package)
    assert set(found.texts) == {"a.py", "b.py"}
    assert "def b():" in found.texts["b.py"] and "LEFT" not in found.texts["b.py"]
