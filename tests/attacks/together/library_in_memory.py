# Looks for the course's functions among all objects of its process.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import gc
import types

for thing in gc.get_objects():
    if type(thing) is types.FunctionType:
        file = thing.__code__.co_filename
        if "cnncourse" in file and file.rpartition("/")[2] in (
            "operations.py", "models.py", "training.py", "arithmetic.py", "windows.py", "shapes.py"
        ):
            print("ESC" + "APED", thing)
