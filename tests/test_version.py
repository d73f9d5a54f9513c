"""The version is written in one place, and what repeats it agrees."""

import re
import subprocess
import sys
from datetime import date

import yaml
from needs import ROOT

import cnncourse


def test_a_checkout_that_is_not_installed_knows_its_version():
    done = subprocess.run(
        [sys.executable, "-S", "-c", "import cnncourse; print(cnncourse.__version__)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == cnncourse.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", cnncourse.__version__)


def test_the_changelog_tells_of_this_version_and_the_citation_names_it():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.findall(r"^## \[(\d\S+)\] - (\S+)$", changelog, re.M)
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert releases[0] == (cnncourse.__version__, citation["date-released"])
    assert citation["version"] == cnncourse.__version__
    days = [date.fromisoformat(day) for _, day in releases]
    assert days == sorted(days, reverse=True)
