"""A class that is graded on several machines, some of which fail: what is said, and what is left.

A program of its own: it runs as root of namespaces of its own, where it may have networks. The
machines are network namespaces, joined by a bridge; the master is the first of them. The scheduler
runs on the second, workers on the third and the fourth, and all of them speak TLS.

python hosts.py FOLDER SCENARIO    prints what was said and found, as JSON
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import needs
from answers import hand_in
from distributed.security import Security
from tiny_course import FakeWorker, grade, tiny_course
from tiny_notebook import NO_HALF, RIGHT, tiny

from cnncourse.grading.running import cluster, scheduler
from cnncourse.grading.running.scheduler import UnfitWorker, Unreachable

STUDENTS = [f"s{number:02}" for number in range(12)]
ADDRESS = "tls://10.9.0.2:8786"


class Host:
    """A machine: a network namespace with one link to all others."""

    def __init__(self, number: int):
        self.ip, self.link = f"10.9.0.{number}", f"v{number}"
        self.keeper = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        while os.readlink(f"/proc/{self.keeper.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
            time.sleep(0.01)
        ip("link", "add", self.link, "type", "veth", "peer", "name", "eth0", "netns", self._pid)
        self.join()
        self.run("ip", "link", "set", "lo", "up").wait()
        self.run("ip", "address", "add", f"{self.ip}/24", "dev", "eth0").wait()
        self.run("ip", "link", "set", "eth0", "up").wait()

    @property
    def _pid(self) -> str:
        return str(self.keeper.pid)

    def run(self, *command: str, **variables: str) -> subprocess.Popen:
        inside = ["nsenter", "--target", self._pid, "--net", *command]
        with open(f"{self.ip}.log", "a") as log:
            return subprocess.Popen(inside, env=os.environ | variables, stdout=log, stderr=log)

    def join(self):
        ip("link", "set", self.link, "master", "br0", "up")

    def cut(self):
        """Nothing gets through in either direction, and neither side is told."""
        ip("link", "set", self.link, "nomaster")

    def scheduler(self) -> subprocess.Popen:
        """Begun, and listening."""
        options = ("--host", ADDRESS, "--no-dashboard")
        begun = self.run(sys.executable, "-m", "dask", "scheduler", *options)
        while True:
            try:
                socket.create_connection((self.ip, 8786), 1).close()
            except OSError:
                assert begun.poll() is None, Path(f"{self.ip}.log").read_text()
                time.sleep(0.05)
            else:
                return begun

    def worker(self, **variables: str) -> subprocess.Popen:
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--memory-limit", "0")
        return self.run(sys.executable, "-m", "dask", "worker", ADDRESS, *options, **variables)


def ip(*arguments: str):
    subprocess.run(["ip", *arguments], check=True)


def network():
    ip("link", "set", "lo", "up")
    ip("link", "add", "br0", "type", "bridge")
    ip("address", "add", "10.9.0.1/24", "dev", "br0")
    ip("link", "set", "br0", "up")
    return [Host(number) for number in (2, 3, 4)]


def certificates():
    """Dask's own configuration, for this process and all others."""
    made = Security.temporary()
    for role in ("client", "scheduler", "worker"):
        for kind in ("cert", "key"):
            Path(f"{role}.{kind}").write_text(getattr(made, f"tls_{role}_{kind}"))
            name = f"DASK_DISTRIBUTED__COMM__TLS__{role}__{kind}".upper()
            os.environ[name] = os.path.abspath(f"{role}.{kind}")
    Path("ca.cert").write_text(made.tls_ca_file)
    os.environ["DASK_DISTRIBUTED__COMM__TLS__CA_FILE"] = os.path.abspath("ca.cert")
    import dask

    dask.config.refresh()


class SlowWorker(FakeWorker):
    """Takes its time, so that there is work under way whatever happens."""

    def examine(self, *arguments):
        time.sleep(0.3)
        return super().examine(*arguments)


