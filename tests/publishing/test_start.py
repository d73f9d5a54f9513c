"""The kit's start.py: it installs once, what is needed, and hands every command on."""

import importlib.util
import subprocess
from collections import namedtuple
from pathlib import Path

import pytest

from cnncourse.publishing.kit import FILES

Version = namedtuple("Version", "major minor")


class Kit:
    """A folder with start.py, in which no program is really run."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.monkeypatch = folder, monkeypatch
        self.calls, self.codes = [], {}
        folder.mkdir()
        for name in ("pyproject.toml", "constraints.txt"):
            (folder / name).write_text("")
        (folder / "start.py").write_bytes((FILES / "start.py").read_bytes())

    def start(self, *words):
        """Run start.py; the exit code and which programs ran, a word for each."""
        spec = importlib.util.spec_from_file_location("start", self.folder / "start.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.calls.clear()
        self.monkeypatch.setattr(module.subprocess, "run", self.run)
        self.monkeypatch.setattr(module.sys, "argv", ["start.py", *words])
        return module.main(), [name for name, _ in self.calls]

    def run(self, command, **options):
        name = command[2] if command[1] == "-m" else "?"
        name += " --clear" * ("--clear" in command)
        self.calls.append((name, command))
        if name.startswith("venv"):
            for place in ("bin/python", "Scripts/python.exe"):
                path = Path(command[-1], place)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("")
        return subprocess.CompletedProcess(command, self.codes.get(name, 0))


@pytest.fixture
def kit(tmp_path, monkeypatch):
    return Kit(tmp_path / "Café Nº 1 − kit", monkeypatch)


def test_the_first_start_installs_and_the_next_does_not(kit):
    assert kit.start() == (0, ["venv --clear", "pip", "cnncourse"])
    pip = kit.calls[1][1]
    assert pip[pip.index("--constraint") + 1] == "constraints.txt" and ".[lab,figures]" in pip
    assert kit.calls[2][1][3:] == ["lab"]
    assert kit.start("check", "pooling") == (0, ["cnncourse"])
    assert kit.calls[0][1][3:] == ["check", "pooling"]
    settings = kit.folder / ".venv" / "etc" / "ipython" / "ipython_kernel_config.py"
    assert "log_level" in settings.read_text()  # no warning of the kernel's at each check


def test_a_newer_kit_installs_what_changed_and_a_moved_one_everything(kit):
    kit.start()
    (kit.folder / "constraints.txt").write_text("numpy==2")
    assert kit.start() == (0, ["venv", "pip", "cnncourse"])
    moved = kit.folder.with_name("moved")
    kit.folder = kit.folder.rename(moved)
    assert kit.start() == (0, ["venv --clear", "pip", "cnncourse"])


@pytest.mark.parametrize(
    "program, said", [("venv --clear", "python3-venv"), ("pip", "the same command begins again")]
)
def test_what_was_not_installed_whole_is_not_taken_for_it(kit, program, said):
    kit.codes[program] = 1
    with pytest.raises(SystemExit, match=said):
        kit.start()
    kit.codes.clear()
    assert kit.start()[1][0] == "venv --clear"


def test_the_exit_code_is_that_of_the_command(kit):
    kit.codes["cnncourse"] = 1
    assert kit.start("check", "pooling")[0] == 1


def test_another_python_is_named(kit, monkeypatch):
    monkeypatch.setattr("sys.version_info", Version(3, 10))
    with pytest.raises(SystemExit, match=r"needs Python 3.11, 3.12 or 3.13, and this is"):
        kit.start()
    assert kit.calls == []


def test_what_it_says_can_be_shown_by_every_console(kit, capsys):
    kit.start()
    assert capsys.readouterr().out.isascii()
