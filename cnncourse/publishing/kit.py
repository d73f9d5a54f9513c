"""Pack what students get, and nothing else, into a folder ready to publish and an archive of it.

Files are named here one kind at a time, so that a new file of the repository stays out until
somebody lists it: solutions, hidden tests, stored submissions and grading are never copied.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from nbformat.v4 import new_markdown_cell

from cnncourse.course import (
    NOT_FOR_STUDENTS,
    CourseError,
    Notebook,
    chapter_of,
    chapters,
    colab,
    course_language,
    edition_folder,
    pages,
    public_address,
    site_address,
)
from cnncourse.language import tr

from .getting import first_cell
from .jupyter import PlainBook, write_notebook

FILES = Path(__file__).with_name("kit_files")
COPIED = (
    "LICENSE",
    "LICENSE-TEXT",
    "THIRD-PARTY.md",
    "book/_toc.yml",  # the order of the chapters
    "book/measured/*.json",
    "exercises/*/*.ipynb",
    "cnncourse/**/*.py",
    "cnncourse/figures/static/*",
    "cnncourse/figures/stills/*",
    "tools/measure_*.py",
)
NOT_COPIED = tuple(f"cnncourse/{part}/" for part in NOT_FOR_STUDENTS)
# Pages that say nothing to whoever has the kit.
NOT_IN_THE_KIT = ("get",)
EXTRAS = ("lab", "figures")
IGNORED = ".venv/\n/data/\n.ipynb_checkpoints/\n__pycache__/\n*.egg-info/\n/build/\n"
# Of every file in an archive: the same contents give the same archive.
DATE = (1980, 1, 1, 0, 0, 0)


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


def constraints(root: str | Path) -> str:
    """The versions that grading uses, for pip's `--constraint`: names and versions alone."""
    lock = (Path(root) / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^([\w.-]+==[^\\\n]*?)\s*\\?$", lock, re.MULTILINE)
    return "\n".join(["# " + tr("The versions that grading uses."), *pins]) + "\n"


def chapter(plain: PlainBook, name: str, assignments: Mapping[str, str]) -> Notebook:
    """A chapter as students get it: with the way to its assignments, and into Colab.

    assignments: {assignment: its chapter}.
    """
    notebook = plain.notebook(name)
    for assignment, its_chapter in assignments.items():
        if its_chapter == name:
            notebook.cells.append(
                new_markdown_cell(
                    tr(
                        "**Graded.** The assignment of this chapter is [{assignment}"
                        ".ipynb](../exercises/{assignment}/{assignment}.ipynb).",
                        assignment=assignment,
                    ),
                    id=f"assignment-{assignment}".replace("_", "-"),
                )
            )
    notebook.cells[1:1] = opening(plain, name)
    return notebook


def opening(plain: PlainBook, name: str) -> list[Notebook]:
    """The cells after a chapter's title: its number, into Colab, and to the library."""
    address = public_address(plain.root)
    cells = [first_cell(address, plain.site)]
    if name in plain.book.chapters:
        number = tr("*Chapter {number} of the course*", number=plain.book.chapters[name])
        cells.insert(0, new_markdown_cell(number, id="chapter-number"))
    if address:
        link = tr(
            "[Open this chapter in Colab]({colab})", colab=colab(address, f"book/{name}.ipynb")
        )
        cells.insert(-1, new_markdown_cell(link, id="open-in-colab"))
    return cells


def own_file(name: str, folder: Path) -> Path:
    """A file that only the kit has, in the language of the book in `folder`."""
    translated = folder / "kit_files" / name
    return translated if translated.is_file() else FILES / name


def readme(folder: Path) -> str:
    """The kit's README: the first chapter and an assignment by their names of today."""
    first = chapters(folder)[0]
    text = own_file("README.md", folder).read_text(encoding="utf-8")
    site = site_address(folder)
    return text.replace("FIRST", first).replace(
        "SITE",
        tr("The same chapters with nothing to install: <{site}>.", site=site) if site else "",
    )


def pack(
    target: str | Path, root: str | Path, cache: Path | None = None, language: str | None = None
) -> list[str]:
    """Write the kit into the folder `target`, in place of an earlier one, and return its files.

    cache: where the site's build keeps executed chapters; their pictures come from there.
    language: the course's own by default. Of another one the book must have been generated;
    its releases are taken from there.
    """
    target, root = Path(target), Path(root)
    own = course_language(root)
    language = language or own
    folder = edition_folder(root, language)
    shutil.rmtree(target, ignore_errors=True)
    files = list(wanted(root))
    for name in files:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        translated = folder / name
        ours = language != own and name.startswith("exercises/") and translated.is_file()
        shutil.copyfile(translated if ours else root / name, target / name)
    names = sorted(Path(name).stem for name in files if name.startswith("exercises/"))
    assignments = {name: chapter_of(name, root, "exercises") for name in names}
    beside = [page for page in pages(root) if page not in NOT_IN_THE_KIT]
    plain = PlainBook(folder, site_address(folder), beside, cache)
    for page in beside:
        if page in chapters(root):
            notebook = chapter(plain, page, assignments)
            write_notebook(notebook, target / "book" / f"{page}.ipynb")
        else:
            (target / "book" / f"{page}.md").write_text(plain.text(page), encoding="utf-8")
    for path in FILES.iterdir():
        if path.is_file() and not path.name.startswith(
            "."
        ):  # Python and file managers leave things
            shutil.copyfile(own_file(path.name, folder), target / path.name)
    speak(language, root, target)
    packages = sorted(
        {
            Path(name).parent.as_posix().replace("/", ".")
            for name in files
            if name.endswith("__init__.py")
        }
    )
    for name, text in {
        "README.md": readme(folder),
        "pyproject.toml": project(root, packages),
        "constraints.txt": constraints(root),
        ".gitignore": IGNORED,
    }.items():
        (target / name).write_text(text, encoding="utf-8")
    return sorted(
        path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()
    )


def speak(language: str, root: Path, target: Path) -> None:
    """Let the packed library speak a language, wherever it is installed from there."""
    if language != "en":
        folder = Path("cnncourse", "language")
        shutil.copyfile(root / folder / f"{language}.json", target / folder / f"{language}.json")
        (target / folder / "default").write_text(f"{language}\n", encoding="utf-8")
        stills = Path("cnncourse", "figures", "stills", language)
        if (root / stills).is_dir():
            shutil.copytree(root / stills, target / stills, dirs_exist_ok=True)


def archive(folder: Path, target: Path) -> Path:
    """The folder as the zip archive `target`, which unpacks to a folder of that name."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = f"{target.stem}/{path.relative_to(folder).as_posix()}"
                info = zipfile.ZipInfo(name, DATE)
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                made.writestr(info, path.read_bytes())
    return target


def wheel(kit: Path, target: Path) -> Path:
    """The library of a packed kit as a wheel in the folder `target`, for pip."""
    build = (
        "from setuptools import build_meta; import sys; print(build_meta.build_wheel(sys.argv[1]))"
    )
    with tempfile.TemporaryDirectory() as folder:
        copy, made = Path(folder, "kit"), Path(folder, "wheel")
        shutil.copytree(kit, copy, ignore=shutil.ignore_patterns("book", "exercises", "tools"))
        done = subprocess.run(
            [sys.executable, "-c", build, str(made)],
            cwd=copy,
            env=os.environ | {"SOURCE_DATE_EPOCH": "315532800", "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
        found = list(made.glob("*.whl"))
        if done.returncode or not found:
            raise CourseError(
                tr("the wheel of the library cannot be built: {value}", value=done.stderr[-2000:])
            )
        return Path(shutil.copy(found[0], target))
