"""The page *Publish*, for GitHub: its commands, run against a repository on this machine."""

import os
import re
import subprocess

import pytest
from answers import COURSE

PAGE = (COURSE / "book" / "instructors" / "publishing.md").read_text(encoding="utf-8")
ADDRESS = "git@github.com:OWNER/NAME.git"


def commands():
    """The lines of the page's block that has the address."""
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    [block] = [block for block in blocks if ADDRESS in block]
    return block.splitlines()


@pytest.fixture
def run(tmp_path):
    """Run lines of the page in a course whose site and kit were built, as a user with no settings."""
    public, root = tmp_path / "public.git", tmp_path / "course"
    identity = {
        f"GIT_{who}_{what}": f"{who}@example.org"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(tmp_path)}
    environment = os.environ | identity | settings
    root.mkdir()

    def shell(*lines):
        done = subprocess.run(
            ["bash", "-e", "-c", "\n".join(lines).replace(ADDRESS, str(public))],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    shell(f"git init --quiet --bare --initial-branch=main {ADDRESS}")
    return shell


def build(root, **files):
    """Fake a built site and kit, of these files."""
    for name, text in files.items():
        path = root / "_build" / name.replace("__", "/").replace("_html", ".html")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def published(run):
    return set(run(f"git -C {ADDRESS} ls-tree -r --name-only main").split())


def test_the_kit_is_the_repository_and_the_site_its_docs(run, tmp_path):
    root = tmp_path / "course"
    build(root, **{"student-kit__README": "1", "student-kit__old": "1", "html__index_html": "1"})
    (root / "_build" / "html" / ".nojekyll").write_text("")
    run(*commands())
    assert published(run) == {"README", "old", "docs/index.html", "docs/.nojekyll"}
    (root / "_build" / "student-kit" / "old").unlink()
    build(root, **{"student-kit__README": "2", "html__new_html": "1"})
    run(*commands()[1:])  # "the first is needed once only"
    assert published(run) == {"README", "docs/index.html", "docs/new.html", "docs/.nojekyll"}
    assert run(f"git -C {ADDRESS} show main:README") == "2"
