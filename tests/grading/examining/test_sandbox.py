"""What a submission can reach and leave behind: nothing but its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tiny_notebook import one_test, tiny

from cnncourse.grading.examining.datasets import DataSets
from cnncourse.grading.examining.limits import MB, Limits
from cnncourse.grading.examining.sandbox import bwrap, cgroups
from cnncourse.grading.examining.worker import Worker

LIMITS = Limits(
    cell_seconds=60,
    submission_seconds=90,
    memory_bytes=256 * MB,
    processes=24,
    file_bytes=8 * MB,
    disk_bytes=16 * MB,
    output_bytes=100_000,
)


@pytest.fixture
def run(worker):
    """What an expression is worth after some code, in the sandbox; plain data."""

    def run(code, value):
        source = one_test("import json\nprint(json.dumps(student, default=str))")
        outcome = worker.examine(source, one_test_answer(f"{code}\nstudent = {value}"), {}, 0)
        said = [o.get("text") for o in outcome.outputs["test"]]
        assert outcome.verdict == "ok", (outcome.message, outcome.outputs)
        import json

        return json.loads(said[0])

    return run


def one_test_answer(text):
    submission = one_test("pass")
    submission.cells[1].source = text
    return submission


def attempt(statement):
    """Code that sets `result` to the name of the error that the statement raises, or to None."""
    return (
        f"result = None\ntry:\n    {statement}\nexcept Exception as e:\n"
        "    result = type(e).__name__, str(e)"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "import socket; socket.create_connection(('1.1.1.1', 53), 5)",
        "import socket; socket.create_connection(('127.0.0.1', 22), 5)",
        "import socket; socket.socket(socket.AF_UNIX).connect('/run/systemd/notify')",
        "import urllib.request; urllib.request.urlopen('http://example.org', timeout=5)",
    ],
)
def test_there_is_no_network(run, statement):
    assert run(attempt(statement), "result") is not None


def test_it_is_not_root_and_cannot_become_it(run):
    code = (
        "import os, re\nstatus = dict(re.findall(r'(\\w+):\\s*(.*)', "
        "open('/proc/self/status').read()))"
    )
    assert run(code, "os.getuid()") != 0 and run(code, "os.getgid()") != 0
    found = run(code, "[status[k] for k in ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb')]")
    assert {int(mask, 16) for mask in found} == {0}
    assert run(code, "status['NoNewPrivs']") == "1"
    for statement in ("os.setuid(0)", "os.setgroups([0])", "os.chroot('/tmp')"):
        # Invalid, as user 0 does not exist in there, or not permitted
        assert run("import os\n" + attempt(statement), "result")[0] in (
            "OSError",
            "PermissionError",
        )


def test_it_makes_no_namespaces_and_mounts_nothing(run):
    code = (
        "import ctypes\nlibc = ctypes.CDLL(None)\n"
        "tried = [libc.unshare(f) for f in (0x10000000, 0x20000, 0x40000000)] + [\n"
        "    libc.mount(b'tmpfs', b'/tmp', b'tmpfs', 0, None), libc.umount2(b'/tmp', 2),\n"
        "    libc.mount(None, b'/', None, 0x1020, None), libc.ptrace(16, 2, 0, 0)]"
    )
    assert set(run(code, "tried")) == {-1}


def test_it_writes_only_to_three_folders_of_its_own(run):
    code = (
        "import os\nwritable = []\n"
        "for folder, _, _ in os.walk('/'):\n"
        "    if folder.startswith('/proc'): continue\n"
        "    try:\n"
        "        open(folder + '/x-y-z', 'w').close(); writable.append(folder)\n"
        "    except OSError: pass"
    )
    assert sorted(run(code, "writable")) == ["/dev/shm", "/home/student", "/tmp"]


def test_it_sees_its_own_processes_only(run):
    assert run("import os", "[p for p in os.listdir('/proc') if p.isdigit()]") == ["1"]
    assert run("import os", "os.getppid()") == 0


def test_it_sees_neither_the_course_nor_the_graders_environment(run, monkeypatch):
    code = (
        "import os\nfound = [d for d, _, f in os.walk('/') for n in f if n.endswith('.ipynb')"
        " and 'site-packages' not in d]"
    )
    assert run(
        code, "[found, os.path.exists('/course/solutions'), sorted(os.listdir('/course'))]"
    ) == [[], False, ["cnncourse"]]
    known = run("import os", "sorted(os.environ)")
    allowed = set(bwrap.variables(DataSets())) | {
        "CNNCOURSE_TEST_IMAGES_WITHHELD",
        "PWD",
        "OLDPWD",
        "SHLVL",
        "_",
        "COLUMNS",
        "LINES",
        "CLICOLOR",
        "FORCE_COLOR",
        "CLICOLOR_FORCE",
        "PAGER",
        "GIT_PAGER",
        "MPLBACKEND",
        "KMP_DUPLICATE_LIB_OK",
        "KMP_INIT_AT_FORK",
        "TORCHINDUCTOR_CACHE_DIR",
        "TRITON_CACHE_DIR",
        "LC_CTYPE",
    }
    assert set(known) <= allowed
    assert "CNNCOURSE_SEED" not in known


def test_a_secret_of_the_grader_is_not_passed_on(sandboxed, monkeypatch):
    monkeypatch.setenv("CNNCOURSE_SEED", "77")
    monkeypatch.setenv("SECRET_TOKEN", "s3cret")
    monkeypatch.setenv("CNNCOURSE_CIFAR10", "synthetic")
    with Worker(LIMITS, data=DataSets.here(None)) as worker:
        answer = one_test_answer(
            "import os\nstudent = repr(os.environ), open('/proc/self/environ').read()"
        )
        outcome = worker.examine(
            one_test(
                "assert '77' not in str(student) and 's3cret' not in str(student)\n"
                "assert 'synthetic' in student[0]"
            ),
            answer,
            {},
            0,
        )
        assert outcome.verdict == "ok", outcome.message


def test_it_holds_no_descriptor_but_its_own_socket(run):
    found = run(
        "import os",
        "sorted(os.readlink(f'/proc/self/fd/{n}') for n in range(64) "
        "if os.path.exists(f'/proc/self/fd/{n}') or "
        "os.path.islink(f'/proc/self/fd/{n}'))",
    )
    assert [f.partition(":")[0] for f in found] == ["/dev/null"] * 3 + ["socket"]


def test_nothing_of_one_submission_is_seen_by_the_next(run):
    leave = (
        "import os, builtins, torch, socket, subprocess\n"
        "for folder in ('/tmp', '/dev/shm', '.'):\n"
        "    open(folder + '/left', 'w').close()\n"
        "builtins.left = torch.left = 1\nos.environ['LEFT'] = '1'\n"
        "s = socket.socket(socket.AF_UNIX); s.bind('\\0left'); s.listen()\n"
        "subprocess.Popen(['sleep', '1000'], start_new_session=True)"
    )
    look = (
        "import os, builtins, torch, socket\n"
        "found = [f for f in ('/tmp/left', '/dev/shm/left', 'left') if os.path.exists(f)]\n"
        "found += [t for t in (builtins, torch) if hasattr(t, 'left')]\n"
        "found += [n for n in os.environ if n == 'LEFT']\n"
        + attempt("socket.socket(socket.AF_UNIX).connect('\\0left')")
        + "\nfound += [] if result else ['socket']\n"
        "found += [p for p in os.listdir('/proc') if p.isdigit() and p != '1']"
    )
    assert run(leave + "\n" + look, "len(found)") >= 7
    assert run(look, "[str(f) for f in found]") == []


def processes(word):
    """Numbers of the processes whose command line has this word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            pass
    return found


