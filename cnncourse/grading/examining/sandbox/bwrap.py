"""The command that starts the warm process inside bubblewrap, and its environment."""

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from cnncourse import language, memory
from cnncourse.course import PACKAGE, CourseError, checkout
from cnncourse.grading.examining.datasets import DataSets
from cnncourse.grading.examining.library import Library
from cnncourse.grading.examining.protocol.messages import Shown

from . import seccomp
from .cgroups import CgroupError, Hierarchy, find_hierarchy, sweep
from .confine import COURSE, HOME

NOBODY = "65534"
# Where the package and the data are seen inside; Python is where it is outside.
LIBRARY, DATA = f"{COURSE}/{PACKAGE.name}", f"{COURSE}/data"
TRIAL = [sys.executable, "-m", "cnncourse.grading.examining.inside.trial"]
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


def check(data: DataSets = DataSets()) -> Hierarchy:
    """The cgroup hierarchy to use; raises SandboxError unless a trial finds everything there."""
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
        wanted = [path for path, _ in data.files()]
    except CgroupError as error:
        raise SandboxError(f"{error}{WITHOUT}") from None
    except OSError as error:
        raise SandboxError(f"the data cannot be read on this machine: {error}") from None
    trial = subprocess.run(
        command(TRIAL, data), capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if trial.returncode:
        raise SandboxError(
            f"bubblewrap cannot make a sandbox here ({trial.stderr.strip()[-300:]}); "
            "user namespaces may be switched off: see `sysctl "
            "kernel.unprivileged_userns_clone kernel.apparmor_restrict_unprivileged_"
            f"userns user.max_user_namespaces`{WITHOUT}"
        )
    if missing := sorted(set(wanted) - set(json.loads(trial.stdout))):
        raise SandboxError(
            f"{len(missing)} of {len(wanted)} files in {data.folder} cannot be read inside the "
            f"sandbox, the first is {missing[0]!r}. Let everybody read them (chmod -R a+rX), and "
            "put files in place of links that lead elsewhere; links at the top may stay"
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
        "PYTHONPATH": str(Path(LIBRARY).parent),
        "PYTHONSAFEPATH": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "IPYTHONDIR": "/tmp/ipython",
        "MPLCONFIGDIR": "/tmp/mpl",
        "XDG_CACHE_HOME": "/tmp/cache",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # A process that ran a computation on several threads cannot be forked safely.
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        "CUDA_VISIBLE_DEVICES": "",
        language.VARIABLE: language.current(),
    }
    return known | memory.HEAP_OF_HUGE_PAGES | data.variables()


def command(program: Sequence[str], data: DataSets = DataSets()) -> list[str]:
    """`program` (a list) in bubblewrap: read-only, without network, not as root.

    An ordinary user needs one bubblewrap. Root, whose Python may lie where nobody else can read,
    uses a first one only to bind these folders, then becomes "nobody" and goes on like a user.
    """
    shown = {PACKAGE: LIBRARY} | {p: f"{DATA}/{name}" for name, p in data.entries().items()}
    inside = DataSets(Path(DATA) if data.folder else None, data.cifar10)
    settings = [word for pair in variables(inside).items() for word in ("--setenv", *pair)]
    root = os.geteuid() == 0
    inner = [
        "bwrap", "--unshare-all", "--as-pid-1",
        "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
        *_system({Path(path): path for path in shown.values()} if root else shown),
        "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/",
        "--die-with-parent", "--new-session", "--clearenv", *settings,
        "--", *program,
    ]  # fmt: skip
    if not root:
        return inner
    return [
        "bwrap", "--bind", "/proc", "/proc", "--dev", "/dev",
        "--perms", "1777", "--dir", "/tmp", *_system(shown), "--die-with-parent",
        "--", "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
        "--no-new-privs", "--pdeathsig=keep",
        "--", *inner,
    ]  # fmt: skip


def _copies(bound: Sequence[Path]) -> list[Path]:
    """The course and installed copies of the package, where what is bound would show them."""
    found = {checkout()} if checkout() else set()
    for top in map(Path, ("/usr", "/usr/local", sys.prefix, sys.base_prefix)):
        found |= set(top.glob(f"lib*/python*/*-packages/{PACKAGE.name}"))
    places = {place.resolve() for place in found if place is not None}
    return sorted(place for place in places if any(map(place.is_relative_to, bound)))


def shown(library: Library, data: DataSets) -> Shown:
    """What a submission sees of the two."""
    paths = [f"{LIBRARY}/{path}" for path in library.files]
    return Shown(
        paths=paths + [f"{DATA}/{path}" for path in data.training()],
        texts={f"{LIBRARY}/{path}": text for path, text in library.texts.items()},
        absent=library.absent(),
    )


def _system(shown: Mapping[Path, str]) -> list[str]:
    """Read-only binds: system programs and libraries, this Python, and what else is to be shown.

    What lies below /tmp is bound after it; what is a symbolic link on the way to Python is one.
    """
    words: list[str] = []
    made, bound = {"/", "/tmp", "/dev"}, [Path("/usr")]

    def folder(path: Path) -> None:
        for parent in [*reversed(path.parents), path]:
            if str(parent) not in made:
                words.extend(["--perms", "0755", "--dir", str(parent)])
                made.add(str(parent))

    def bind(source: Path, target: str | None = None, kind: str = "--ro-bind") -> None:
        folder(Path(target or source).parent)
        words.extend([kind, str(source), target or str(source)])
        bound.append(Path(target or source))

    def link(path: Path) -> None:
        if str(path) not in made and not any(map(path.is_relative_to, bound)):
            folder(path.parent)
            words.extend(["--symlink", os.readlink(path), str(path)])
            made.add(str(path))

    def real(path: Path) -> Path:
        """The end of a path, with every link on the way."""
        at, ahead = Path("/"), list(path.parts[1:])
        while ahead:
            at = Path(os.path.normpath(at / ahead.pop(0)))
            if at.is_symlink():
                link(at)
                at, ahead = at.parent, [*Path(os.readlink(at)).parts, *ahead]
        return at

    bind(Path("/usr"))
    for name in ("bin", "sbin", "lib", "lib64", "lib32"):
        path = Path("/", name)
        if path.is_symlink():
            link(path)
        elif path.is_dir():
            bind(path)
    for name in ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime"):
        bind(Path("/etc", name), kind="--ro-bind-try")
    for path in sorted({real(Path(p)) for p in (sys.prefix, sys.base_prefix)}):
        if not any(map(path.is_relative_to, bound)):
            bind(path)
    real(Path(sys.executable))
    for copy in _copies(bound):
        words.extend(["--tmpfs", str(copy)])
        for prefix in sorted({p for p in bound if p.is_relative_to(copy)} | {Path(sys.prefix)}):
            if prefix.is_relative_to(copy):
                words.extend(["--ro-bind", str(prefix), str(prefix)])
        words.extend(["--remount-ro", str(copy)])
    folder(Path(HOME))
    for source, target in shown.items():
        bind(source, target)
    return words
