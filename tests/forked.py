"""Tests of what a process does to itself for good: run in a fork, so that this one stays as it is."""

import ctypes
import os
import pickle
import signal
import sys
import traceback

import torch

PATIENCE = 120  # seconds, after which a fork that hangs is ended


def fork(function, *args):
    """The process number of a fork that runs a function and ends."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        try:
            signal.alarm(PATIENCE)
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: it ends with its parent
            torch.set_num_threads(1)  # the others did not come along
            function(*args)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return pid


def forked(function, *args):
    """What a function returns in a fork; AssertionError with its traceback where it raises."""
    reader, writer = os.pipe()

    def answer():
        try:
            found = True, function(*args)
        except BaseException:
            found = False, traceback.format_exc()
        with open(writer, "wb") as file:
            pickle.dump(found, file)

    pid = fork(answer)
    os.close(writer)
    with open(reader, "rb") as file:
        said = file.read()
    status = os.waitpid(pid, 0)[1]
    assert said, f"the fork said nothing and ended with the status {status}"
    good, value = pickle.loads(said)
    assert good, value
    return value
