"""The faults that `make mutants` makes: the ones meant, where they are meant, and always the same."""

import ast
import textwrap
from functools import cache

import mutants
import pytest


def faults(source):
    tree = ast.parse(textwrap.dedent(source))
    return {(fault.before, fault.after) for fault in mutants.faults_of("file.py", tree)}


@cache
def faults_in(file):
    return list(mutants.faults_of(file, ast.parse((mutants.ROOT / file).read_text())))


@pytest.mark.parametrize(
    "source, expected",
    [
        ("x = a < b", {("x = a < b", "x = a <= b"), ("x = a < b", "x = a > b")}),
        ("x = a * b", {("x = a * b", "x = a + b")}),
        ("x = a and b", {("x = a and b", "x = a or b")}),
        ("x = not a", {("x = not a", "x = a")}),
        ("x = 3", {("x = 3", "x = 4"), ("x = 3", "x = 2")}),
        ("x = True", {("x = True", "x = False")}),
        ("f(a, b)", {("f(a, b)", "f(b, a)"), ("f(a, b)", "pass")}),
        ("x = f(k=a)", {("x = f(k=a)", "x = f()")}),
        ("x = a in ('b', 'c')", {("x = a in ('b', 'c')", "x = a not in ('b', 'c')")}),
        ("x = tuple[a, b]", set()),
        ("x = dict.fromkeys((a, b))", set()),
        ("x = y.endswith((a, b))", set()),
        ("try: a\nexcept (B, C): raise", {("raise", "pass"), ("a", "pass")}),
        ("x = y[a, b]", {("x = y[a, b]", "x = y[b, a]")}),
        ("a, b = f", {("a, b = f", "b, a = f")}),
        ("x.y = a", {("x.y = a", "pass")}),
        ("def f():\n    return a", {("return a", "return None")}),
        ("def f(a=None): pass", {("def f(a=None):", "def f(a):")}),
        ("if f: pass", {("if f:", "if not f:")}),
    ],
)
def test_one_thing_is_changed_at_a_time(source, expected):
    assert faults(source) == expected


def test_words_and_types_are_left_alone():
    source = '''
    """Doc: 1 < 2."""
    def f(a: x[1, 2]) -> y[3]:
        """1 + 1"""
        if isinstance(a, (b, c)):
            raise ValueError(f"{1 + 1} of {a}" + "words")
        print(f"{a - 1}")
    '''
    assert faults(source) == {
        ("if isinstance(a, (b, c)):", "if not isinstance(a, (b, c)):"),
        ("raise ValueError(f'{1 + 1} of {a}' + 'words')", "pass"),
        ("print(f'{a - 1}')", "pass"),
    }


def test_making_a_list_of_faults_leaves_the_code_as_it_is():
    for target in mutants.TARGETS.values():
        for module in target.modules:
            file = f"cnncourse/{module.replace('.', '/')}.py"
            source = (mutants.ROOT / file).read_text()
            tree = ast.parse(source)
            first = [str(fault) for fault in mutants.faults_of(file, tree)]
            assert ast.dump(tree) == ast.dump(ast.parse(source))
            assert first == [str(fault) for fault in mutants.faults_of(file, tree)] and first


def test_every_accepted_fault_exists_and_has_its_reason():
    for entry in mutants.accepted_faults():
        assert entry["reason"]
        assert any(
            fault.function == entry["function"]
            and fault.before == entry["before"]
            and fault.after == entry.get("after", fault.after)
            for fault in faults_in(entry["file"])
        ), entry


@pytest.mark.parametrize("name", mutants.TARGETS)
def test_every_round_names_what_it_runs(name, monkeypatch):
    monkeypatch.chdir(mutants.ROOT)
    target = mutants.TARGETS[name]
    file = f"cnncourse/{target.modules[0].replace('.', '/')}.py"
    for arguments in mutants.rounds(target, file, ""):
        assert any(argument.endswith(".py") for argument in arguments)
