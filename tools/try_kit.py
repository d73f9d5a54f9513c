"""Try the student kit as a student does who has Python and no make, on any system.

    make kit
    python tools/try_kit.py [--dist FOLDER]

Unpacks _build/student-kit.zip (or --archive, one of a built site) into a folder with a space and a
letter outside of ASCII in its name, starts it by the one command of its README, and checks a right
and a wrong answer to one assignment, through a pipe whose encoding lacks letters. Everything that
the README names is run. With --dist, the wheel of the whole course, which lies in that folder, then
takes the place of the kit's library and is imported. Needs nothing but Python: the continuous
integration runs it on Linux, Windows and macOS.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ARCHIVE = ROOT / "_build" / "student-kit.zip"
FOLDER = "Café Nº 1"
NAME = "arithmetic"
WRONG = "wrong_ceiling"  # a stored answer, whose file says what must be said of it
IMPORTED = (
    "import cnncourse.figures as figures, cnncourse.grading, cnncourse.site; "
    "from pathlib import Path; "
    "folder = Path(figures.__file__).parent; "
    "assert 'site-packages' in folder.parts and list(folder.glob('static/*.js')), folder"
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--archive", type=Path, default=ARCHIVE, help="the kit (%(default)s)")
    parser.add_argument("--dist", type=Path, help="folder of the course's wheel, tried afterwards")
    options = parser.parse_args()
    # Windows keeps files of a process that ends; what stays is the system's to remove.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder) / FOLDER
        with zipfile.ZipFile(options.archive) as archive:
            archive.extractall(place)
        (kit,) = place.iterdir()
        here = Path(sys.executable)
        code, said = run(here, "start.py", "doctor", cwd=kit)
        expect(code == 0, "the kit to be installed, and nothing to be missing", said)
        notebook = kit / "exercises" / NAME / f"{NAME}.ipynb"
        released = notebook.read_text(encoding="utf-8")

        notebook.write_text(answered(released, solution()), encoding="utf-8")
        code, said = run(here, "start.py", "check", NAME, cwd=kit)
        expect(code == 0 and "passed" in said, "the right answer to pass", said)
        expect("Warning" not in said and "eavesdropping" not in said, "no warning", said)

        cells, words = stored(WRONG)
        notebook.write_text(answered(released, solution() | cells), encoding="utf-8")
        code, said = run(here, "start.py", "check", NAME, cwd=kit)
        # A table folds long lines.
        expect(code == 1 and words in " ".join(said.split()), f'"{words}" to be said', said)
        expect("Installing" not in said, "nothing to be installed twice", said)

        code, said = run(here, "start.py", "lab", "--help", cwd=kit)
        expect(code == 0, "the command that opens JupyterLab to be there", said)

        scripts = "Scripts" if os.name == "nt" else "bin"
        python = kit / ".venv" / scripts / ("python.exe" if os.name == "nt" else "python")
        if options.dist:
            (wheel,) = options.dist.resolve().glob("*.whl")
            code, said = run(python, "-m", "pip", "install", "--no-deps", wheel, cwd=place)
            expect(code == 0, "the wheel to be installed", said)
            code, said = run(python, "-c", IMPORTED, cwd=place)
            expect(code == 0, "the wheel to hold every package and the figures' scripts", said)
    print(f"The student kit works: {sys.platform}, Python {sys.version.split()[0]}")
    return 0


def solution() -> dict[str, str]:
    """{cell: source} of the right answer, which is not in the kit."""
    path = ROOT / "solutions" / NAME / f"{NAME}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {
        cell["id"]: "".join(cell["source"])
        for cell in cells
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution")
    }


def stored(answer: str) -> tuple[dict[str, str], str]:
    """{cell: source} of a stored answer, and the words that must be said of it."""
    path = ROOT / "tests" / "submissions" / NAME / f"{answer}.py"
    header, *parts = path.read_text(encoding="utf-8").split("\n# %% ")
    cells = dict(part.split("\n", 1) for part in parts)
    (words,) = re.findall(r"^# says: (.*)$", header, re.MULTILINE)
    return cells, words


def answered(released: str, answer: dict[str, str]) -> str:
    """The released notebook with these cells in place of its own."""
    notebook = json.loads(released)
    for cell in notebook["cells"]:
        cell["source"] = answer.get(cell["id"], cell["source"])
    return json.dumps(notebook)


def run(python: Path, *arguments: object, cwd: Path) -> tuple[int, str]:
    """Exit code and output of Python with these arguments, as a student would start it."""
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    environment["PYTHONIOENCODING"] = "cp1252"  # as Windows has it in a pipe
    done = subprocess.run(
        [str(python), *map(str, arguments)],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    return done.returncode, done.stdout


def expect(fulfilled: bool, what: str, said: str) -> None:
    if not fulfilled:
        raise SystemExit(f"Expected {what}; what was printed:\n{said}")


if __name__ == "__main__":
    sys.exit(main())
