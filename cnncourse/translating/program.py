"""A notebook's program as one: what stands in what, whose a name is, and where it is used."""

import ast
from collections.abc import Iterator, Sequence

LOOPS = (ast.For, ast.While)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
BINDERS = (ast.For, ast.Lambda, ast.FunctionDef, *COMPREHENSIONS)


class Program:
    """All cells of a notebook, which see each other's names."""

    def __init__(self, trees: Sequence[ast.Module]) -> None:
        self.nodes = [node for tree in trees for node in ast.walk(tree)]
        self.parent = {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}
        self.cell: dict[ast.AST, int] = {tree: number for number, tree in enumerate(trees)}
        self.docstrings = {
            node.body[0].value
            for node in self.nodes
            if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))
            and node.body
            and isinstance(node.body[0], ast.Expr)
            and is_string(node.body[0].value)
        }
        self.functions = {n.name: n for n in self.nodes if isinstance(n, ast.FunctionDef)}
        self.calls: dict[str, list[ast.Call]] = {}
        self.uses: dict[str, list[ast.Name]] = {}
        self.bindings: dict[str, list[ast.AST]] = {}
        self.made: set[str] = set()  # names of dictionaries whose keys are the notebook's own
        for node in self.nodes:
            match node:
                case ast.Call(func=ast.Name(id=name)):
                    self.calls.setdefault(name, []).append(node)
                case ast.Name(id=name, ctx=ast.Load()):
                    self.uses.setdefault(name, []).append(node)
                case ast.Assign():
                    self.made |= {n for t in node.targets for n in dictionaries(t, node.value)}
        self.bound: dict[ast.AST, set[str]] = {}
        self.owners = {use: self.owner(use) for uses in self.uses.values() for use in uses}
        for node in self.nodes:
            for name in bound_by(node) if isinstance(node, ast.stmt) else ():
                self.bindings.setdefault(name, []).append(node)

    # What stands where

    def is_in_a_value(self, node: ast.AST) -> bool:
        """Does it stand in an f-string? A text there cannot be had: it needs a name of its own."""
        return any(isinstance(n, (ast.JoinedStr, ast.FormattedValue)) for n in self.around(node))

    def is_value_of_dict(self, node: ast.AST) -> bool:
        """In `mistakes={words: value}` the keys are words; the values are what they lead to."""
        while outer := self.parent.get(node):
            if isinstance(outer, ast.Dict):
                return node in outer.values
            node = outer
        return False

    def is_key(self, node: ast.AST) -> bool:
        """Does it stand where programs look for it: in a dictionary, a subscript, a comparison?"""
        while outer := self.parent.get(node):
            if isinstance(outer, ast.Dict):
                return node in outer.keys
            if isinstance(outer, (ast.Subscript, ast.Compare)):
                return True
            if not isinstance(outer, (ast.List, ast.Tuple, ast.Set)):
                return False
            node = outer
        return False

    def statement(self, node: ast.AST) -> ast.stmt:
        while not isinstance(node, ast.stmt):
            node = self.parent[node]
        return node

    def place(self, node: ast.AST) -> tuple[int, int]:
        """Order of statements; that of nodes in f-strings is not told rightly by Python 3.11."""
        line = self.statement(node).lineno
        while node in self.parent:
            node = self.parent[node]
        return self.cell[node], line

    def owner(self, node: ast.AST, name: str = "") -> ast.AST | None:
        """The loop, comprehension or function whose name this is; None for the notebook's own."""
        name = name or getattr(node, "id", "")
        inner = node
        while outer := self.parent.get(inner):
            if isinstance(outer, BINDERS):
                if outer not in self.bound:
                    self.bound[outer] = bound_within(outer)
                if name in self.bound[outer] and not self.is_before(node, inner, outer):
                    return outer
            inner = outer
        return None

    def is_before(self, node: ast.AST, inner: ast.AST, outer: ast.AST) -> bool:
        """Does it stand in what a loop or comprehension goes over, where its names are not yet?"""
        if isinstance(outer, ast.For):
            return inner is outer.iter
        if not isinstance(outer, COMPREHENSIONS) or inner is not outer.generators[0]:
            return False
        return any(n is node for n in ast.walk(outer.generators[0].iter))

    def function_around(self, node: ast.AST) -> ast.FunctionDef | None:
        return next((n for n in self.around(node) if isinstance(n, ast.FunctionDef)), None)

    def owner_of_target(self, target: ast.AST) -> ast.AST | None:
        names = [n for n in ast.walk(target) if isinstance(n, ast.Name)]
        return self.owner(names[0]) if names else None

    def still_holds(self, use: ast.Name, at: ast.AST) -> bool:
        """Has a name of the notebook, where it is used, what it was given at a node?"""
        begun, here, there = self.statement(at), self.place(at), self.place(use)
        for outer in self.around(at):
            begun = outer if isinstance(outer, LOOPS) else begun
        outside = list(self.around(use))
        if any(isinstance(outer, ast.FunctionDef) for outer in outside):
            return True
        return self.place(begun) <= there and not any(
            here < self.place(other) < there
            and (isinstance(self.parent[other], ast.Module) or self.parent[other] in outside)
            for other in self.bindings.get(use.id, [])
        )

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """All that a node stands in, from the inside."""
        while outer := self.parent.get(node):
            yield outer
            node = outer


def dictionaries(target: ast.expr, value: ast.expr) -> Iterator[str]:
    """The names that an assignment makes dictionaries."""
    match target, value:
        case ast.Name(id=name), ast.Dict() | ast.DictComp():
            yield name
        case ast.Tuple(elts=targets), ast.Tuple(elts=values):
            for pair in zip(targets, values, strict=False):
                yield from dictionaries(*pair)


def bound_within(outer: ast.AST) -> set[str]:
    """The names of a loop, a comprehension or a function."""
    match outer:
        case ast.For():
            return set(names_in(outer.target))
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            return {name for part in outer.generators for name in names_in(part.target)}
        case ast.Lambda():
            return {a.arg for a in ast.walk(outer.args) if isinstance(a, ast.arg)}
        case ast.FunctionDef():
            names = {a.arg for a in ast.walk(outer.args) if isinstance(a, ast.arg)}
            inner = [n for n in ast.walk(outer) if isinstance(n, ast.stmt) and n is not outer]
            return names.union(*map(bound_by, inner))
    return set()


def bound_by(statement: ast.stmt) -> set[str]:
    """The names that a statement gives values to, by itself."""
    match statement:
        case ast.Assign():
            return {n for t in statement.targets for n in stored_in(t)}
        case ast.For():
            return set(stored_in(statement.target))
        case ast.AnnAssign():
            return set(stored_in(statement.target))
        case ast.With():
            return {
                n for i in statement.items if i.optional_vars for n in stored_in(i.optional_vars)
            }
        case ast.FunctionDef() | ast.ClassDef():
            return {statement.name}
    return set()


def stored_in(target: ast.AST) -> Iterator[str]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def is_string(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def names_in(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
