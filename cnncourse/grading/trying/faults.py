"""Small faults in a program, one at a time: what may stand for a piece of it by a slip.

Operators, bounds, arguments, axes, defaults, dtypes, the order of steps, dropped lines. None are
made in docstrings, annotations, the messages of exceptions and other f-strings.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


def changed(node: ast.AST, **fields: object) -> ast.AST:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def swapped(entries: list[ast.expr]) -> Iterator[list[ast.expr]]:
    for i, (left, right) in enumerate(pairwise(entries)):
        if ast.dump(left) != ast.dump(right):
            yield [*entries[:i], right, left, *entries[i + 2 :]]


def without(entries: list[ast.keyword]) -> Iterator[list[ast.keyword]]:
    for i in range(len(entries)):
        yield [*entries[:i], *entries[i + 1 :]]


def alternatives(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand for this node by a slip: one thing is changed in each."""
    match node:
        case ast.Compare(ops=operators):
            for i, old in enumerate(operators):
                for new in COMPARISONS[type(old)]:
                    yield changed(node, ops=[*operators[:i], new(), *operators[i + 1 :]])
        case ast.BinOp(op=old) | ast.AugAssign(op=old) if type(old) in ARITHMETIC:
            yield changed(node, op=ARITHMETIC[type(old)]())
        case ast.BoolOp(op=old):
            yield changed(node, op=ast.Or() if isinstance(old, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Tuple(elts=entries):
            yield from (changed(node, elts=order) for order in swapped(entries))
        case ast.Call(func=ast.Name("isinstance" | "max" | "min"), keywords=[]):
            pass  # swapped arguments are an error at once, or change nothing
        case ast.Call(args=arguments, keywords=keywords):
            yield from (changed(node, args=order) for order in swapped(arguments))
            yield from (changed(node, keywords=rest) for rest in without(keywords))
        case ast.arguments(defaults=[_, *rest]):
            yield changed(node, defaults=rest)
        case ast.If(test=test) | ast.IfExp(test=test):
            if not isinstance(test, (ast.Compare, ast.BoolOp, ast.UnaryOp)):
                yield changed(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.Return(value=value) if value and ast.unparse(value) != "None":
            yield ast.Return(ast.Constant(None))
    match node:
        case (
            ast.Expr() | ast.AugAssign() | ast.Raise() | ast.Delete() | ast.Continue() | ast.Break()
        ):
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()


@dataclass
class Fault:
    file: str
    line: int
    function: str
    parent: ast.AST
    field: str
    index: int | None
    new: ast.AST
    before: str = ""
    after: str = ""

    def put(self, node: ast.AST) -> Any:
        """Put a node into the fault's place; returns the one that was there."""
        entries = getattr(self.parent, self.field)
        if self.index is None:
            setattr(self.parent, self.field, node)
            return entries
        old, entries[self.index] = entries[self.index], node
        return old

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.before}  →  {self.after}"


def steps_of(node: ast.AST) -> Iterator[tuple[str, list[ast.stmt]]]:
    """A body with two neighboring steps swapped, or without one of them: slips in an answer.

    A step that defines something and one that returns stay where they are.
    """
    for field in ("body", "orelse"):
        body = getattr(node, field, None)
        if not isinstance(body, list) or not body:
            continue
        for i, step in enumerate(body):
            if isinstance(step, (ast.Assign, ast.AugAssign, ast.If)) and len(body) > 1:
                yield field, [*body[:i], *body[i + 1 :]]
            following = body[i + 1] if i + 1 < len(body) else None
            simple = (ast.Assign, ast.AugAssign, ast.Expr)
            if not (isinstance(step, simple) and isinstance(following, simple)):
                continue
            if _depend(step, following):
                yield field, [*body[:i], following, step, *body[i + 2 :]]


def _depend(first: ast.AST, second: ast.AST) -> bool:
    """Does one of two steps write what the other reads or writes?"""
    return bool(_written(first) & _named(second) or _written(second) & _named(first))


def _named(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _written(node: ast.AST) -> set[str]:
    """Names that a step assigns, also an entry or a method's object, which may change."""
    targets = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
    stored = {part.id for part in targets if isinstance(part.ctx, ast.Store)}
    changed_ones = [
        part.value
        for part in ast.walk(node)
        if isinstance(part, (ast.Subscript, ast.Attribute))
        and (isinstance(part.ctx, ast.Store) or isinstance(node, ast.Expr))
    ]
    return stored | {name for value in changed_ones for name in _named(value)}


def in_float32(node: ast.AST) -> Iterator[ast.AST]:
    """`x.new_zeros(…)` and `torch.zeros_like(x)` as `torch.zeros(…)`, float32 whatever x is."""
    match node:
        case ast.Call(func=ast.Attribute(attr="new_zeros")):
            yield changed(node, func=ast.parse("torch.zeros", mode="eval").body)
        case ast.Call(func=ast.Attribute(attr="zeros_like"), args=[like, *_]):
            shape = ast.Attribute(like, "shape", ast.Load())
            yield ast.Call(ast.parse("torch.zeros", mode="eval").body, [shape], [])


def is_unordered(parent: ast.AST, field: str) -> bool:
    """Does the order make no difference to a tuple there? It has alternatives, or parts of a type.

    `x in (1, 2)`, `except (A, B)`, `x.endswith((a, b))`, `dict.fromkeys((a, b), 0)`,
    `Pair = tuple[int, str]`.
    """
    match parent, field:
        case ast.Compare(ops=[ast.In() | ast.NotIn()]), "comparators":
            return True
        case ast.ExceptHandler(), "type":
            return True
        case ast.Call(func=ast.Attribute(ast.Name("dict"), "fromkeys")), "args":
            return True
        case ast.Call(func=ast.Attribute(attr="startswith" | "endswith")), "args":
            return True
        case ast.Subscript(value=ast.Name(name)), "slice":
            return name[0].isupper() or name in ("dict", "list", "tuple", "type")
    return False


def faults_of(file: str, tree: ast.Module) -> list[Fault]:
    """Every fault of a module, in the order of its text."""
    found = []

    def visit(node: ast.AST, function: str, statement: ast.stmt | None) -> None:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            function = f"{function}.{node.name}".lstrip(".")
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list", "op", "ops", "ctx"):
                continue
            for index, child in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(child, ast.AST) or isinstance(child, ast.JoinedStr):
                    continue
                if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                    continue  # a docstring
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance":
                    continue
                around = child if isinstance(child, ast.stmt) else statement
                assert around is not None
                fixed = isinstance(child, ast.Tuple) and is_unordered(node, field)
                for new in () if fixed else alternatives(child):
                    place = index if isinstance(value, list) else None
                    fault = Fault(file, around.lineno, function, node, field, place, new)
                    describe(fault, around)
                    found.append(fault)
                if not isinstance(child, ast.Raise):
                    visit(child, function, around)

    def describe(fault: Fault, statement: ast.stmt) -> None:
        holder = ast.Module([statement], [])
        if getattr(fault.parent, fault.field) is statement or (
            fault.index is not None and getattr(fault.parent, fault.field)[fault.index] is statement
        ):
            texts = ast.unparse(statement), ast.unparse(ast.fix_missing_locations(fault.new))
        else:
            old = fault.put(fault.new)
            after = ast.unparse(ast.fix_missing_locations(holder))
            fault.put(old)
            texts = ast.unparse(holder), after
        lines = zip(*(text.splitlines() for text in texts), strict=False)
        fault.before, fault.after = next(
            ((a.strip(), b.strip()) for a, b in lines if a != b), ("?", "?")
        )

    visit(tree, "", None)
    return found