class Class:
    """A run of the class: `said` is what it waited for, `result` what came of it."""

    def __init__(self, root: Path, force: bool = False):
        self.root, self.said, self.notes = root, [], []
        self.begun, self.ended = threading.Event(), threading.Event()
        self.results, self.error, self.force = {}, "", force
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        def course_cluster(_):
            made = cluster.Cluster(scheduler=ADDRESS)
            made.waits = lambda reason, seconds: self.said.append(reason)
            made.notes = self.notes.append
            return made

        try:
            results = grade(
                self.root, course_cluster, worker=SlowWorker, force=self.force, watch=self._watch
            )
            self.results = {name: result.points for name, result in results.items()}
        except (Unreachable, UnfitWorker) as error:
            self.error = str(error)
        finally:
            self.ended.set()

    def _watch(self, result):
        if result.new:
            self.begun.set()

    def has_begun(self):
        """Wait for the first verdict."""
        while not self.begun.wait(0.02):
            assert not self.ended.is_set(), self.report()

    def heard(self, words: str):
        """Wait until it says so."""
        while not any(words in reason for reason in self.said):
            assert not self.ended.is_set(), self.report()
            time.sleep(0.02)

    def report(self):
        said = list(dict.fromkeys(filter(None, self.said)))
        return {"said": said, "notes": self.notes, "points": self.results, "error": self.error}


def end(process: subprocess.Popen):
    process.kill()
    process.wait()


# Scenarios: each gets the course's folder and three machines, and returns what to report.


def a_worker_dies_and_another_comes(root, a, b, c):
    a.scheduler()
    first = b.worker()
    run = Class(root)
    run.has_begun()
    end(first)
    run.heard("no worker is left")
    c.worker()
    run.ended.wait()
    return [run]


def the_scheduler_dies_and_comes_back(root, a, b, c):
    first, worker = a.scheduler(), b.worker()
    run = Class(root)
    run.has_begun()
    end(first)
    end(worker)
    run.heard("it has ended, start it again")
    a.scheduler()
    b.worker()
    run.ended.wait()
    return [run]


def the_scheduler_dies_for_good(root, a, b, c):
    """And with force, so that earlier verdicts could be lost; the same command goes on."""
    first, worker = a.scheduler(), b.worker()
    whole = Class(root)
    whole.ended.wait()
    again = Class(root, force=True)
    again.has_begun()
    end(first)
    end(worker)
    cluster.PATIENCE = 3.0
    again.ended.wait()
    cluster.PATIENCE = 600.0
    a.scheduler()
    b.worker()
    last = Class(root)
    last.ended.wait()
    return [whole, again, last]


def a_link_is_cut_for_a_while(root, a, b, c):
    a.scheduler()
    b.worker()
    run = Class(root)
    run.has_begun()
    b.cut()
    run.heard("nothing is heard of the worker")
    b.join()
    run.ended.wait()
    return [run]


def our_own_link_is_cut_for_a_while(root, a, b, c):
    a.scheduler()
    b.worker()
    run = Class(root)
    run.has_begun()
    a.cut()
    run.heard("does not answer")
    a.join()
    run.ended.wait()
    return [run]


def no_worker_ever_comes(root, a, b, c):
    a.scheduler()
    run = Class(root)
    run.heard("no worker has come yet")
    b.worker()
    run.ended.wait()
    return [run]


def a_worker_has_other_versions(root, a, b, c):
    a.scheduler()
    folder = Path("other")
    folder.mkdir()
    changed = "import numpy; numpy.__version__ = '99.0'"
    (folder / "sitecustomize.py").write_text(changed)
    b.worker(PYTHONPATH=f"{folder.resolve()}:{os.environ['PYTHONPATH']}")
    run = Class(root)
    run.ended.wait()
    return [run]


def play(scenario: str, folder: Path) -> list[dict]:
    """What each run of a scenario reports."""
    begin = needs.require("networks")
    done = subprocess.run(
        [*begin, sys.executable, __file__, str(folder), scenario],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    # So that nobody waits minutes for a scenario; but a busy machine takes its time.
    cluster.TICK, scheduler.SILENT_SECONDS = 0.5, 4.0
    cluster.PATIENCE = 600.0
    place, scenario = Path(sys.argv[1]), globals()[sys.argv[2]]
    os.chdir(place)
    certificates()
    course = tiny_course(place / "course")
    for number, student in enumerate(STUDENTS):
        hand_in(course, student, "tiny", tiny(NO_HALF if number % 3 == 0 else RIGHT))
    machines = network()
    print(json.dumps([run.report() for run in scenario(course, *machines)]))
    sys.stdout.flush()
    os._exit(0)  # the namespaces end with this process, and all that runs in them
