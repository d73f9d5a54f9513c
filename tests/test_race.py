"""The race: its clock, what an entry may show, the command, and that the record learns."""

import itertools
from dataclasses import replace

import pytest
import torch
from torch import nn

from cnncourse import race, record
from cnncourse.__main__ import main
from cnncourse.commands.race import share
from cnncourse.course import CourseError
from cnncourse.data import Images, digits


class Same(nn.Module):
    """Says the same class of every image."""

    def __init__(self, label):
        super().__init__()
        self.label = label

    def forward(self, x):
        return torch.eye(3)[self.label].expand(len(x), 3)


def images(right):
    """Ten images, of which so many have the label 1."""
    pixels = torch.zeros(10, 3, 4, 4, dtype=torch.uint8)
    return Images(pixels, (torch.arange(10) < right).long(), ("a", "b", "c"), "ten")


def test_the_clock_stands_still_while_a_network_is_tried(monkeypatch):
    now = itertools.count()
    tried = []

    def entry(train, goal, seed):
        for _ in range(3):
            next(now)  # the entry trains
            yield Same(1)

    def evaluate(network, test):
        tried.append([next(now) for _ in range(100)])
        return actual(network, test)

    actual = race.evaluate
    monkeypatch.setattr(race, "evaluate", evaluate)
    found = race.laps(entry, images(5), images(5), goal=0.9, clock=lambda: next(now))
    assert [lap.seconds for lap in found] == [2, 4, 6] and len(tried) == 3


@pytest.mark.parametrize("goal, most, expected", [(0.6, 100, 3), (0.3, 100, 2), (0.9, 2, 2)])
def test_a_run_ends_at_the_goal_or_when_time_is_over(goal, most, expected):
    tests = images(4)  # 40 % for the label 1, 60 % for the label 0
    networks = (Same(label) for label in (2, 1, 0, 1))
    ticks = itertools.count()  # each lap takes one second
    laps = race.laps(lambda *_: networks, tests, tests, goal, most=most, clock=ticks.__next__)
    assert [lap.accuracy for lap in laps] == pytest.approx([0, 0.4, 0.6, 0.4][:expected])


def test_held_out_images_are_the_same_number_for_everybody(monkeypatch):
    monkeypatch.setattr(race, "HELD_OUT", 4)
    tests = images(4)
    [lap] = race.laps(lambda *_: iter([Same(1)]), tests, tests, goal=1.0)
    assert lap.accuracy == 1


def test_an_entry_that_shows_something_else_is_told_so():
    with pytest.raises(CourseError, match="showed a float: `yield` the network"):
        list(race.laps(lambda *_: iter([0.8]), images(5), images(5), goal=0.5))


def test_the_record_learns_and_shows_a_network_after_each_epoch(monkeypatch):
    monkeypatch.setattr(record, "BATCH", 64)
    monkeypatch.setattr(record, "EPOCHS", {0.99: 2})
    train, test = (replace(part, images=part.images.expand(-1, 3, -1, -1)) for part in digits())
    found = list(race.laps(record.compete, train, test, goal=0.99))
    assert len(found) == 2 and found[-1].accuracy > 0.5  # by chance: 0.1


def test_what_is_not_a_file_or_no_entry_is_told(tmp_path, capsys):
    assert main(["race", str(tmp_path / "mine.py")]) == 2
    assert "cnncourse race --copy" in capsys.readouterr().err
    (tmp_path / "mine.py").write_text("def train(): pass\n")
    assert main(["race", str(tmp_path / "mine.py")]) == 2
    assert "defines no function compete(train, goal, seed)" in capsys.readouterr().err


def test_a_copy_of_the_record_is_an_entry_and_overwrites_nothing(tmp_path, capsys):
    mine = tmp_path / "mine.py"
    assert main(["race", "--copy", str(mine)]) == 0
    assert race.read(mine).__code__.co_code == record.compete.__code__.co_code
    mine.write_text("my own\n")
    assert main(["race", "--copy", str(mine)]) == 1 and mine.read_text() == "my own\n"


def test_the_command_compares_an_entry_with_the_record(tmp_path, monkeypatch, capsys):
    train, test = images(5), images(9)
    monkeypatch.setattr("cnncourse.data.cifar10", lambda: (train, test))
    monkeypatch.setattr(record, "compete", lambda *_: iter([Same(0), Same(1)]))
    (tmp_path / "mine.py").write_text(
        "from test_race import Same\ndef compete(train, goal, seed):\n    yield Same(1)\n"
    )
    (tmp_path / "late.py").write_text(
        "from test_race import Same\ndef compete(train, goal, seed):\n    yield Same(2)\n"
    )
    assert main(["race", str(tmp_path / "mine.py"), "--seeds", "2", "--threads", "1"]) == 0
    said = capsys.readouterr().out
    assert said.count("90.0%") == 4 and "times as fast as the record" in said
    assert main(["race", str(tmp_path / "late.py"), "--alone", "--threads", "1"]) == 1
    assert "did not reach 80%" in capsys.readouterr().err


def test_stand_in_images_are_no_race(monkeypatch, capsys):
    monkeypatch.setenv("CNNCOURSE_CIFAR10", "synthetic")
    with pytest.warns(UserWarning, match="synthetic"):
        assert main(["race"]) == 2
    assert "cnncourse data" in capsys.readouterr().err


@pytest.mark.parametrize("given, expected", [("80", 0.8), ("85%", 0.85), ("62.5 %", 0.625)])
def test_goals_are_percent(given, expected):
    assert share(given) == expected


@pytest.mark.parametrize("arguments", [["--goal", "0"], ["--goal", "120"], ["--seeds", "0"]])
def test_what_cannot_be_run_is_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        main(["race", *arguments])
    assert "race" in capsys.readouterr().err
