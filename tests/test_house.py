"""The borders of the house: who may import whom, held folder by folder."""

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

from answers import COURSE

# Who may import whom, below `cnncourse`. A name stands for a module or for all of a folder; a folder
# may use itself. The longest name that fits a module is its rule; what is not named may import
# nothing. To add an arrow here is a decision about the design, see CONTRIBUTING.md.
CORE = {
    *("checks", "compare", "course", "gathering", "language", "lending", "observe", "rehearsal")
}
EXAMINING = "grading.examining"
BELOW_BOOK = {"course", "language", "whole", EXAMINING, "grading.intake", "grading.records"}
MAY_IMPORT = {
    "language": {"course"},
    "shapes": {"arithmetic", "language"},
    "windows": {"arithmetic", "shapes"},
    "operations": {"arithmetic", "shapes", "windows"},
    "normalization": {"shapes", "windows"},
    "models": {"arithmetic", "operations"},
    "plotting": {"arithmetic", "dark", "operations"},
    "training": {"data", "language", "memory", "models", "plotting"},
    "recipes": {"data", "language", "models", "training"},
    "race": {"course", "data", "language", "training"},
    "record": {"data", "training"},
    "costs": {"models"},
    "compare": {"language"},
    "causes": {"compare", "language"},
    "observe": {"language", "rehearsal"},
    "gathering": {"causes", "language", "observe"},
    "checks": {"causes", "compare", "gathering", "language", "observe", "rehearsal"},
    "lending": {"course", "language", "observe"},
    "testing": {"checks", "lending", "observe"},
    "figures": {"arithmetic", "language"},
    "data": {"course", "language", "memory"},
    "selfcheck": {"course", "language", "lending", "steady"},
    "commands": {
        "course",
        "data",
        "language",
        "race",
        "record",
        "selfcheck",
        "training",
        "grading.examining.sandbox",
    },
    "publishing": {"", "course", "dark", "figures", "language"},
    "translating": {"", "course", "glue", "language", "publishing", "whole"},
    "site": {"", "course", "dark", "figures", "glue", "language", "publishing", "steady"}
    | {"translating"},
    "__main__": {"", "course", "language", "memory"},
    f"{EXAMINING}.sandbox": {"course", "language", "memory"}
    | {f"{EXAMINING}.{n}" for n in ("datasets", "library", "limits", "protocol.messages")},
    f"{EXAMINING}.protocol": CORE,
    f"{EXAMINING}.inside": {
        f"{EXAMINING}.{name}" for name in ("sandbox", "protocol", "limits", "datasets", "seeds")
    }
    | CORE
    | {"data", "memory"},
    EXAMINING: CORE,
    "grading.intake": {"course", "language", EXAMINING},
    "grading.records": {"course", "whole", EXAMINING},
    "grading.platforms": {"course"},
    "grading.term": {"course", "whole"}
    | {f"grading.{name}" for name in ("intake", "records", "platforms")},
    "grading.gradebook": BELOW_BOOK | {"grading.term"},
    "grading.running": BELOW_BOOK | {"grading.gradebook", "grading.term"},
    "grading.reports": BELOW_BOOK | {"grading.gradebook", "grading.platforms"},
    "grading.disputes": BELOW_BOOK
    | CORE
    | {"grading.gradebook", "grading.reports", "grading.running"},
    "grading.returning": BELOW_BOOK
    | {f"grading.{name}" for name in ("gradebook", "platforms", "term")},
    "grading.preprocessor": BELOW_BOOK | {"grading.gradebook", "grading.running"},
    "grading.trying": {"causes", "checks", "compare", "course", "lending", "testing"}
    | {"grading.records"},
    "grading.publishing": {"course", "grading.gradebook", "grading.records", "publishing.getting"}
    | {"language", "selfcheck", "whole"},
    "grading.commands": {"course", "grading", "language", "memory", "publishing", "translating"}
    | {"site.execution_cache", "whole"},
}


def modules():
    """{name below cnncourse: path}; the package itself is ""."""
    package = COURSE / "cnncourse"
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def parsed(path: Path) -> ast.Module:
    """A module's tree. What is collected as garbage meanwhile may use ast, too (CPython 106905)."""
    try:
        return ast.parse(path.read_text())
    except SystemError:
        return ast.parse(path.read_text())


