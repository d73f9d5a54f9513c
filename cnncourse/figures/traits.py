"""What a figure's traits take: checked here, and described as data for the figure's script.

The kinds of traits are traitlets' own, made strict. Two tags join a trait to the others, each with
a rule: an expression of Python over the names of the traits, whole numbers and tables of them.

- `most="input_size + padding"`: the trait is at most that. No change that breaks it is accepted,
  neither of this trait nor of one that the rule names. In the script this trait is the one that
  is lowered, so its `min` must always go with the others.
- `below="filters"`: the trait numbers something from 0, of which there are so many. A change of
  another trait that leaves fewer takes it back to the last one. A list has a rule for each element.
"""

import ast
import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import traitlets
from traitlets import HasTraits, TraitError, TraitType

__all__ = [
    "Bool",
    "Enum",
    "Float",
    "Int",
    "List",
    "describe",
    "evaluate",
    "in_words",
    "most",
    "parse",
]

# A number, the name of a trait, a table, or an operation on others: ["+", "padding", 1].
Rule: TypeAlias = "int | str | dict[str | int, int] | list[Rule]"
# In the words of JSON Schema, and `default`, `step`, `most` and `below`.
Description: TypeAlias = dict[str, Any]

OPERATIONS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.FloorDiv: "//", ast.Pow: "**"}


class Bool(traitlets.Bool[bool, bool]):
    """True or False; traitlets' own takes 1 and 0 as well."""

    def validate(self, obj: HasTraits, value: Any) -> bool:
        if type(value) is not bool:
            self.error(obj, value)
        return value


class Enum(traitlets.Enum[Any]):
    """One of some values; traitlets' own takes True for 1."""

    def validate(self, obj: HasTraits, value: Any) -> Any:
        if not any(type(value) is type(one) and value == one for one in self.values or ()):
            self.error(obj, value)
        return value


class Int(traitlets.Int[int, int]):
    """A whole number; traitlets' own takes True as well."""

    def validate(self, obj: HasTraits, value: Any) -> int:
        if type(value) is not int:
            self.error(obj, value)
        return super().validate(obj, value)