def test_daemons_end_with_the_examination(run):
    name = f"sleep\x001{os.getpid()}"
    assert (
        run(
            "import subprocess\np = subprocess.Popen(['setsid', 'sh', '-c', "
            f"'(sleep 1{os.getpid()} &) ; sleep 1{os.getpid()}'], start_new_session=True)",
            "p.pid > 0",
        )
        is True
    )
    assert processes(name) == []


def test_everything_ends_with_the_worker(sandboxed):
    code = (
        "import sys\nfrom cnncourse.grading.examining.worker import Worker\n"
        "with Worker() as w:\n    print(*(x.process.pid for x in w.warm.values()), flush=True)\n    sys.stdin.read()"
    )
    worker = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    warm = {int(number) for number in worker.stdout.readline().split()}
    inside = [
        pid
        for pid in processes("cnncourse.grading.examining.inside.warm")
        if worker.pid in ancestors(pid)
    ]
    assert len(warm) == 2 and warm < set(inside)
    worker.send_signal(signal.SIGKILL)
    worker.communicate()
    deadline = time.monotonic() + 30
    while any(Path("/proc", str(pid)).exists() for pid in inside) and time.monotonic() < deadline:
        os.sched_yield()
    assert not [pid for pid in inside if Path("/proc", str(pid)).exists()]


def ancestors(pid):
    found = []
    while pid > 1:
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        found.append(pid)
    return found


# Where there is no sandbox


def test_without_bubblewrap_it_refuses_and_says_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(bwrap.SandboxError, match="apt install bubblewrap") as error:
        Worker()
    assert "has to be asked for" in str(error.value)


def test_without_control_groups_it_refuses_and_says_what_to_do(sandboxed, monkeypatch, tmp_path):
    monkeypatch.setattr(
        cgroups.find_hierarchy, "__defaults__", (tmp_path, Path("/proc/self/cgroup"))
    )
    with pytest.raises(bwrap.SandboxError, match="systemd-run --user --scope -p Delegate=yes"):
        Worker()


def test_grading_without_a_sandbox_is_recorded(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with Worker(LIMITS, sandbox=False) as worker:
        outcome = worker.examine(tiny(), tiny(), {"data.txt": b"1"}, 0)
        assert (outcome.verdict, outcome.sandboxed) == ("ok", False), outcome.message
        outcome = worker.examine(tiny(), tiny("import os\nos._exit(1)"), {}, 0)
        assert (outcome.verdict, outcome.sandboxed) == ("crashed", False)
        homes = [warmed.home for warmed in worker.warm.values()]
    assert len(homes) == 2 and not any(map(os.path.exists, homes))


def test_no_control_group_outlives_its_submission(worker):
    worker.examine(tiny(), tiny(), {}, 0)
    for base in worker.hierarchy[1].values():
        assert not list(base.glob(f"cnncourse-{os.getpid()}-*"))