def imports(name, path, known) -> set[str]:
    """The modules of ours that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = Path("cnncourse", *name.split(".")).parts
                here = parts[: len(parts) - node.level + (path.name == "__init__.py")]
                base = ".".join([*here, *filter(None, [node.module])])
            found |= {
                f"{base}.{alias.name}"
                if f"{base}.{alias.name}".removeprefix("cnncourse.") in known
                else base
                for alias in node.names
            }
    ours = {module for module in found if module.split(".")[0] == "cnncourse"}
    return {module.removeprefix("cnncourse").lstrip(".") for module in ours} - {name}


def inside(module, folder) -> bool:
    return module == folder or module.startswith(f"{folder}.")


def arrows(known):
    return {name: imports(name, path, known) for name, path in known.items()}


def forbidden(found) -> list[str]:
    """The arrows that no rule allows, as text."""
    wrong = []
    for name, targets in found.items():
        rules = [rule for rule in MAY_IMPORT if inside(name, rule)]
        rule = max(rules, key=len, default=name.split(".")[0])
        allowed = MAY_IMPORT.get(rule, set()) | {rule}
        wrong += [
            f"{name} imports {target or 'cnncourse'}"
            for target in sorted(targets)
            if not any(inside(target, folder) if folder else not target for folder in allowed)
        ]
    return wrong


def test_imports_go_down_only():
    assert forbidden(arrows(modules())) == []


def test_no_modules_import_each_other_in_a_circle():
    graph = {  # what a package's __init__ imports are its own modules
        name: {target for target in targets if not inside(name, target)}
        for name, targets in arrows(modules()).items()
    }
    assert list(TopologicalSorter(graph).static_order())


def test_the_border_is_seen_where_somebody_crosses_it():
    known = modules()
    for name, target in (
        ("grading.examining.worker", "grading.records"),
        ("grading.examining.protocol.wire", "grading.examining.limits"),
        ("grading.intake.folders", "grading.gradebook.book"),
        ("grading.reports.report", "grading.running.batch"),
        ("grading.running.batch", "grading.reports.tables"),
        ("data.images", "training"),
        ("arithmetic", "operations"),
        ("selfcheck", "training"),
        ("grading.gradebook.feedback", "site.links"),
    ):
        assert name in known and target in known, (name, target)
        assert forbidden({name: {target}}) == [f"{name} imports {target}"]


def test_every_package_says_what_it_promises_and_what_to_read_first():
    for name, path in modules().items():
        if path.name == "__init__.py":
            assert ast.get_docstring(ast.parse(path.read_text())), name


def test_what_examines_needs_no_torch_where_it_is_trusted():
    """The worker's own process imports only what it needs: no torch, no nbgrader, no plots."""
    code = (
        "import sys, cnncourse.grading.examining.worker\n"
        "heavy = {'torch', 'numpy', 'nbgrader', 'matplotlib'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def lines_of_code(source: str) -> int:
    """How many lines hold code: no blank ones, no comments, no docstrings."""
    tree, lines = ast.parse(source), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.stmt | ast.arg | ast.keyword):
            lines |= {node.lineno, node.end_lineno}
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            lines -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return len(lines)


def test_the_core_that_must_be_trusted_stays_small_enough_to_be_read():
    core = [path for name, path in modules().items() if inside(name, EXAMINING)]
    assert sum(lines_of_code(path.read_text()) for path in core) < 2400


# The map in CONTRIBUTING.md

UNMAPPED = {  # what every repository has, or has its own page
    *(".ci", ".github", ".gitignore", ".npmrc", ".pre-commit-config.yaml", "package-lock.json"),
    *("CHANGELOG.md", "CITATION.cff", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "LICENSE"),
    *("LICENSE-TEXT", "README.md", "SECURITY.md", "THIRD-PARTY.md", "requirements.lock"),
}


def mapped():
    """Paths of the map, by the indentation of their lines; and those that list what they hold."""
    text = (COURSE / "CONTRIBUTING.md").read_text(encoding="utf-8")
    lines = text.partition("## Architecture\n\n```\n")[2].partition("```")[0].splitlines()
    paths, listed, above = set(), set(), []
    for line in lines:
        depth = (len(line) - len(line.lstrip())) // 2
        above[depth:] = [line.split()[0].rstrip("/")]
        paths.add("/".join(above))
        listed.add("/".join(above[:-1]))
    return paths, listed


def test_the_map_is_the_tree():
    paths, listed = mapped()
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=COURSE, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    there = {part for name in tracked for part in [name, *map(str, Path(name).parents)]}
    assert paths <= there, "the map names what is not there"
    inner = {"cnncourse", *(path for path in listed if path.startswith("cnncourse/"))}
    missing = {
        path
        for path in there - paths - UNMAPPED
        if ((parent := str(Path(path).parent)) == "." and path != ".")
        or (parent in inner - {"cnncourse/figures"} and Path(path).name != "__init__.py")
    }
    assert not missing, "the map lacks what is there"


def test_a_kit_or_a_lecture_finds_no_command_line_that_is_gone():
    """No text tells of a door that was closed."""
    gone = re.compile(r"-m cnncourse\.(?!steady)|tools/(?:release|student_kit)")
    for pattern in ("*.md", "Makefile", "book/*.md", "cnncourse/**/*.md", ".github/**/*", ".ci/*"):
        for path in COURSE.glob(pattern):
            if path.is_file() and path.name != "CHANGELOG.md":  # which tells what is gone
                assert not gone.search(path.read_text(encoding="utf-8")), path
