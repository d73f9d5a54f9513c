"""Stand-ins for the student's objects: what each use of one asks, and what is believed of the answer."""

import pytest
import torch

from cnncourse.grading.examining.protocol import proxies
from cnncourse.grading.examining.protocol.proxies import (
    DECIDING,
    Remote,
    RemoteError,
    applied,
    context,
    error_from,
    served,
)


class Asked:
    """A link that notes what it is asked and gives the answers of a list."""

    def __init__(self, *answers):
        self.answers, self.questions, self.dropped = list(answers), [], []

    def ask(self, *question):
        self.questions.append(question)
        return self.answers.pop(0)


@pytest.fixture(autouse=True)
def settings(monkeypatch):
    """The caller's: told apart from what else is in a question."""
    monkeypatch.setattr(proxies, "context", lambda: "context")


def test_each_use_is_one_question():
    link = Asked(1, 2, 3, 4, (5,), iter(()))
    thing = Remote(link, 7)
    assert thing("a", k="b") == 1
    assert thing.field == 2
    assert len(thing) == 3
    assert thing["key"] == 4
    assert next(thing) == 5
    iter(thing)
    # Identity, since a proxy compares with nothing.
    assert all(question[1] is thing for question in link.questions)
    assert [(q[0], *q[2:]) for q in link.questions] == [
        ("call", ("a",), {"k": "b"}, "context"),
        ("get", "field"),
        ("len",),
        ("item", "key"),
        ("next", "context"),
        ("iter",),
    ]


def test_a_proxy_that_nobody_needs_any_more_is_let_go_of():
    link = Asked()
    thing = Remote(link, 7)
    assert link.dropped == []
    del thing
    assert link.dropped == [7]


def test_a_name_is_the_one_that_it_was_fetched_by():
    link = Asked()
    named, nameless = Remote(link, 1, "double"), Remote(link, 2)
    assert named.__name__ == "double"
    assert repr(named) == "<double of the other process>"
    assert repr(nameless) == "<an object of the other process>"
    with pytest.raises(AttributeError, match="<an object of the other process> has no __name__"):
        _ = nameless.__name__
    assert not link.questions


@pytest.mark.parametrize("name", ["__dict__", "__wrapped__", "__array__", "__torch_function__"])
def test_special_names_are_never_asked_for(name):
    link = Asked()
    for thing in (Remote(link, 1), Remote(link, 1, "double")):
        with pytest.raises(AttributeError):
            getattr(thing, name)
    assert not link.questions


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_proxy_that_is_not_complete_asks_nobody_and_ends_without_an_error():
    thing = Remote.__new__(Remote)
    for name in ("_link", "_name", "_left", "_handle"):
        with pytest.raises(AttributeError, match=f"^{name}$"):
            getattr(thing, name)
    del thing


@pytest.mark.parametrize("name", sorted(DECIDING))
def test_a_comparing_method_is_a_claim(name):
    link = Asked()
    with pytest.raises(TypeError, match="cannot be compared, tested or looked up"):
        getattr(Remote(link, 1), name)
    assert not link.questions


@pytest.mark.parametrize(
    "length, good", [(0, True), (5, True), (-1, False), (1.0, False), (True, False), ("1", False)]
)
def test_a_length_is_a_count(length, good):
    thing = Remote(Asked(length), 1)
    if good:
        assert len(thing) == length
    else:
        with pytest.raises(TypeError, match="len\\(\\) gave something else than a count"):
            len(thing)


@pytest.mark.parametrize("item", [(1, 2), [1], None, 5, {}])
def test_an_item_is_one_or_none(item):
    with pytest.raises(TypeError, match="next\\(\\) gave no item"):
        next(Remote(Asked(item), 1))
    with pytest.raises(StopIteration):
        next(Remote(Asked(()), 1))


