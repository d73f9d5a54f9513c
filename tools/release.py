"""Generate exercises/ from solutions/ through nbgrader: the same source gives the same bytes.

    python tools/release.py [NAME ...]
"""

import re
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from nbgrader.utils import is_grade, is_locked, is_solution

from cnncourse.grading.course import NbgraderError, assignments, open_course, run

ROOT = Path(__file__).resolve().parents[1]
POINTS = 20
MARKS = ("SOLUTION", "HIDDEN TESTS")


def problems(path) -> list[str]:
    """What is wrong with an assignment's source; nbgrader itself would let most of it pass."""
    found = []
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:
        return [f"it is not a valid notebook: {error}"]
    if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
        found.append("it is older than nbformat 4.5, whose cell ids a repeatable release needs")
    names = [cell.metadata.nbgrader.grade_id for cell in notebook.cells
             if is_grade(cell) or is_solution(cell) or is_locked(cell)]
    found += [f"two cells have the id {name}" for name in sorted(set(names))
              if names.count(name) > 1]
    total = sum(cell.metadata.nbgrader.points for cell in notebook.cells if is_grade(cell))
    if total != POINTS:
        found.append(f"it has {total} points, not {POINTS}")
    for cell in notebook.cells:
        where = f"cell {cell.get('id')}"
        if cell.get("outputs"):
            found.append(f"{where} has stored outputs")
        for mark in MARKS:
            order = re.findall(rf"### (BEGIN|END) {mark}", cell.source)
            if order != ["BEGIN", "END"] * (len(order) // 2):
                found.append(f"{where}: BEGIN and END {mark} do not alternate")
            fits = is_solution(cell) if mark == "SOLUTION" else is_grade(cell)
            if order and not fits:
                found.append(f"{where} has {mark} but is not marked as a cell of that kind")
        if is_grade(cell) and not is_solution(cell):
            points = cell.metadata.nbgrader.points
            if not re.match(rf"# {points} points?: ", cell.source):
                found.append(f"{where} does not open with '# {points} points: …'")
    found += [f"{other.name} beside the notebook would be released to students"
              for other in Path(path).parent.iterdir() if other != Path(path)]
    return found


def generate(name, target, root=ROOT):
    """Write the release of one assignment into `target`/NAME/; ValueError if it is malformed."""
    source = Path(root) / "solutions" / name / f"{name}.ipynb"
    found = problems(source)
    if found:
        raise ValueError(f"{source}: " + "; ".join(found))
    with tempfile.TemporaryDirectory() as folder:
        api = open_course(root, release_directory=f"{folder}/release",
                          db_url=f"sqlite:///{folder}/gradebook.db")
        run(api.generate_assignment, name)
        made = Path(folder, "release", name, f"{name}.ipynb")
        destination = Path(target) / name / made.name
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, destination)


def main():
    for name in sys.argv[1:] or assignments(ROOT):
        try:
            generate(name, ROOT / "exercises")
        except (ValueError, NbgraderError) as error:
            return str(error)
        print(f"exercises/{name}/{name}.ipynb")
    return 0


if __name__ == "__main__":
    sys.exit(main())
