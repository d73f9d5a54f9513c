"""The warm process: imports everything once, then forks a confined child for each request.

It sees no submission and no test: those go through sockets that it only passes on. A `Request` is
one message on standard input, with descriptors: the child's control socket and the sockets that its
role talks on. On the control socket the child says {"pid"}, waits for a message (the worker puts it
into its control group), and at its end its parent says how it `Ended`.
"""

import gc
import importlib
import itertools
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from cnncourse import memory
from cnncourse.grading.examining.limits import Limits
from cnncourse.grading.examining.protocol.messages import Ended, Request, Side
from cnncourse.grading.examining.sandbox import confine

if TYPE_CHECKING:  # the worker reads IF_NAMED here, and does without IPython's shell
    from .shell import Shell
# The last is what torch imports at the first gradient: two seconds.
PRELOADED = (
    "numpy", "torch", "torch.nn.functional", "torch.utils.data", "matplotlib.pyplot",
    "matplotlib_inline.backend_inline", "cnncourse.checks", "cnncourse.data", "cnncourse.plotting",
    "torch.fx.experimental.symbolic_shapes",
)  # fmt: skip
# For the assignments whose source has the word; it takes another two seconds.
IF_NAMED = {"digits": ("sklearn.datasets", "sklearn.model_selection")}
MANY = 16  # requests after which huge pages, which take a while, are likely to pay for more
Roles = Mapping[Side, Callable[..., None]]  # called with limits, the shell, sockets to talk on


def main() -> None:
    requests = socket.socket(fileno=os.dup(0))
    confine.only_descriptors(requests.fileno(), standard=(0, 1))  # errors go to the worker
    gc.disable()  # until all is there: to look for garbage takes a seventh of an import
    for name in PRELOADED:
        importlib.import_module(name)
    from . import examiner, student
    from .shell import make_shell

    roles: Roles = {"student": student.main, "examiner": examiner.main}
    shell = make_shell()
    rehearse(shell)
    freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children here
    requests.send(b"ready")
    for number in itertools.count():
        if number == MANY:
            memory.use_huge_pages()
        message, descriptors, _, _ = socket.recv_fds(requests, 1 << 18, 4)
        if not message:
            return  # the worker is gone
        request = json.loads(message)
        missing = [name for name in request["modules"] if name not in sys.modules]
        for name in missing:
            importlib.import_module(name)
        if missing:
            freeze()
        if os.fork() == 0:
            try:
                requests.close()
                _child(request, roles, shell, *(socket.socket(fileno=d) for d in descriptors))
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)
        for descriptor in descriptors:
            os.close(descriptor)


def freeze() -> None:
    """What there is now is not garbage: a collection in a child would copy all its pages."""
    gc.collect()
    gc.freeze()
    gc.enable()


def rehearse(shell: "Shell") -> None:
    """Do once what loads modules on first use: watching operators (900 of them), a figure."""
    import numpy as np
    import torch

    from cnncourse.checks import by_hand

    from .refusing import REHEARSED, Refusal

    torch.multiprocessing.set_sharing_strategy("file_system")  # descriptors cannot be sent
    np.random.seed()
    refusal = Refusal()
    for names in (REHEARSED, ()):
        refusal.of(names)
    by_hand(torch.sum, torch.ones(2), without=("torch.nn.functional.conv2d",))
    with shell.collecting(1 << 20):
        shell.run_cell("import matplotlib.pyplot as plt; plt.plot([0, 1]); plt.show(); 1 / 0")
    shell.reset(new_session=False)


def _child(
    request: Request, roles: Roles, shell: "Shell", control: socket.socket, *talk: socket.socket
) -> None:
    """Fork once more: the parent waits and reports, the child is process 1 of its own world."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if request["processors"]:
        os.sched_setaffinity(0, request["processors"])
    limits = Limits(**request["limits"])
    if request["sandbox"]:
        confine.enter_namespaces()
    pid = os.fork()
    if pid == 0:
        os.setsid()  # a signal to "my group" passes namespaces, and the group was everybody's
        if request["sandbox"]:
            confine.confine(limits, request.get("shown"))
        else:
            confine.set_limits(confine.common(limits))
            os.chdir(request["folder"])
        control.send(json.dumps({"pid": os.getpid()}).encode())
        control.recv(16)
        control.close()
        confine.only_descriptors(*(sock.fileno() for sock in talk))
        if "shown" in request:
            from .student import only_shown  # there already, as all of this

            only_shown(request["shown"])
        roles[request["role"]](limits, shell, *talk)
        os._exit(0)
    for sock in talk:
        sock.close()
    _, status, used = os.wait4(pid, 0)
    seconds, peak = used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
    ended = Ended(status=status, cpu_seconds=seconds, peak_memory_bytes=peak)
    control.send(json.dumps(ended).encode())


if __name__ == "__main__":
    main()