def test_so_many_items_are_taken_and_no_more(monkeypatch):
    assert proxies.MOST_ITEMS == 100_000
    monkeypatch.setattr(proxies, "MOST_ITEMS", 3)
    link = Asked(*[(n,) for n in range(5)])
    thing = Remote(link, 1)
    assert [next(thing) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(RuntimeError, match="more than 3 items; does it ever end"):
        next(thing)
    assert len(link.questions) == 3


def test_a_proxy_is_not_changed_from_here():
    with pytest.raises(TypeError, match="<f of the other process>: its attributes cannot be set"):
        Remote(Asked(), 1, "f").x = 3


# Observing


NOTHING = None, [], None, [], None  # error, lines, gradients, used, passes


def observed(args, *found, how=("without", None)):
    link = Asked(found)
    return Remote(link, 1).__observe__(args, *how), link


def test_what_a_call_did_is_plain_data():
    x = torch.ones(2)
    call, link = observed(
        [x, 3],
        *(5, (x, 3), {"k": 1}, (("E", "Exception"), 7), ["line 1", 2]),
        *([[1.0, 2.0]], ("torch.relu", 8), [[[True, False, x, x, 0.5, 2.5]], 1, [0.25]]),
    )
    assert call.lines == ["line 1", "2"] and call.rehearsal.passes[0].stale == 0.5
    assert call.rehearsal.steps == [0.25] and call.rehearsal.passes[0].loss == 2.5
    assert (call.value, call.args, call.kwargs) == (5, [x, 3], {"k": 1})
    assert call.error == (["E", "Exception"], "7") and call.used == ["torch.relu", "8"]
    assert [g.tolist() for g in call.gradients] == [[1.0, 2.0]]
    ((operation, _, *rest),) = link.questions
    assert operation == "observe" and rest[1:] == ["without", None, "context"] and rest[0][1] == 3


def test_what_did_not_happen_is_none():
    call, _ = observed([torch.ones(1), torch.ones(1, dtype=torch.int64)], 5, [], {}, *NOTHING)
    assert call.error is None and call.gradients is None and call.used == []
    call, _ = observed([torch.ones(1)], 5, [], {}, None, [], [None], [], None)
    assert call.gradients == [None]


@pytest.mark.parametrize("gradients", [[], [1.0, 2.0]])
def test_as_many_gradients_come_back_as_were_wanted(gradients):
    with pytest.raises(TypeError, match=f"{len(gradients)} gradients came back for 1 tensors"):
        observed(
            [torch.ones(1), 3, torch.ones(1, dtype=torch.int64)],
            *(5, [], {}, None, [], gradients, [], None),
        )


# Errors


def test_an_error_has_the_first_known_base_and_the_name_of_its_class():
    error = error_from(["Own", "IndexError", "LookupError"], "no", ["a", 5])
    assert type(error).__name__ == "Own" and isinstance(error, (IndexError, RemoteError))
    assert str(error) == "no" and error.shown == ["a", "5"]
    assert str(error_from(["KeyError"], "no", [])) == "no"  # Python's would quote it
    for names in (
        ["Own"],
        ["StopIteration"],
        ["SystemExit"],
        [],
        "KeyError",
        None,
        5,
        ["KeyError("],
    ):
        error = error_from(names, 5, None)
        assert type(error).__mro__[1] is RemoteError and not isinstance(error, LookupError)
        assert str(error) == "5" and error.shown == []
    assert type(error_from(["Own", "Other"], "", [])).__name__ == "Own"
    assert type(error_from([], "", [])).__name__ == "Exception"
    assert RemoteError.__mro__[1] is Exception


@pytest.mark.parametrize("name", sorted(proxies.ERRORS))
def test_every_known_kind_can_be_raised(name):
    with pytest.raises(proxies.ERRORS[name], match=r"^why$"):
        raise error_from([name, "Exception"], "why", [])


@pytest.mark.parametrize(
    "name, good",
    [
        ("E" * 100, True),
        ("E" * 101, False),
        ("a b", False),
        ("class", False),
        (5, False),
        ("É", True),
    ],
)
def test_a_name_of_an_error_is_one_of_python_and_short(name, good):
    assert type(error_from([name], "", [])).__name__ == (name if good else "Exception")


def test_a_message_and_its_lines_are_cut():
    error = error_from([], "x" * 3000, ["y" * 3000, *map(str, range(60))])
    assert len(str(error)) == 2000 and error.shown == [str(n) for n in range(10, 60)]
    assert [len(line) for line in error_from([], "", ["y" * 3000]).shown] == [2000]
    assert len(error_from([], "", ["y"] * 50).shown) == 50


# Settings of a call


@pytest.fixture
def real(monkeypatch):
    monkeypatch.undo()


@pytest.fixture(autouse=True)
def torchs_settings():
    yield
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)


def test_a_call_depends_on_the_callers_settings(real):
    torch.manual_seed(3)
    with torch.no_grad():
        first = context()
    torch.set_default_dtype(torch.float64)
    second = context()
    assert first[:2] == (False, torch.float32) and second[:2] == (True, torch.float64)
    torch.manual_seed(3)
    assert (first[2], second[2]) == tuple(int(torch.randint(2**62, ())) for _ in "ab")
    assert first[2] != second[2]


@pytest.mark.parametrize("grad", [True, False])
def test_and_has_them_while_it_runs_and_not_after(grad):
    torch.set_grad_enabled(not grad)
    with applied((grad, torch.float64, 11)):
        assert torch.is_grad_enabled() is grad and torch.get_default_dtype() is torch.float64
        found = torch.rand(3, dtype=torch.float32)
    assert torch.is_grad_enabled() is not grad and torch.get_default_dtype() is torch.float32
    assert torch.equal(found, torch.rand(3, generator=torch.Generator().manual_seed(11)))


def test_they_are_given_back_after_an_error_too():
    with pytest.raises(KeyError), applied((False, torch.float64, 1)):
        raise KeyError
    assert torch.is_grad_enabled() and torch.get_default_dtype() is torch.float32


def test_the_side_that_has_the_object_does_what_is_asked():
    do, settings = served(), (False, torch.float64, 11)

    def function(*args, **kwargs):
        return args, kwargs, torch.is_grad_enabled(), torch.get_default_dtype()

    assert do["call"](function, [1, 2], {"k": 3}, settings) == (
        (1, 2),
        {"k": 3},
        False,
        torch.float64,
    )

    def items():
        yield torch.get_default_dtype()

    iterator = do["iter"](items())
    assert do["next"](iterator, settings) == (torch.float64,)
    assert do["next"](iterator, settings) == ()
    assert (do["len"]([1, 2]), do["item"]([1, 2], 1), do["get"](3, "real")) == (2, 2, 3)
    assert set(do) == {"call", "next", "get", "iter", "len", "item"}
