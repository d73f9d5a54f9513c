"""Grade assignments: python -m cnncourse.grading [NAME ...] [--submitted DIR]

Runs submitted code WITHOUT a sandbox: grade only work whose authors you trust.
"""

import argparse
import sys
import warnings
from pathlib import Path

from .batch import Batch, table, write_csv
from .course import NbgraderError, assignments


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m cnncourse.grading", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="assignments (default: all)")
    parser.add_argument("--submitted", help="folder of STUDENT/NAME/NAME.ipynb "
                                            "(default: grading/submitted)")
    parser.add_argument("--root", default=".", help="the course's folder (default: this one)")
    parser.add_argument("--timeout", type=int, help="seconds for one cell (default: 300); a "
                                                    "submission has three times as many in all")
    parser.add_argument("--force", action="store_true", help="grade again what is done")
    options = parser.parse_args(arguments)

    known = assignments(options.root)
    unknown = sorted(set(options.names) - set(known))
    if unknown:
        parser.error(f"no assignment {', '.join(unknown)} in solutions/; there are: "
                     f"{', '.join(known) or 'none'}")
    # nbgrader's own queries, under SQLAlchemy 2; nothing that an instructor could mend.
    warnings.filterwarnings("ignore", message="Object of type <Submitted")
    print("Grading WITHOUT a sandbox: submitted code runs with your rights on this machine.")
    results = []
    try:
        for name in options.names or known:
            batch = Batch(options.root, name, options.submitted, options.timeout)
            for student in batch.students():
                print(f"{name}: {student} …", flush=True)
                results.append(batch.grade(student, options.force))
    except (NbgraderError, FileNotFoundError) as error:
        return f"Grading stopped: {error}"
    except KeyboardInterrupt:
        return "Interrupted. The same command takes up where it stopped."
    if not results:
        where = options.submitted or Path(options.root, "grading", "submitted")
        return f"No submissions found in {where}: they go to STUDENT/NAME/NAME.ipynb there."
    path = Path(options.root, "grading", "grades.csv")
    write_csv(results, path)
    print("\n" + table(results) + f"\n\nGrades are in {path}, feedback in {path.parent}/feedback.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
