"""Pack what students get, and nothing else, into a folder ready to publish and an archive of it.

Files are named here one kind at a time, so that a new file of the repository stays out until
somebody lists it: solutions, hidden tests, stored submissions and grading are never copied.
"""

import json
import shutil
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from cnncourse.course import NOT_FOR_STUDENTS, chapter_of, colab, public_address

from .release import SET_UP

FILES = Path(__file__).with_name("kit_files")
COPIED = (
    "LICENSE",
    "LICENSE-TEXT",
    "THIRD-PARTY.md",
    "book/*.md",
    "book/measured/*.json",
    "exercises/*/*.ipynb",
    "cnncourse/**/*.py",
    "cnncourse/figures/static/*",
    "cnncourse/figures/stills/*",
    "tools/measure_*.py",
)
NOT_COPIED = ("book/references.md", *(f"cnncourse/{part}/" for part in NOT_FOR_STUDENTS))
EXTRAS = ("lab", "figures")


def wanted(root: str | Path) -> Iterator[str]:
    """Paths of the files that are copied as they are, relative to `root`."""
    for pattern in COPIED:
        for path in sorted(Path(root).glob(pattern)):
            name = path.relative_to(root).as_posix()
            hidden = any(part.startswith((".", "__pycache__")) for part in Path(name).parts)
            if path.is_file() and not hidden and not name.startswith(NOT_COPIED):
                yield name


def project(root: str | Path, packages: Collection[str]) -> str:
    """pyproject.toml of the kit: the course's, without what builds the site, tests and grades."""
    source = tomllib.loads((Path(root) / "pyproject.toml").read_text(encoding="utf-8"))
    about, setuptools = source["project"], source["tool"]["setuptools"]
    fields = (
        "name",
        "dynamic",
        "description",
        "readme",
        "requires-python",
        "license",
        "license-files",
        "dependencies",
    )
    data = {
        package: files
        for package, files in setuptools.get("package-data", {}).items()
        if package in packages
    }
    parts = {
        "build-system": source["build-system"],
        "project": {field: about[field] for field in fields},
        "project.scripts": about["scripts"],
        "project.optional-dependencies": {
            extra: about["optional-dependencies"][extra] for extra in EXTRAS
        },
        "tool.setuptools.dynamic.version": setuptools["dynamic"]["version"],
        "tool.setuptools": {"packages": packages},
        "tool.setuptools.package-data": data,
    }
    # A list of strings and a string are written in TOML as in JSON.
    return (
        "\n\n".join(
            "\n".join(
                [
                    f"[{table}]",
                    *(
                        f"{json.dumps(key)} = {json.dumps(value, ensure_ascii=False)}"
                        for key, value in entries.items()
                    ),
                ]
            )
            for table, entries in parts.items()
        )
        + "\n"
    )


def chapter(path: Path, chapters: Mapping[str, str], address: str | None) -> str:
    """A chapter as students get it: with the way to its assignments, and into Colab.

    chapters: {assignment: its chapter}.
    """
    notebook = nbformat.read(path, as_version=4)
    for name, its_chapter in chapters.items():
        if its_chapter == path.stem:
            notebook.cells.append(
                new_markdown_cell(
                    f"**Graded.** The assignment of this chapter is "
                    f"[{name}.ipynb](../exercises/{name}/{name}.ipynb).",
                    id=f"assignment-{name}".replace("_", "-"),
                )
            )
    if address:
        notebook.cells[1:1] = [
            new_markdown_cell(
                f"[Open this chapter in Colab]({colab(address, f'book/{path.name}')})",
                id="open-in-colab",
            ),
            new_code_cell(SET_UP.format(address=address).rstrip(), id="set-up"),
        ]
    return str(nbformat.writes(notebook))


def pack(target: str | Path, root: str | Path) -> list[str]:
    """Write the kit into the folder `target`, in place of an earlier one, and return its files."""
    target, root = Path(target), Path(root)
    shutil.rmtree(target, ignore_errors=True)
    files = list(wanted(root))
    for name in files:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, target / name)
    assignments = sorted(Path(name).stem for name in files if name.startswith("exercises/"))
    chapters = {name: chapter_of(name, root, "exercises") for name in assignments}
    for path in sorted((root / "book").glob("*.ipynb")):
        text = chapter(path, chapters, public_address(root))
        (target / "book" / path.name).write_text(text, encoding="utf-8")
    for path in FILES.iterdir():
        shutil.copyfile(path, target / path.name)
    packages = sorted(
        {
            Path(name).parent.as_posix().replace("/", ".")
            for name in files
            if name.endswith("__init__.py")
        }
    )
    (target / "pyproject.toml").write_text(project(root, packages), encoding="utf-8")
    (target / ".gitignore").write_text(
        ".venv/\n/data/\n.ipynb_checkpoints/\n__pycache__/\n*.egg-info/\n", encoding="utf-8"
    )
    return sorted(
        path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()
    )