class Float(traitlets.Float[float, float]):
    """A number; traitlets' own takes NaN and True as well."""

    def validate(self, obj: HasTraits, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
            self.error(obj, value)
        return super().validate(obj, value)


class List(traitlets.List[Any]):
    """A list whose error says what it takes; tagged `multiple=2` its length is a multiple of 2."""

    def validate(self, obj: HasTraits, value: Any) -> list[Any]:
        try:
            elements = super().validate(obj, value)
            if elements is not None and len(elements) % self.metadata.get("multiple", 1) == 0:
                return elements
        except TraitError:
            pass
        raise TraitError(
            f"{self.name or 'an element'} takes {in_words(describe(self))}; got {value!r}"
        )


def describe(trait: TraitType[Any, Any]) -> Description:
    """What a trait takes, and its default, as data that JSON can hold.

    Raises TypeError for a trait of another kind, or one without bounds.

    >>> describe(Int(3, min=1, max=5))
    {'type': 'integer', 'minimum': 1, 'maximum': 5, 'default': 3}
    >>> describe(List(Float(min=-9, max=9), [0.0], maxlen=4))["items"]
    {'type': 'number', 'minimum': -9, 'maximum': 9, 'default': 0.0}
    """
    below = trait.metadata.get("below")
    described: Description
    match trait:
        case Int() | Float():
            described = {"type": "integer" if isinstance(trait, Int) else "number"}
            described |= {"minimum": trait.min, "maximum": trait.max}
            if trait.min is None or (trait.max is None and below is None):
                raise TypeError(f"{trait.name} has no bounds: give it min, and max or below")
        case Bool():
            described = {"type": "boolean"}
        case Enum():
            described = {"enum": list(trait.values or ())}
        case List() if trait._trait is not None and trait._maxlen < 10**6:
            described = {"type": "array", "items": describe(trait._trait)}
            described |= {"minItems": trait._minlen, "maxItems": trait._maxlen}
        case _:
            raise TypeError(
                f"{trait.name}: a figure's trait is an Int, Float, Bool, Enum or a List with "
                f"maxlen, from cnncourse.figures.traits; this is {type(trait).__name__}"
            )
    described["default"] = trait.default()
    for tag in ("step", "multiple"):
        described[tag] = trait.metadata.get(tag)
    described["most"] = parse(trait.metadata["most"]) if "most" in trait.metadata else None
    if below is not None:
        described["below"] = parse(below) if isinstance(below, str) else [*map(parse, below)]
    return {name: value for name, value in described.items() if value is not None}


def in_words(described: Description) -> str:
    """A description for an error message.

    >>> in_words(describe(List(Int(min=0, max=9), minlen=3, maxlen=3)))
    '3 whole numbers from 0 to 9'
    >>> points = List(Int(min=0, max=100), minlen=2, maxlen=8).tag(multiple=2)
    >>> in_words(describe(List(points, maxlen=3)))
    '0 to 3 lists of 2 to 8, in steps of 2, whole numbers from 0 to 100'
    >>> in_words(describe(Enum(["max", "l2"])))
    "'max' or 'l2'"
    """
    match described:
        case {"enum": values}:
            return " or ".join(map(repr, values))
        case {"type": "array", "items": items, "minItems": least, "maxItems": most}:
            count = f"{least}" if least == most else f"{least} to {most}"
            by = f", in steps of {described['multiple']}," if "multiple" in described else ""
            lists = "lists of " if items.get("type") == "array" else ""
            return f"{count}{by} {lists}{in_words(items)}"
        case {"type": "boolean"}:
            return "True or False"
        case {"minimum": least}:
            kind = "whole numbers" if described["type"] == "integer" else "numbers"
            return f"{kind} from {least}" + (
                f" to {described['maximum']}" if "maximum" in described else ""
            )
    raise TypeError(f"no words for {described}")


def parse(text: str) -> Rule:
    """A rule as data, which JSON carries to the script.

    Raises SyntaxError for what no rule is made of.

    >>> parse("dilation * (kernel_size - 1) + 1")
    ['+', ['*', 'dilation', ['-', 'kernel_size', 1]], 1]
    >>> parse("{'C1': 6, 'C3': 16}[layer]")
    ['[]', {'C1': 6, 'C3': 16}, 'layer']
    >>> parse("1 if transposed else stride")
    ['if', 'transposed', 1, 'stride']
    >>> parse("min(channels, {1: 4, 3: 1}[dimensions])")
    ['min', 'channels', ['[]', {1: 4, 3: 1}, 'dimensions']]
    """

    def translate(node: ast.expr) -> Rule:
        match node:
            case ast.Constant(value=int(number)):
                return number
            case ast.Name(id=name):
                return name
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
                return [OPERATIONS[type(op)], translate(left), translate(right)]
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return ["if", translate(test), translate(body), translate(orelse)]
            case ast.Call(func=ast.Name(id="min"), args=[left, right]):
                return ["min", translate(left), translate(right)]
            case ast.Subscript(value=ast.Dict() as table, slice=key):
                return ["[]", ast.literal_eval(table), translate(key)]
        raise SyntaxError(f"no rule of a figure can hold {ast.unparse(node)!r}, as {text!r} does")

    return translate(ast.parse(text, mode="eval").body)


def evaluate(rule: Rule, state: Mapping[str, Any]) -> Any:
    """The value of a rule for a state. The script's `evaluate` in static/state.js is its twin.

    >>> evaluate(parse("(input_size - 3) // stride + 1"), {"input_size": 8, "stride": 2})
    3
    """
    match rule:
        case ["if", test, yes, no]:
            return evaluate(yes if evaluate(test, state) else no, state)
        case ["[]", table, key]:
            return evaluate(table, state)[evaluate(key, state)]
        case [str(operation), left, right]:
            a, b = evaluate(left, state), evaluate(right, state)
            return {
                "+": lambda: a + b,
                "-": lambda: a - b,
                "*": lambda: a * b,
                "//": lambda: a // b,
                "**": lambda: a**b,
                "min": lambda: min(a, b),
            }[operation]()
        case str(name):
            return state[name]
    return rule


def most(described: Description, state: Mapping[str, Any]) -> Any:
    """The most that a trait can be for the others in `state`: a number, for a list a list of them.

    None for a trait without `most` and `below`.

    >>> described = describe(Int(0, min=0).tag(below="filters"))
    >>> most(described, {"filters": 2})
    1
    """
    if "most" in described:
        return evaluate(described["most"], state)
    if "below" not in described:
        return None
    rules = described["below"]
    if isinstance(described["default"], list):
        return [evaluate(rule, state) - 1 for rule in rules]
    return evaluate(rules, state) - 1


def names(rule: Rule) -> set[str]:
    """The traits that a rule names.

    >>> sorted(names(parse("{'C1': 6}[layer] + padding * 2")))
    ['layer', 'padding']
    """
    match rule:
        case str(name):
            return {name}
        case [_, *parts]:
            return set().union(*map(names, parts))
    return set()
