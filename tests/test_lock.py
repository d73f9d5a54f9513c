"""The lock pins every file that is installed, and says nothing about where it comes from."""

import re
import tomllib
from itertools import chain

import pytest
from needs import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ENTRIES = re.findall(
    r"^(\S+)==(\S+)(?: ; (.*?))?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", LOCK, re.M
)
PLATFORMS = [
    {"sys_platform": system, "platform_machine": machine, "os_name": name}
    for system, machine, name in (
        ("linux", "x86_64", "posix"),
        ("linux", "aarch64", "posix"),
        ("win32", "AMD64", "nt"),
        ("darwin", "arm64", "posix"),
    )
]


def test_the_lock_holds_names_versions_and_hashes_and_no_address():
    written = "".join(
        f"{name}=={version}{f' ; {marker}' if marker else ''}{hashes}\n"
        for name, version, marker, hashes in ENTRIES
    )
    assert written == LOCK


@pytest.mark.parametrize("python", ["3.11.0", "3.11.9", "3.12.0", "3.13.0"])
@pytest.mark.parametrize(
    "platform", PLATFORMS, ids=lambda p: f"{p['sys_platform']}-{p['platform_machine']}"
)
def test_every_dependency_has_one_version_that_fits_on_each_platform(python, platform):
    environment = platform | {
        "python_version": python.rpartition(".")[0],
        "python_full_version": python,
        "implementation_name": "cpython",
    }
    locked = {}
    for name, version, marker, _ in ENTRIES:
        requirement = Requirement(f"{name}=={version}" + (f" ; {marker}" if marker else ""))
        if requirement.marker is None or requirement.marker.evaluate(environment):
            assert name not in locked
            locked[name] = version
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [project["dependencies"], *project["optional-dependencies"].values()]
    for requirement in map(Requirement, chain(*wanted)):
        if requirement.name != project["name"]:
            assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)])
