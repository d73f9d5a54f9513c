"""What a figure's state may be is written in Python: there it is checked, in the script repaired."""

import math
import random

import pytest
from ipywidgets import Widget
from jsonschema import Draft202012Validator
from traitlets import TraitError

from cnncourse import figures
from cnncourse.figures import traits
from cnncourse.figures.figure import Figure
from cnncourse.figures.traits import Bool, Enum, Float, Int, List, describe, in_words

CLASSES = {name: getattr(figures, name) for name in figures.__all__}
each_figure = pytest.mark.parametrize("name", CLASSES)

# What an address, a notebook or another program can hold in place of a trait's value.
ANYTHING = [
    None, True, False, "", "constructor", "__proto__", "toString", "3", "C1", {}, {"length": 9},
    {"constructor": 1}, math.nan, math.inf, -math.inf, 1e308, -1e308, 2**53, -1, -0.4, 0.5, 2.6,
    0, 1, 3, 7, 99, [], [1, 2], [math.nan] * 9, [0.5] * 9, [10, -10] * 5, ["1"] * 9, [1, None, 2],
    [[]], [[1]], [[1, 2, 3]], [["a", 1, 2]], [[101, -1]], [[[1, 2]]], [[1, 2], 3, None, [4, 5]],
    [15, 27, 27], [15, 4, 4, 4], [-1, 0.6, math.inf], list(range(3000)), [[1, 2]] * 300,
    [list(range(100)) * 50],
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def nobody_to_tell():
    """Thousands of figures are made here and shown nowhere: to open a line to a page takes half the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Widget, "open", lambda self: None)
        yield


def some_value(described, rng):
    """A value that the trait takes by itself, more often than not at its end."""
    if "enum" in described:
        return rng.choice(described["enum"])
    if described["type"] == "boolean":
        return rng.random() < 0.5
    if described["type"] == "array":
        few = min(described["maxItems"], described["minItems"] + 4)
        length = rng.randint(described["minItems"], few)
        length -= length % described.get("multiple", 1)
        return [some_value(described["items"], rng) for _ in range(length)]
    least, most = described["minimum"], described.get("maximum", 20)
    if described["type"] == "number":
        return rng.choice([float(least), float(most), rng.uniform(least, most)])
    return rng.choice([least, most, rng.randint(least, most)])


def some_states(name, count, wrong=0.0):
    """States of a figure in which each trait is anything with the probability `wrong`."""
    rng = random.Random(name)
    for _ in range(count):
        yield {
            trait: rng.choice(ANYTHING) if rng.random() < wrong else some_value(described, rng)
            for trait, described in CLASSES[name].description.items()
        }


def accepted(name, state):
    """Whether Python takes a state."""
    try:
        CLASSES[name](**state)
    except TraitError:
        return False
    return True


def equal(one, other):
    """Equal as JavaScript sees it, where 1 is 1.0 and not True."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


@pytest.fixture
def repair(javascript):
    """Repairs values by the description of a figure's class, or by another one."""

    def repair_all(name, values, description=None, fallback=None):
        description = description or CLASSES[name].description
        calls = [("repair", name, value, fallback or {}) for value in values]
        return javascript([("describe", name, description), *calls])[1:]

    return repair_all


@each_figure
def test_any_values_become_a_state_that_python_takes(repair, name):
    description = CLASSES[name].description
    values = [{}, *({trait: wrong} for trait in description for wrong in ANYTHING)]
    values += some_states(name, 300, wrong=0.4)
    repaired = repair(name, values)
    schema = {"type": "object", "properties": description, "required": list(description)}
    validator = Draft202012Validator({**schema, "additionalProperties": False})
    for before, after in zip(values, repaired, strict=True):
        assert not list(validator.iter_errors(after)), (before, after)
        assert accepted(name, after), (before, after)
    assert repair(name, repaired) == repaired, "a state is repaired to itself"


@each_figure
def test_script_leaves_alone_what_python_takes_and_nothing_else(repair, name):
    states = [CLASSES[name]().state(), *some_states(name, 600), *some_states(name, 100, wrong=0.1)]
    verdicts = [accepted(name, state) for state in states]
    unchanged = [
        equal(CLASSES[name](**state).state(), after) if verdict else not equal(state, after)
        for state, after, verdict in zip(states, repair(name, states), verdicts, strict=True)
    ]
    assert all(unchanged), states[unchanged.index(False)]
    assert 50 < sum(verdicts) < len(states), "both kinds were tried"


@each_figure
def test_value_of_a_wrong_type_gives_way_to_the_fallback(repair, name):
    rng = random.Random(name)
    description = CLASSES[name].description
    fallback = next(
        state
        for state in some_states(name, 1000)
        if accepted(name, state) and state != CLASSES[name]().state()
    )
    wrong = {trait: rng.choice([None, {}, math.nan, "constructor"]) for trait in description}
    assert repair(name, [wrong, {}], fallback=fallback) == [fallback] * 2


@each_figure
def test_slider_stops_where_python_would_refuse(javascript, name):
    description = CLASSES[name].description
    sliders = [
        (trait, state)
        for state in some_states(name, 60)
        if accepted(name, state)
        for trait, described in description.items()
        if described.get("type") == "integer"
    ]
    calls = [("limits", name, trait, state) for trait, state in sliders]
    results = javascript([("describe", name, description), *calls])[1:]
    for (trait, state), (least, most) in zip(sliders, results, strict=True):
        below = [other for other in description if "below" in description[other]]
        # What is numbered gives way to the others.
        others = {other: 0 for other in below if isinstance(state[other], int)}
        for value, expected in ((least, True), (most, True), (least - 1, False), (most + 1, False)):
            assert accepted(name, {**state, **others, trait: value}) == expected, (trait, value)


# Limits


def test_another_limit_in_python_is_another_limit_in_the_script(repair):
    class Changed(Figure):
        data, parts = ("lenet_weights",), ()
        files = classmethod(lambda cls: ())

        number = Float(0, min=-2, max=2).tag(sync=True)
        whole = Int(4, min=3, max=5).tag(sync=True, most="other + 1")
        other = Int(9, min=0, max=9).tag(sync=True)
        index = Int(0, min=0).tag(sync=True, below="whole * 2")
        kind = Enum(["a", "b"], "a").tag(sync=True)
        flag = Bool(True).tag(sync=True)
        row = List(Int(min=0, max=1), [0], minlen=1, maxlen=2).tag(sync=True)

    asked = dict(number=3, whole=7, other=2.6, index=99, kind="c", flag=0, row=[5, 5, 5])
    (state,) = repair("Changed", [asked], Changed.description)
    assert state == dict(number=2, whole=4, other=3, index=7, kind="a", flag=True, row=[1, 1])
    Changed(**state)


@each_figure
def test_script_knows_no_maximum_by_itself(repair, name):
    for trait, described in CLASSES[name].description.items():
        if "maximum" not in described:
            continue
        for maximum in (described["minimum"], described["maximum"] + 5):
            alone = {"type": described["type"], "minimum": described["minimum"], "default": 0}
            changed = {trait: {**alone, "maximum": maximum}}
            assert repair(name, [{trait: 1e9}], changed) == [{trait: maximum}]


WHOLE = "whole numbers from"
LIMITS = {
    "ChannelSum": dict(
        channels=f"{WHOLE} 1 to 3", filters=f"{WHOLE} 1 to 2", kernel_size=f"{WHOLE} 1 to 3",
        padding=f"{WHOLE} 0 to 1", filter=f"{WHOLE} 0", step=f"{WHOLE} 0",
    ),
    "ConvolutionArithmetic": dict(
        input_size=f"{WHOLE} 1 to 10", kernel_size=f"{WHOLE} 1 to 5", padding=f"{WHOLE} 0 to 4",
        stride=f"{WHOLE} 1 to 4", dilation=f"{WHOLE} 1 to 3", dimensions=f"{WHOLE} 1 to 3",
        transposed="True or False", padding_mode="'zeros' or 'circular' or 'causal'",
        channels="1 or 2 or 4", groups="1 or 2 or 4", step=f"{WHOLE} 0",
    ),
    "DropoutNetwork": dict(
        p="numbers from 0 to 0.9", training="True or False", scaled="True or False",
        masks=f"{WHOLE} 1 to 400",
    ),
    "Equivariance": dict(
        right=f"{WHOLE} -4 to 4", down=f"{WHOLE} -4 to 4", padding="'circular' or 'zeros'",
        stride=f"{WHOLE} 1 to 2",
    ),
    "FromDenseToConvolution": dict(
        stage="'dense' or 'local' or 'shared'", input_size=f"{WHOLE} 4 to 12",
        kernel_size=f"{WHOLE} 1 to 4", unit=f"{WHOLE} 0",
    ),
    "GradCam": dict(
        strokes=f"0 to 50 lists of 2 to 1000, in steps of 2, {WHOLE} 0 to 100",
        digit=" or ".join(map(repr, ["answer", *"0123456789"])), layer="'C1' or 'C3'",
        signed="True or False",
    ),
    "GradientGraph": dict(
        activation="'relu' or 'tanh'", x="numbers from -3 to 3", t="numbers from -5 to 5",
        w1="numbers from -3 to 3", b1="numbers from -5 to 5", w2="numbers from -3 to 3",
        b2="numbers from -5 to 5", rate="numbers from 0.01 to 0.5", step=f"{WHOLE} 0 to 5",
    ),
    "Im2col": dict(
        channels=f"{WHOLE} 1 to 2", kernel_size=f"{WHOLE} 1 to 3", padding=f"{WHOLE} 0 to 1",
        stride=f"{WHOLE} 1 to 2", dilation=f"{WHOLE} 1 to 2", step=f"{WHOLE} 0",
    ),
    "KernelLab": dict(
        kernel="9 numbers from -9 to 9", flip="True or False", row=f"{WHOLE} 0 to 45",
        column=f"{WHOLE} 0 to 45", picture="'photo' or 'drawing' or 'own'",
        strokes=f"0 to 50 lists of 2 to 1000, in steps of 2, {WHOLE} 0 to 47",
    ),
    "LeNetLive": dict(
        strokes=f"0 to 50 lists of 2 to 1000, in steps of 2, {WHOLE} 0 to 100",
        layer="'C1' or 'S2' or 'C3' or 'S4'", unit=f"3 {WHOLE} 0 to 27",
    ),
    "NetworkBuilder": dict(
        image="32 or 64 or 224", width="8 or 16 or 32 or 64",
        blocks="0 to 12 'conv' or 'pool' or 'widen' or 'narrow' or 'residual' or 'bottleneck' or "
        "'dense' or 'separable' or 'inverted'", bars="'parameters' or 'products' or 'memory'",
    ),
    "Pooling": dict(
        mode="'max' or 'average' or 'l2'", kernel_size=f"{WHOLE} 1 to 4", stride=f"{WHOLE} 1 to 4",
        right=f"{WHOLE} -2 to 2", down=f"{WHOLE} -2 to 2", step=f"{WHOLE} 0",
    ),
    "SharedMean": dict(
        n="True or False", c="True or False", h="True or False", w="True or False",
        groups="1 or 2 or 4", step=f"{WHOLE} 0 to 47",
    ),
    "VarianceThroughDepth": dict(
        init="'torch' or 'glorot' or 'he'", path="'plain' or 'residual' or 'preactivation'",
        normalized="True or False", blocks=f"{WHOLE} 1 to 24",
    ),
}  # fmt: skip


@each_figure
def test_limits_are_those_that_were_chosen_for_the_chapters(name):
    """Limits that follow from others: how many windows, filters or units there are."""
    description = CLASSES[name].description
    assert {trait: in_words(of) for trait, of in description.items()} == LIMITS[name]


@pytest.mark.parametrize(
    "name, state, trait, count",
    [
        ("ChannelSum", dict(filters=2), "filter", 2),
        ("ChannelSum", dict(kernel_size=2, padding=1), "step", 5 * 6),
        ("ConvolutionArithmetic", dict(), "step", 4 * 4),
        ("ConvolutionArithmetic", dict(stride=2, padding=1, dimensions=1), "step", 3),
        ("ConvolutionArithmetic", dict(transposed=True, input_size=3), "step", 3 * 3),
        ("ConvolutionArithmetic", dict(dimensions=3, input_size=4, stride=2), "step", 1),
        ("ConvolutionArithmetic", dict(channels=4, input_size=4), "step", 4 * 2 * 2),
        ("ConvolutionArithmetic", dict(padding_mode="causal", padding=1), "step", 6 * 6),
        ("ConvolutionArithmetic", dict(padding_mode="causal", dimensions=1), "step", 6),
        ("FromDenseToConvolution", dict(input_size=9, kernel_size=2), "unit", 8),
        ("Im2col", dict(kernel_size=3), "step", 2 * 3),
        ("Im2col", dict(kernel_size=2, padding=1, stride=2, dilation=2), "step", 2 * 3),
        ("Pooling", dict(kernel_size=3, stride=1), "step", 4 * 6),
    ],
)
def test_places_are_numbered_up_to_the_last(name, state, trait, count):
    assert accepted(name, {**state, trait: count - 1})
    assert not accepted(name, {**state, trait: count})
    assert not accepted(name, {**state, trait: -1})


@pytest.mark.parametrize(
    "layer, maps, side", [("C1", 6, 28), ("S2", 6, 14), ("C3", 16, 10), ("S4", 16, 5)]
)
def test_units_are_those_of_their_layer(layer, maps, side):
    last = [maps - 1, side - 1, side - 1]
    assert accepted("LeNetLive", dict(layer=layer, unit=last))
    for axis in range(3):
        beyond = [value + (axis == index) for index, value in enumerate(last)]
        assert not accepted("LeNetLive", dict(layer=layer, unit=beyond))


# Python


@pytest.mark.parametrize("wrong, right", [("strides", "stride"), ("kernal_size", "kernel_size")])
def test_trait_that_does_not_exist_names_the_nearest(wrong, right):
    with pytest.raises(AttributeError, match=f"no trait '{wrong}'; did you mean '{right}'"):
        figures.ConvolutionArithmetic(**{wrong: 3})
    with pytest.raises(AttributeError, match=f"did you mean '{right}'"):
        setattr(figures.ConvolutionArithmetic(), wrong, 3)


@pytest.mark.parametrize(
    "name, state, message",
    [
        ("ConvolutionArithmetic", dict(stride=9), "greater than 4, but a value of 9"),
        ("ConvolutionArithmetic", dict(stride=2.0), "expected an int, not the float 2.0"),
        ("ConvolutionArithmetic", dict(stride=True), "expected an int, not the bool True"),
        ("DropoutNetwork", dict(training=0), "expected a boolean, not the int 0"),
        ("SharedMean", dict(groups=True), r"any of \[1, 2, 4\]"),
        ("DropoutNetwork", dict(p=math.nan), "expected a float, not the float nan"),
        ("Pooling", dict(mode="mean"), r"any of \['max', 'average', 'l2'\]"),
        ("KernelLab", dict(kernel=[1, 2]), r"9 numbers from -9 to 9; got \[1, 2\]"),
        ("KernelLab", dict(kernel=[10] + 8 * [0]), r"9 numbers from -9 to 9; got \[10, 0"),
        ("KernelLab", dict(kernel=[math.nan] + 8 * [0]), r"9 numbers from -9 to 9; got \[nan"),
        ("LeNetLive", dict(strokes=[[1, 2, 3]]), r"in steps of 2, .* got \[\[1, 2, 3\]\]"),
        ("ConvolutionArithmetic", dict(groups=2), "channels=1 groups takes at most 1, and it is 2"),
        ("ConvolutionArithmetic", dict(dimensions=3), "input_size takes at most 4, and it is 6"),
        (
            "ConvolutionArithmetic",
            dict(input_size=1, padding_mode="circular", padding=2),
            "takes at most",
        ),
        (
            "ConvolutionArithmetic",
            dict(input_size=2),
            "with .*input_size=2.* at most 2, and it is 3",
        ),
        ("ConvolutionArithmetic", dict(transposed=True, input_size=1, padding=2), "at most 1"),
        ("ChannelSum", dict(filter=1), "filter=1 .* filters=1 filter takes at most 0"),
    ],
)
def test_error_names_what_is_allowed(name, state, message):
    with pytest.raises(TraitError, match=message):
        CLASSES[name](**state)
    figure = CLASSES[name]()
    before = figure.state()
    with pytest.raises(TraitError):  # noqa: PT012  # whichever of them it is
        for trait, value in state.items():
            setattr(figure, trait, value)
    assert figure.state().keys() == before.keys()


def test_what_is_numbered_gives_way_where_there_are_fewer():
    figure = figures.ConvolutionArithmetic(step=15)
    figure.stride = 3
    assert figure.step == 3
    lenet = figures.LeNetLive(layer="C1", unit=[5, 27, 3])
    lenet.layer = "S4"
    assert lenet.unit == [5, 4, 3]


def test_trait_without_bounds_is_refused():
    with pytest.raises(TypeError, match="no bounds"):
        describe(Int(0, min=0))
    with pytest.raises(TypeError, match="maxlen"):
        describe(List(Int(min=0, max=1)))
    with pytest.raises(SyntaxError, match="no rule of a figure can hold 'print\\(1\\)'"):
        traits.parse("1 + print(1)")
