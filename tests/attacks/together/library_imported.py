# Imports the course's own answers, in every way that Python has to import.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import importlib
import importlib.util
import runpy

for way in (
    lambda: exec("from cnncourse import operations"),
    lambda: exec("from cnncourse.operations import conv2d"),
    lambda: importlib.import_module("cnncourse.models"),
    lambda: __import__("cnncourse.training", fromlist=["fit"]),
    lambda: runpy.run_module("cnncourse.arithmetic"),
    lambda: importlib.util.find_spec("cnncourse.windows") or 1 / 0,
    lambda: importlib.reload(importlib.import_module("cnncourse.shapes")),
):
    try:
        way()
        print("ESC" + "APED")
    except (ImportError, ZeroDivisionError) as error:
        print(error)
