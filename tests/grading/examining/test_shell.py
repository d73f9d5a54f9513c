"""What is kept of a cell's outputs: cut to the limit, and nothing that runs in a reader's browser."""

import base64
import io
import json
import signal
import sys

import pytest
from forked import forked

from cnncourse.grading.examining.inside.shell import (
    TRUNCATED,
    Collector,
    Stream,
    clean,
    displayed,
    error_output,
    make_shell,
)

PNG = base64.b64encode(b"picture").decode()


def text(*words, name="stdout"):
    return {"output_type": "stream", "name": name, "text": "".join(words)}


def collected(limit, *texts):
    collector = Collector(limit)
    for words in texts:
        collector.stream("stdout", words)
    return collector


# The collector


def test_what_is_put_out_is_one_text_for_each_stream_in_turn():
    collector = Collector(1000)
    for name, words in (("stdout", "a"), ("stdout", "b"), ("stderr", "c"), ("stdout", "d")):
        collector.stream(name, words)
    collector.stream("stdout", "")
    assert collector.taken() == [text("ab"), text("c", name="stderr"), text("d")]
    assert Collector(5).taken() == [] and collected(5, "").taken() == []


def test_sizes_are_those_of_json():
    collector = collected(1000, 'é"')
    assert (collector.size, collector.left) == (len(json.dumps('é"')), 1000 - len(json.dumps('é"')))
    picture = displayed("display_data", {"image/png": PNG})
    collector.add(picture)
    assert (
        collector.size == len(json.dumps('é"')) + len(json.dumps(picture)) == 1000 - collector.left
    )
    assert (Collector(7).left, Collector(7).size) == (7, 0)


def test_a_text_at_the_limit_is_whole_and_one_above_it_is_cut():
    assert collected(7, "12345").taken() == [text("12345")]  # with the quotes
    found = collected(6, "12345")
    assert found.taken() == [text(TRUNCATED)] and found.size == 7
    assert collected(120, "x" * 1000).taken() == [text("x" * 10, TRUNCATED)]
    assert collected(143, "x" * 1000).taken() == [text("x" * 11, TRUNCATED)]


def test_the_size_of_what_is_cut_tells_that_it_was_too_much_and_costs_no_time():
    # Not all of it is turned into JSON: a text may have gigabytes.
    assert collected(100, "x" * 5000).size == 101 + 2
    assert collected(0, "x" * 5000).size == 5000
    assert collected(1, "x" * 5000).size == 2 + 2


def test_after_the_limit_nothing_is_kept_and_it_is_said_once():
    collector = collected(100, "x" * 60, "y" * 60, "z" * 60)
    assert collector.taken() == [text("x" * 60, "y" * 3, TRUNCATED)]
    assert collector.left < 0 and collector.size == 62 + 41 + 60
    assert collected(0, "x").taken() == []
    assert collected(1, "x").taken() == [text(TRUNCATED)]


def test_a_picture_above_the_limit_is_left_out_and_said_so():
    picture = displayed("display_data", {"image/png": PNG})
    size = len(json.dumps(picture))
    collector = Collector(size)
    collector.add(picture)
    assert collector.taken() == [picture] and collector.left == 0
    collector = Collector(size - 1)
    collector.add(picture)
    (said,) = collector.taken()
    assert said["name"] == "stdout" and TRUNCATED in said["text"]
    assert collector.size == size + len(json.dumps(TRUNCATED))


def test_a_text_after_a_picture_is_another_text():
    collector = collected(1000, "a", "b")
    collector.add(displayed("display_data", {"image/png": PNG}))
    collector.stream("stdout", "c")
    assert [output.get("text") for output in collector.taken()] == ["ab", None, "c"]


# Streams


def test_a_stream_writes_texts_to_the_collector():
    collector = Collector(1000)
    stream = Stream("stderr", collector)
    assert stream.writable() and stream.write("héllo") == 5
    print("!", file=stream)
    assert collector.taken() == [text("héllo!\n", name="stderr")]
    assert (stream.name, stream.encoding, stream.errors) == ("<stderr>", "utf-8", "replace")
    for bad in (b"x", 7):
        with pytest.raises(TypeError, match=f"must be str, not {type(bad).__name__}"):
            stream.write(bad)
    assert isinstance(stream, io.TextIOBase)


# What a student's process reports


def test_good_outputs_stay_as_they_are():
    outputs = [
        text("a"),
        text("b", name="stderr"),
        error_output("E", "no", ["line"]),
        displayed("display_data", {"text/plain": "x", "image/png": PNG}),
        displayed("execute_result", {"image/jpeg": PNG + "\n"}),
    ]
    assert clean(outputs, 10_000).taken() == outputs
    assert outputs[3]["metadata"] == {} and "execution_count" not in outputs[3]
    assert outputs[4]["execution_count"] is None


