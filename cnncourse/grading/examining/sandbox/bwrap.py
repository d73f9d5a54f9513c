"""The command that starts the warm process inside bubblewrap, and its environment."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from cnncourse.course import PACKAGE, CourseError
from cnncourse.grading.examining.datasets import DataSets

from . import seccomp
from .cgroups import CgroupError, Hierarchy, find_hierarchy, sweep
from .confine import HOME

NOBODY = "65534"
LIBRARY = "/course"  # where the package is seen inside
MISSING = (
    "submissions run in a sandbox made by bubblewrap, and the program bwrap is not installed: "
    "install the package bubblewrap (Debian, Ubuntu: `apt install bubblewrap`; Fedora: `dnf "
    "install bubblewrap`)"
)
WITHOUT = (
    ". Grading without a sandbox has to be asked for: it runs submissions with all your "
    "rights, and every verdict says so"
)


class SandboxError(CourseError):
    """No sandbox can be had here; the message says what to do."""


def check() -> Hierarchy:
    """The cgroup hierarchy to use; raises SandboxError unless everything is there."""
    if shutil.which("bwrap") is None:
        raise SandboxError(MISSING + WITHOUT)
    if platform.machine() not in seccomp.KNOWN:
        raise SandboxError(
            f"the sandbox knows the system calls of {', '.join(seccomp.KNOWN)} "
            f"only, not of {platform.machine()}{WITHOUT}"
        )
    try:
        hierarchy = find_hierarchy()
        sweep(hierarchy)
    except CgroupError as error:
        raise SandboxError(f"{error}{WITHOUT}") from None
    trial = subprocess.run(
        command(["true"]), capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if trial.returncode:
        raise SandboxError(
            f"bubblewrap cannot make a sandbox here ({trial.stderr.strip()[:300]}); "
            "user namespaces may be switched off: see `sysctl "
            "kernel.unprivileged_userns_clone kernel.apparmor_restrict_unprivileged_"
            f"userns user.max_user_namespaces`{WITHOUT}"
        )
    return hierarchy


def variables(data: DataSets) -> dict[str, str]:
    """What the processes may know: nothing of the grader's own environment but these."""
    known = {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": HOME,
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "TMPDIR": "/tmp",
        "PYTHONPATH": LIBRARY,
        "PYTHONSAFEPATH": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "IPYTHONDIR": "/tmp/ipython",
        "MPLCONFIGDIR": "/tmp/mpl",
        "XDG_CACHE_HOME": "/tmp/cache",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # A process that ran a computation on several threads cannot be forked safely.
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        "CUDA_VISIBLE_DEVICES": "",
    }
    return known | data.variables()


def command(program: Sequence[str], data: DataSets = DataSets()) -> list[str]:
    """`program` (a list) in bubblewrap: read-only, without network, not as root.

    An ordinary user needs one bubblewrap. Root, whose Python may lie where nobody else can read,
    uses a first one only to bind these folders, then becomes "nobody" and goes on like a user.
    """
    settings = [word for pair in variables(data).items() for word in ("--setenv", *pair)]
    root = os.geteuid() == 0
    package = Path(LIBRARY, PACKAGE.name) if root else PACKAGE
    inner = [
        "bwrap", *_system(package, data),
        "--unshare-all", "--as-pid-1",
        "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--perms", "0755", "--dir", HOME,
        "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/",
        "--die-with-parent", "--new-session", "--clearenv", *settings,
        "--", *program,
    ]  # fmt: skip
    if not root:
        return inner
    return [
        "bwrap", *_system(PACKAGE, data),
        "--bind", "/proc", "/proc", "--dev", "/dev", "--perms", "1777", "--dir", "/tmp",
        "--die-with-parent",
        "--", "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
        "--no-new-privs", "--pdeathsig=keep",
        "--", *inner,
    ]  # fmt: skip


def _system(package: Path, data: DataSets) -> list[str]:
    """Read-only binds: system programs and libraries, this Python, the library, the data."""
    words: list[str] = []
    made = {"/"}

    def folder(path: Path) -> None:
        for parent in [*reversed(path.parents), path]:
            if str(parent) not in made:
                words.extend(["--perms", "0755", "--dir", str(parent)])
                made.add(str(parent))

    def bind(source: Path, target: Path | None = None, kind: str = "--ro-bind") -> None:
        target = target or source
        folder(target.parent)
        words.extend([kind, str(source), str(target)])
        made.add(str(target))

    bind(Path("/usr"))
    for name in ("bin", "sbin", "lib", "lib64", "lib32"):
        path = Path("/", name)
        if path.is_symlink():
            words.extend(["--symlink", os.readlink(path), str(path)])
        elif path.is_dir():
            bind(path)
    for name in ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime"):
        bind(Path("/etc", name), kind="--ro-bind-try")
    pythons = {Path(p).resolve() for p in (sys.prefix, sys.base_prefix)} | {Path(sys.prefix)}
    for path in sorted(pythons):
        if not path.is_relative_to("/usr"):
            bind(path)
    bind(package, Path(LIBRARY, PACKAGE.name))
    if data.folder is not None:
        bind(data.folder)
    return words
