"""What a submission will find, tried before there is one: prints the data files it can read."""

import importlib.util
import json
import os
import sys

from cnncourse.grading.examining.datasets import DataSets
from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.examining.sandbox import confine

from .warm import PRELOADED


def main() -> None:
    for name in sorted({name.partition(".")[0] for name in PRELOADED}):
        if importlib.util.find_spec(name) is None:
            sys.exit(f"Python finds no {name} inside")
    confine.enter_namespaces()
    if pid := os.fork():
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    confine.confine(Limits())
    data = DataSets.here(os.environ.get("CNNCOURSE_DATA"))
    found = [path for path, _ in data.files() if os.access(f"{data.folder}/{path}", os.R_OK)]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
