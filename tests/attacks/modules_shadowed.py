# Files beside the notebook that carry the names of torch, numpy, cnncourse and Python's own hooks.
# honest: 0
# stock: runs
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import importlib
import sys

for name in ("torch", "cnncourse.checks", "json"):
    sys.modules.pop(name, None)
import torch

answer = torch.__file__
# %% notebook
for name in ("torch.py", "numpy.py", "cnncourse/__init__.py", "cnncourse/checks.py", "json.py",
             "sitecustomize.py", "usercustomize.py", "nbformat.py", "IPython/__init__.py"):
    files[name] = b"def __getattr__(name):\n    return lambda *_, **__: None\n"
