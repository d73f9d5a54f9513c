"""The continuous integration runs what a developer runs, with actions that cannot change."""

import re

import pytest
import yaml
from needs import ROOT

FILES = sorted((ROOT / ".github").glob("workflows/*.yml")) + sorted(
    (ROOT / ".github").glob("actions/*/action.yml")
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name + "/" + path.name)
def test_actions_are_pinned_to_a_commit_with_its_version_beside_it(path):
    used = re.findall(r"uses: (\S+)(.*)", path.read_text(encoding="utf-8"))
    for action, comment in used:
        assert action.startswith("./") or (
            re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)
            and re.fullmatch(r" # v\d+\.\d+\.\d+", comment)
        ), action


def test_every_target_that_the_workflow_makes_is_one_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*##", makefile, re.M))
    jobs = yaml.safe_load((ROOT / ".github/workflows/course.yml").read_text(encoding="utf-8"))[
        "jobs"
    ]
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    commands.append((ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    made = {
        name
        for command in commands
        for name in re.findall(r"^(?:.* )?make ([a-z-]+)$", command, re.M)
    }
    assert "test" in made and made <= targets


def test_the_oldest_and_the_newest_python_are_tested():
    job = yaml.safe_load((ROOT / ".github/workflows/course.yml").read_text(encoding="utf-8"))[
        "jobs"
    ]["test"]
    supported = re.search(
        r'requires-python = ">=3\.(\d+),<3\.(\d+)"', (ROOT / "pyproject.toml").read_text()
    )
    versions = [f"3.{minor}" for minor in range(*map(int, supported.groups()))]
    assert job["strategy"]["matrix"]["python"] == versions