def test_everything_else_is_left_out():
    for bad in (
        None,
        "text",
        5,
        [],
        {"output_type": "stream"},
        {"output_type": "stream", "text": ["a"]},
        {"output_type": "error", "ename": "E"},
        {"output_type": "error", "traceback": "line"},
        {"output_type": "other", "text": "a", "traceback": [], "data": {"text/plain": "a"}},
        {"text": "a", "traceback": ["a"], "data": {"text/plain": "a"}},
        {"output_type": "display_data"},
        {"output_type": "display_data", "data": [1]},
        {"output_type": "display_data", "data": {}},
        {"output_type": "display_data", "data": {"text/html": "<b>"}},
        {"output_type": "display_data", "data": {"text/plain": "half \ud800"}},
        {"output_type": "display_data", "data": {"text/plain": 7}},
        {"output_type": "display_data", "data": {"image/png": '"><script>'}},
        {"output_type": "display_data", "data": {"image/png": 7}},
        {"output_type": "display_data", "data": {"image/jpeg": b"abc"}},
    ):
        assert clean([bad], 1000).taken() == [], bad
    for bad in (None, 5, "text", {"a": 1}, (text("a"),)):
        assert clean(bad, 1000).taken() == []


def test_what_is_left_of_an_output_is_what_may_be_shown():
    output = {
        "output_type": "execute_result",
        "execution_count": "<b>",
        "metadata": {"x": 1},
        "data": {"text/plain": "a", "text/html": "<b>", "image/png": "<", "image/jpeg": PNG},
    }
    kept = displayed("execute_result", {"text/plain": "a", "image/jpeg": PNG})
    assert clean([output], 1000).taken() == [kept]
    number = 10**4700  # one so large that it has no text
    lines = ["a", number, ["b"]]
    error = {"output_type": "error", "ename": number, "evalue": "\ud800", "traceback": lines}
    assert clean([error | {"x": 1}], 1000).taken() == [error_output("", "?", ["a", "", ""])]
    stream = {"output_type": "stream", "name": "<b>", "text": "a\ud800"}
    assert clean([stream], 1000).taken() == [text("a?")]


def test_the_limit_holds_for_what_is_reported_too():
    found = clean([text("x" * 500), text("y" * 500)], 120)
    assert found.taken() == [text("x" * 10, TRUNCATED)] and found.size > 120


# The shell itself, which changes its process for good


def run(*cells, limit=100_000):
    """The outputs of some cells, each by itself, in one shell."""

    def outputs():
        shell = make_shell()
        found = []
        for cell in cells:
            with shell.collecting(limit) as collector:
                shell.run_cell(cell)
            found.append(collector.taken())
        return found

    return forked(outputs)


def test_cells_run_as_in_a_notebook():
    figure = "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()"
    said, result, broken, shown, picture, errors, cleared = run(
        "import sys; print('a'); print('b', file=sys.stderr)",
        "1 + 1",
        "{}['key']",
        "from IPython.display import display, HTML; display(HTML('<b>'), 'x')",
        figure,
        "sys.stdout.write(b'bytes')",
        "from IPython.display import clear_output; print('x'); clear_output(); print('y')",
    )
    assert said == [text("a\n"), text("b\n", name="stderr")]
    assert result == [displayed("execute_result", {"text/plain": "2"})]
    (error,) = broken
    assert (error["ename"], error["evalue"]) == ("KeyError", "'key'")
    lines = "\n".join(error["traceback"])
    assert "{}['key']" in lines and "\x1b" not in lines
    assert [set(output["data"]) for output in shown] == [{"text/plain"}] * 2
    kinds = {kind: data for output in picture for kind, data in output.get("data", {}).items()}
    assert base64.b64decode(kinds["image/png"]).startswith(b"\x89PNG")
    assert errors[0]["ename"] == "TypeError"
    assert cleared == [text("y\n")]


def test_an_error_of_what_a_cell_compiles_is_shown_with_the_line_that_did():
    ((error,),) = run("exec('1 +')")
    assert error["ename"] == "SyntaxError" and "exec('1 +')" in "\n".join(error["traceback"])


def test_streams_are_given_back_after_a_cell_even_if_it_fails():
    def check():
        shell = make_shell()
        before = sys.stdout, sys.stderr
        with pytest.raises(KeyError), shell.collecting(10) as collector:  # noqa: PT012
            assert (sys.stdout.name, sys.stderr.name) == ("<stdout>", "<stderr>")
            assert shell.collector is collector and collector.left == 10
            raise KeyError
        return (sys.stdout, sys.stderr) == before and sys.stdout is before[0]

    assert forked(check)


def test_nothing_is_kept_before_a_cell_and_no_history_is_written():
    def check():
        shell = make_shell()
        shell.enable_gui()
        shell.display_pub.publish({"text/plain": "lost"})
        return shell.collector.outputs, shell.history_manager.enabled, shell.colors

    outputs, history, colors = forked(check)
    assert outputs == [] and history is False and colors.lower() == "nocolor"


