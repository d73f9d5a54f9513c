"""What `make test` installs, and what it says and skips where it cannot."""

import shutil
import subprocess
import sys

import needs
import pytest
from needs import ROOT

TOOLS = "bash cat cp dirname env grep mktemp rm sed tail true uname".split()


@pytest.fixture
def machine(tmp_path):
    """A machine with few programs: `machine(CI="true", sudo="exit 1")` gives each a script."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(shutil.which(name))
    log = tmp_path / "log"
    log.touch()

    def program(name, script):
        path = folder / name
        path.write_text(f'#!/bin/bash\necho "{name} $*" >>{log}\n{script}\n')
        path.chmod(0o755)

    def set_up(*arguments, CI="false", **scripts):
        for name, script in ({"uname": "echo Linux", "id": "echo 1000"} | scripts).items():
            (folder / name).unlink(missing_ok=True)
            program(name.replace("_", "-"), script)
        done = subprocess.run(
            [ROOT / "tools" / "setup.sh", *arguments],
            env={"PATH": str(folder), "CI": CI, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done, log.read_text().splitlines()

    return set_up


NO_NETWORK = 'case "$*" in *driver) ;; *needs.py*) exit 1;; *) exit 1;; esac'


def test_nobody_is_asked_for_a_password_and_each_lack_has_its_reason(machine, tmp_path):
    notes = tmp_path / "notes"
    done, called = machine(
        "tests", "python", notes, python=NO_NETWORK, sudo="exit 1", apt_get="exit 0"
    )
    assert done.returncode == 0, done.stderr
    assert not [call for call in called if call.startswith("apt-get")]
    assert {call for call in called if call.startswith("sudo")} == {"sudo -n true"}
    chromium, bubblewrap = notes.read_text().splitlines()
    assert chromium.startswith("chromium\tthat takes root (apt-get install chromium), and ")
    assert chromium.endswith("Playwright's own could not be installed")
    assert bubblewrap == "bubblewrap\tthat takes root (apt-get install bubblewrap)"


def test_in_continuous_integration_a_lack_is_a_failure_and_is_tried_again(machine, tmp_path):
    notes = tmp_path / "notes"
    done, _ = machine("tests", "python", notes, CI="true", python=NO_NETWORK, sudo="exit 1")
    assert done.returncode == 1
    assert "no package manager is known here" in done.stderr
    assert not notes.exists()


@pytest.mark.parametrize("shell", ["a Chromium without windows", ""])
@pytest.mark.parametrize("root", [True, False])
def test_root_and_whoever_may_become_root_install_packages(machine, tmp_path, root, shell):
    wanted = "chromium-headless-shell" if shell else "chromium"
    known = "" if shell else "[[ $* != *headless* ]] || exit 100; "
    installs = f"{known}[[ $* != *install* ]] || cp $0 {tmp_path}/bin/${{@: -1}}"
    done, called = machine(
        "tests",
        "python",
        tmp_path / "notes",
        id=f"echo {0 if root else 1000}",
        sudo='shift; exec "$@"',
        python=f"case $2 in driver) name=libatomic1;; *) name={wanted};; esac; [[ -e {tmp_path}/bin/$name ]]",
        apt_get=installs,
    )
    assert done.returncode == 0 and (tmp_path / "notes").read_text() == "", done.stderr
    tried = [call.split()[-1] for call in called if " install " in call and "apt-get" in call[:8]]
    browsers = ["chromium-headless-shell"] + ["chromium"] * (not shell)
    assert tried == ["libatomic1", *browsers, "bubblewrap"]
    assert any(call.startswith("sudo") for call in called) is not root


def test_a_package_that_cannot_be_had_says_what_its_manager_said(machine, tmp_path):
    done, _ = machine(
        "venv",
        "python",
        python="echo python3.12-venv",
        id="echo 0",
        apt_get="echo 'E: Unable to locate package'; exit 100",
    )
    assert done.returncode == 1
    assert done.stderr == (
        "Python lacks venv and ensurepip here, and python3.12-venv could not be installed: apt-get "
        "install python3.12-venv failed: E: Unable to locate package\n"
    )


def test_the_last_line_says_what_was_not_tested(tmp_path):
    """Without Chromium and bubblewrap on the path, nor Playwright's own in the home folder."""
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "needs.py"],
        env={"PATH": str(tmp_path), "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = done.stdout.splitlines()
    assert line.startswith("Not tested: pages and figures")
    assert "); the sandbox (" in line


@pytest.mark.parametrize(
    "ci, outcome", [("true", pytest.fail.Exception), ("false", pytest.skip.Exception)]
)
def test_a_lack_skips_a_test_and_fails_it_in_continuous_integration(monkeypatch, ci, outcome):
    def find():
        raise needs.Missing("it is not here")

    monkeypatch.setenv("CI", ci)
    monkeypatch.setitem(needs.FINDERS, "sandbox", find)
    with pytest.raises(outcome, match="the sandbox: it is not here"):
        needs.require("sandbox")


def test_playwrights_node_serves_where_the_system_has_none(monkeypatch):
    monkeypatch.setattr(needs.shutil, "which", lambda _: None)
    monkeypatch.setitem(needs.FINDERS, "node", needs.node.__wrapped__)
    node = needs.require("node")
    assert subprocess.check_output([node, "-p", "1 + 1"], text=True) == "2\n"
