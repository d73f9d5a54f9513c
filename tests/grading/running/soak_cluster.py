"""A class that several machines grade, each of which fails in its way: a minute each."""

import pytest
from hosts import STUDENTS, play
from test_cluster import WHOLE


@pytest.mark.parametrize(
    "scenario, said",
    [
        ("a_worker_dies_and_another_comes", "no worker is left; start one with `dask worker tls:"),
        ("the_scheduler_dies_and_comes_back", "if it has ended, start it again"),
        ("a_link_is_cut_for_a_while", "nothing is heard of the worker tls://10.9.0.3:"),
        ("our_own_link_is_cut_for_a_while", "the scheduler at tls://10.9.0.2:8786 does not answer"),
        ("no_worker_ever_comes", "no worker has come yet; start one with `dask worker tls:"),
    ],
)
def test_the_class_waits_says_why_and_goes_on(scenario, said, tmp_path):
    [run] = play(scenario, tmp_path)
    assert any(said in sentence for sentence in run["said"]), run
    assert run["points"] == WHOLE
    assert not run["error"]


def test_without_a_scheduler_the_run_ends_in_a_sentence_and_nothing_is_lost(tmp_path):
    whole, again, last = play("the_scheduler_dies_for_good", tmp_path)
    assert whole["points"] == WHOLE
    assert "has not answered for 3 seconds" in again["error"]
    assert "the same command goes on" in again["error"]
    assert last["points"] == WHOLE


def test_a_worker_with_other_versions_grades_nobody(tmp_path):
    [run] = play("a_worker_has_other_versions", tmp_path)
    assert "has other versions than this machine: numpy 99.0 (here " in run["error"]
    assert run["points"] == dict.fromkeys(STUDENTS, 0) or not run["points"]