@pytest.mark.parametrize(
    "text", ["x = 1" + " + 1" * 9_000, "a" + ".b" * 9_000], ids=["sum", "dots"]
)
def test_a_cell_too_deep_for_the_compiler_is_its_own_error_and_the_next_one_runs(text):
    def check():
        shell = make_shell()
        with shell.collecting(10_000) as collector:
            for cell in (text, "print(7)"):
                shell.run_for(60, cell)
        return collector.taken()

    error, said = forked(check)
    assert error["ename"] == "RecursionError" and said["text"] == "7\n"


# A cell's time


def timed(*cells, seconds=0.3):
    """Outputs of some cells that have so much time each, and which timer is still running."""

    def check():
        shell = make_shell()
        with shell.collecting(100_000) as collector:
            for cell in cells:
                shell.run_for(seconds, cell)
        return collector.taken(), signal.getitimer(signal.ITIMER_REAL)

    return forked(check)


LATE = "interrupted: it ran longer than 0.3 s. The cells after it are run"


@pytest.mark.parametrize("cell", ["while True: pass", "import time; time.sleep(0.9)"])
def test_a_cell_that_runs_too_long_is_interrupted_and_says_so_and_the_next_one_runs(cell):
    (error, said), timer = timed(cell, "print(7)")
    assert (error["ename"], error["evalue"]) == ("KeyboardInterrupt", LATE)
    assert said == text("7\n") and timer == (0, 0)


def test_a_cell_that_does_not_give_way_is_interrupted_again():
    cell = """
import time
for _ in range(2):
    try:
        time.sleep(60)
    except KeyboardInterrupt as error:
        print(error)
"""
    (said,), timer = timed(cell, "print(7)")
    # It ended all the same; the last line is what is said of one that took the interrupt for itself.
    assert said["text"].splitlines() == [LATE, LATE, LATE, "7"] and timer == (0, 0)


def test_a_cell_in_time_is_not_spoken_of_and_its_error_is_shown_whole():
    (error, said), timer = timed(
        "import time\nclass Slow(Exception):\n    def __str__(self):\n"
        "        time.sleep(0.6)\n        return 'slow'\nraise Slow",
        "print(7)",
    )
    assert (error["ename"], error["evalue"]) == ("Slow", "slow")
    assert said == text("7\n") and timer == (0, 0)


# A plot that lives: frames of a picture that take each other's place.
FRAMES = """
import numpy as np, matplotlib.pyplot as plt
from IPython.display import clear_output, display
plt.close("all")  # other tests' may be open in the process that this one is a fork of
figure, ax = plt.subplots(figsize=(2, 1))
{before}
for frame in range(8):
    ax.clear(); ax.plot(np.random.default_rng(frame).normal(size=300)); ax.set_title(f"frame {{frame}}")
    {shown}
{after}
plt.close(figure)
"""
WAYS = {
    "cleared-before": ("", "clear_output(wait=True); display(figure); print(frame)", ""),
    "cleared-after": ("", "display(figure); print(frame); clear_output(wait=True)", ""),
    "at-once": ("", "clear_output(); display(figure); print(frame)", ""),
    "updated": ("shown = display(figure, display_id=True)", "shown.update(figure)", "print(frame)"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_plot_that_lives_keeps_its_last_frame_and_counts_once(way):
    before, shown, after = WAYS[way]
    cell = FRAMES.format(before=before, shown=shown, after=after)
    outputs, last = run(cell, "display(figure)", limit=20_000)
    assert [output["output_type"] for output in outputs] == ["display_data", "stream"]
    assert outputs[1]["text"] == "7\n"
    # What a single drawing of that frame gives.
    assert outputs[0]["data"]["image/png"] == last[0]["data"]["image/png"]


def test_what_was_cleared_no_longer_counts():
    def check():
        collector = Collector(100)
        for _ in range(50):
            collector.stream("stdout", "x" * 60)
            collector.clear()
        collector.stream("stdout", "last")
        collector.clear(wait=True)
        return collector.taken(), collector.size, collector.left

    outputs, size, left = check()
    assert outputs == [text("last")] and size + left == 100


def test_an_update_counts_in_the_place_of_what_was_shown():
    collector = Collector(1000)
    for words in ("small", "large" * 10, "less"):
        output = displayed("display_data", {"text/plain": words})
        if words == "small":
            collector.add(output, "a")
        collector.replace("a", output)
        size = len(json.dumps(output))
        assert (collector.size, collector.left) == (size, 1000 - size)


def test_an_update_beyond_the_limit_leaves_what_was_shown():
    collector = Collector(150)
    collector.add(displayed("display_data", {"text/plain": "small"}), "a")
    collector.replace("a", displayed("display_data", {"text/plain": "large" * 100}))
    collector.replace("unknown", displayed("display_data", {"text/plain": "new"}))
    assert [output["data"]["text/plain"] for output in collector.taken()] == ["small"]
