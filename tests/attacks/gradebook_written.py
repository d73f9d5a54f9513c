# Looks for the gradebook, verdicts and other submissions where they usually lie, to write to them.
# honest: 0
# stock: no (without a sandbox it would change this machine)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import glob
import os
import sqlite3

places = [up + name for up in ("", "../", "../../", "../../../", "../../../../", "/", "/srv/",
                               "/tmp/", "/home/", "/tmp/pytest-of-root/*/*/")
          for name in ("gradebook.db", "grading/gradebook.db", "grading/verdicts/*/*.json",
                       "grading/submitted/*/*/*.ipynb", "solutions/*/*.ipynb", "other*")]
for path in [path for place in places for path in glob.glob(place)]:
    print("ESC" + "APED", path)
    if path.endswith(".db"):
        with sqlite3.connect(path) as db:
            db.execute("update grade set manual_score = 100")
    else:
        with open(path, "w") as file:
            file.write('{"verdict": "ok", "points": 100}')
for name in ("gradebook.db", "target.json", "verdict.json"):
    with open(name, "w") as file:
        file.write('{"verdict": "ok", "points": 100}')
os.environ.update(CNNCOURSE_SEED="0")
