"""Opens the course in JupyterLab; installs what it needs the first time.

    python start.py                      # opens JupyterLab
    python start.py check convolution    # any command of the course: lab, check, data, doctor

Everything is installed into the folder .venv beside this file, in the versions that grading uses
(constraints.txt). Needs nothing but Python, 3.11 to 3.13.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ENVIRONMENT = FOLDER / ".venv"
READY = ENVIRONMENT / ".ready"  # written last: what was interrupted is never taken for whole
OLDEST, NEWEST = (3, 11), (3, 13)
# Jupyter talks to a notebook's kernel on this machine only; the warning about that helps nobody.
QUIET = 'get_config().IPKernelApp.log_level = "ERROR"\n'
# Texts are shown as they read, with links to follow, and nobody is asked about news.
SHOWN = """{
  "@jupyterlab/docmanager-extension:plugin": {
    "defaultViewers": {"markdown": "Markdown Preview"}
  },
  "@jupyterlab/apputils-extension:notification": {
    "fetchNews": "false", "checkForUpdates": false
  }
}
"""


def main() -> int:
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        sys.exit(
            f"The course needs Python 3.11, 3.12 or 3.13, and this is {sys.version.split()[0]}. "
            "Name another one, as in\n"
            "    python3.12 start.py        (Windows: py -3.12 start.py)\n"
            "or get one at https://www.python.org/downloads/"
        )
    python = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    place, wanted = place_and_packages()
    found = READY.read_text("utf-8").split("\n") if READY.exists() and python.exists() else []
    if found != [place, wanted]:
        install(python, whole=found[:1] != [place])
        READY.write_text(f"{place}\n{wanted}", encoding="utf-8")
    arguments = sys.argv[1:] or ["lab"]
    environment = dict(os.environ, PYTHONUTF8="1")
    try:
        command = [str(python), "-m", "cnncourse", *arguments]
        done = subprocess.run(command, cwd=str(FOLDER), env=environment)
    except KeyboardInterrupt:  # the command has had it too, and has said what it means
        return 130
    return done.returncode


def place_and_packages() -> tuple[str, str]:
    """What the environment is bound to (folder and Python), and what is installed into it."""
    packages = b"".join((FOLDER / n).read_bytes() for n in ("pyproject.toml", "constraints.txt"))
    place = f"{FOLDER} {sys.version}".encode()
    return hashlib.sha256(place).hexdigest(), hashlib.sha256(packages).hexdigest()


def install(python: Path, whole: bool) -> None:
    """Make the environment anew, or only install what a newer kit wants into it."""
    print(f"Installing into {ascii_of(ENVIRONMENT)} (about 6 GB; some minutes) ...", flush=True)
    READY.unlink(missing_ok=True)
    venv = [sys.executable, "-m", "venv", *["--clear"] * whole, str(ENVIRONMENT)]
    if subprocess.run(venv).returncode:
        sys.exit(
            "No environment could be made. On Debian and Ubuntu: sudo apt install python3-venv; "
            "then run the same command again."
        )
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check"]
    wanted = ["--constraint", "constraints.txt", "--editable", ".[lab,figures]"]
    if subprocess.run([*pip, *wanted], cwd=str(FOLDER)).returncode:
        sys.exit(
            "Not everything could be installed; the lines above say why. It needs a network and "
            "6 GB of disk; the same command begins again."
        )
    for path, text in (
        ("etc/ipython/ipython_kernel_config.py", QUIET),
        ("share/jupyter/lab/settings/overrides.json", SHOWN),
    ):
        (ENVIRONMENT / path).parent.mkdir(parents=True, exist_ok=True)
        (ENVIRONMENT / path).write_text(text, encoding="utf-8")


def ascii_of(path: Path) -> str:
    """A path that every console can show."""
    return str(path).encode("ascii", "replace").decode("ascii")


if __name__ == "__main__":
    sys.exit(main())
