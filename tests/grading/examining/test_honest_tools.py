"""What an honest notebook uses of the system: it works in the sandbox as it does outside."""

import pytest
from tiny_notebook import one_test

from cnncourse.grading.examining.limits import Limits

LIMITS = Limits(cell_seconds=120)
TOOLS = {
    "a loader with workers": """
from torch.utils.data import DataLoader, TensorDataset
data = TensorDataset(torch.arange(100.0), torch.ones(100, 3, 8, 8))
student = sum(x.sum() for x, _ in DataLoader(data, 10, num_workers=2)) == 4950""",
    "a pool": """
import multiprocessing
def square(x): return x * x
with multiprocessing.Pool(2) as pool:
    student = pool.map(square, range(3)) == [0, 1, 4]""",
    "a queue of tensors, a lock": """
import multiprocessing
queue, lock = multiprocessing.Queue(), multiprocessing.Lock()
def put():
    with lock:
        queue.put(torch.ones(2))
process = multiprocessing.Process(target=put)
process.start()
student = queue.get(timeout=60).tolist() == [1, 1]""",
    "executors": """
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
student = True
for kind in ProcessPoolExecutor, ThreadPoolExecutor:
    with kind(2) as pool:
        student &= list(pool.map(abs, [-1, 2])) == [1, 2]""",
    "shared memory": """
from multiprocessing.shared_memory import SharedMemory
memory = SharedMemory(create=True, size=8)
memory.buf[0] = 3
other = SharedMemory(memory.name)
student = other.buf[0] == 3""",
    "subprocess": """
import subprocess
student = subprocess.run(["sh", "-c", "echo a | cat"], capture_output=True).stdout == b"a\\n" """,
    "IPython's !": "found = !echo a\nstudent = list(found) == ['a']",
    "files": """
import tempfile, fcntl
with tempfile.NamedTemporaryFile("w+") as file, tempfile.TemporaryDirectory():
    fcntl.flock(file, fcntl.LOCK_EX)
    student = file.write("x") == 1""",
    "databases": """
import sqlite3
student = True
for place in ":memory:", "file.db":
    with sqlite3.connect(place) as base:
        base.execute("create table t (a)")
        base.execute("insert into t values (5)")
        student &= base.execute("select a from t").fetchall() == [(5,)]""",
    "asyncio": """
import asyncio
async def two():
    return [await asyncio.to_thread(abs, -1), await asyncio.sleep(0, 2)]
student = await two() == [1, 2]""",
    "asyncio in a program of its own": """
import subprocess, sys
program = "import asyncio; asyncio.run(asyncio.sleep(0)); print(1)"
student = subprocess.run([sys.executable, "-c", program], capture_output=True).stdout == b"1\\n" """,
    "processors": "import os\nstudent = os.cpu_count() >= 1 and len(os.sched_getaffinity(0)) >= 1",
    "convolution, training": """
x, layer = torch.ones(2, 3, 8, 8), torch.nn.Conv2d(3, 4, 3)
layer(x).sum().backward()
torch.save(layer.state_dict(), "layer.pt")
student = set(torch.load("layer.pt", weights_only=True)) == {"weight", "bias"}""",
    "a terminal": """
import os
ours, theirs = os.openpty()
os.write(ours, b"a\\n")
student = os.read(theirs, 2) == b"a\\n" """,
}


@pytest.mark.parametrize("tool", TOOLS)
def test_it_works(worker, tool):
    submission = one_test("")
    submission.cells[1].source = "import torch\n" + TOOLS[tool]
    outcome = worker.examine(one_test("assert student, student"), submission, {}, 0)
    assert outcome.verdict == "ok", (outcome.message, outcome.outputs)
    said = [o["text"] for o in outcome.outputs["solution"] if o.get("name") == "stderr"]
    # On a machine with one processor torch advises against loaders with workers.
    assert not [text for text in said if "suggested max number of worker" not in text]
