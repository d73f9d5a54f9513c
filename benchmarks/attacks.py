"""Hostile submissions under nbgrader as shipped and under ours: who gains points, who reads tests.

    python -m benchmarks.attacks [NAME …]     e.g. ast_transformer; all that may run by default

Only attacks that say `stock: runs` meet nbgrader, in a folder that is thrown away, with its default
settings but a minute a cell: it has no sandbox. The others are listed with the reason.
"""

import os
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.examining.worker import Worker

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
import hostile  # noqa: E402, lies with the tests

SECONDS = 120  # for one submission under nbgrader
NAME = "target"


def rows():
    """Two rows for the table of `make bench`: how many of the attacks succeed."""
    results = compare(hostile.NAMES + hostile.TOGETHER)
    count = len(results) - 1
    made = []
    for place, name in enumerate(("nbgrader as shipped", "ours")):
        won = sum(results[attack][place] != "–" for attack in results if attack != "honest")
        made.append(
            {
                "group": "Hostile submissions that succeed",
                "name": name,
                "median": won,
                "unit": f"of {count}",
                "spread": (won, won),
                "ratio": None,
                "ratio_spread": None,
                "ratio_to": None,
                "peak_memory_mb": None,
                "target": None,
                "met": None,
            }
        )
    return made


def compare(names):
    """Print and return {attack: (what it achieves under nbgrader, under ours)}."""
    attacks = [attack for attack in map(hostile.Attack, names) if attack.stock == "runs"]
    for attack in map(hostile.Attack, names):
        if attack.stock != "runs":
            print(f"{attack.name:<28} not shown to nbgrader: {attack.stock[3:].strip('()')}")
    names, ours = ["honest", *(a.name for a in attacks)], _ours([None, *attacks])
    print(f"\n{'attack':<28} {'nbgrader as shipped':<28} ours")
    results = {}
    with ThreadPoolExecutor(2) as pool:
        for name, theirs, mine in zip(names, pool.map(_stock, names), ours, strict=True):
            results[name] = theirs, mine
            print(f"{name:<28} {theirs:<28} {mine}", flush=True)
    return results


def _achieved(points, honest, texts):
    """What an attack achieved, in words; a dash for nothing."""
    gains = [f"+{points - honest:g} points"] * (points > honest)
    return ", ".join(gains + ["reads a hidden test"] * (hostile.CANARY in repr(texts))) or "–"


def _ours(attacks):
    done = []
    with Worker(Limits(cell_seconds=10, submission_seconds=30)) as worker:
        for attack in attacks:
            given = (attack.notebook, attack.files) if attack else (hostile.released(), {})
            outcome = worker.examine(hostile.source(), *given, hostile.SEED)
            points = sum(outcome.points.values())
            done.append(
                _achieved(points, attack.honest, (outcome.outputs, outcome.messages))
                if attack
                else f"{points:g} points, as it deserves"
            )
    return done


def _stock(name):
    """The same for one attack under nbgrader, in a process and a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="attacks-") as folder:
        keep = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.attacks", "--stock", name, folder],
            cwd=ROOT,
            env=keep
            | {
                "HOME": folder,
                "PYTHONPATH": str(ROOT),
                "OMP_NUM_THREADS": "1",
                "CANARY": hostile.CANARY,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        try:
            said, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return "hangs"
        lines = said.strip().splitlines()
        return lines[-1].partition("result: ")[2] if lines else "ends the grader"


def _grade_by_stock(name, root):
    """Print what one attack achieves under nbgrader's default settings."""
    hostile.CANARY = os.environ.pop("CANARY")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    config = Config()
    config.CourseDirectory.root = root
    config.CourseDirectory.db_url = f"sqlite:///{root}/gradebook.db"
    config.Exchange.root = root
    config.Execute.timeout = 60  # importing torch on a busy machine
    api = NbGraderAPI(config=config)
    api.log_level = "CRITICAL"
    attack = hostile.Attack(name) if name != "honest" else None
    handed_in = attack.notebook if attack else hostile.released()
    for path, notebook in (
        (f"source/{NAME}", hostile.source()),
        (f"submitted/x/{NAME}", handed_in),
    ):
        folder = Path(root, path)
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text(nbformat.writes(notebook), errors="replace")
    for file, content in attack.files.items() if attack else ():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    api.generate_assignment(NAME)
    if not api.autograde(NAME, "x", force=True)["success"]:
        print("result: stops the batch")
        return
    with Gradebook(config.CourseDirectory.db_url) as gradebook:
        points = gradebook.find_submission(NAME, "x").score
    graded = nbformat.read(Path(root, "autograded", "x", NAME, f"{NAME}.ipynb"), 4)
    tests = {cell.id for cell in hostile.source().cells} - {"answer"}
    seen = [cell.get("outputs") for cell in graded.cells if cell.id not in tests]
    print(
        "result:",
        _achieved(points, attack.honest, seen) if attack else f"{points:g} points, as it deserves",
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--stock"]:
        _grade_by_stock(*sys.argv[2:])
    else:
        compare(sys.argv[1:] or hostile.NAMES + hostile.TOGETHER)
