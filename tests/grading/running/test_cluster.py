"""Where several machines grade a class: what the master says when one fails, and what is left."""

from hosts import STUDENTS, play

from cnncourse.grading.running import cluster
from cnncourse.grading.running.cluster import Cluster

# Twice right and once wrong, in turns.
WHOLE = {name: 2 if number % 3 == 0 else 9 for number, name in enumerate(STUDENTS)}


def test_a_class_goes_on_when_the_scheduler_comes_back(tmp_path):
    [run] = play("the_scheduler_dies_and_comes_back", tmp_path)
    assert run["points"] == WHOLE


def test_workers_of_this_machine_may_be_late_without_ending_the_run(monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 0.0)
    said = []
    with Cluster(1) as local:
        local.waits = lambda reason, seconds: said.append(reason)
        assert local.client
        monkeypatch.setattr(cluster, "ANSWER", 0.0)
        assert local._look() is False
        assert local._look() is False
        assert said == ["this machine is busy: its own workers have not answered yet"] * 2
        assert dict(local.spread(str, [("a", 1), ("b", 2)])) == {1: "1", 2: "2"}


def test_a_client_of_this_machine_that_was_closed_is_started_anew():
    with Cluster(1) as local:
        local.client.close()
        assert dict(local.spread(str, [("a", 1), ("b", 2)])) == {1: "1", 2: "2"}
