"""Where a string goes in a program: through containers, loops, sums and the notebook's functions.

A value on its way has a path: what it lies in, from the string outward. In `{"a": [(1, "b")]}` the
path of "b" is (("entry", 1), ("entry", 0), ("value", "a")), that of "a" (("key", None),). Taking
something out takes a step off, so that of `for name, x in d.items()` only `name` holds the keys.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from .program import Program, called

# Calls that show their arguments: functions, and methods of axes and of the library's modules.
SHOW = set(
    "print display title suptitle set_title xlabel ylabel set_xlabel set_ylabel set_label text "
    "annotate legend set_xticks set_yticks set_xticklabels set_yticklabels xticks yticks show_grid "
    "show_images show_feature_maps show_kernels expect_true expect_input passed fail bar barh "
    "CheckFailed".split()
)
MODULES_THAT_SHOW = {"plotting"}
# Arguments by name that are shown, whatever the call.
SHOWN_ARGUMENTS = {"label", "labels", "title", "titles", "xlabel", "ylabel", "what", "mistakes"}
GLUE = {"glue", "question"}  # a name, then values for the text
# Calls that look for a string, or name something by it: never texts.
NAMES = set(
    "split rsplit partition rpartition startswith endswith removeprefix "
    "removesuffix replace count find index match search sub fullmatch compile findall getattr "
    "setattr hasattr load_sample_image loads open Path get environ import_module exec eval".split()
)
NAMING_ARGUMENTS = set("mode without error message key dtype device color loc ha va".split())
# Calls that hand through what they are given, by what they make of it.
AS_A_LIST = set("list tuple sorted set iter reversed".split())
AS_WORDS = set("str format ljust rjust center strip lstrip rstrip upper lower capitalize".split())
AS_ONE = {"max", "min", "next"}
INTO = {"append", "add", "extend", "insert"}
THROUGH = (
    AS_A_LIST
    | AS_WORDS
    | AS_ONE
    | INTO
    | set("enumerate zip dict map join items keys values len".split())
)

Step = tuple[str, object]
Path = tuple[Step, ...]
ENTRY: Step = ("entry", None)
KEY: Step = ("key", None)
DEEPEST = 6


@dataclass
class Way:
    """shown: somebody reads it. named: something may go by it. met: where it is looked for."""

    shown: bool = False
    named: bool = False
    met: set[ast.AST] = field(default_factory=set)
    seen: set[tuple[ast.AST, Path]] = field(default_factory=set)


class Followed(Program):
    """A notebook's program in which strings are followed."""

    def way_of(self, node: ast.AST) -> Way:
        way = Way()
        self.follow(node, (), way)
        return way

    def follow(self, node: ast.AST, path: Path, way: Way) -> None:
        """From an expression that holds the string to all that it becomes part of."""
        outer = self.parent.get(node)
        if outer is None or (node, path) in way.seen or len(path) > DEEPEST:
            return
        way.seen.add((node, path))
        match outer:
            case ast.Call():
                self.into_call(node, outer, None, path, way)
            case ast.keyword():
                call = self.parent[outer]
                if isinstance(call, ast.Call):
                    self.into_call(node, call, outer, path, way)
            case ast.Attribute():
                self.into_method(outer, path, way)
            case ast.FormattedValue() if node is outer.value:
                self.follow(outer, (), way)
            case ast.JoinedStr():
                self.follow(outer, (), way)
            case ast.BinOp(op=ast.Div()):
                way.named = True  # a folder's file
            case ast.BinOp() | ast.BoolOp():
                self.follow(outer, path, way)
            case ast.IfExp() if node is not outer.test:
                self.follow(outer, path, way)
            case ast.Starred():
                self.starred(outer, path, way)
            case ast.List() | ast.Tuple() | ast.Set():
                starred = any(isinstance(e, ast.Starred) for e in outer.elts)
                place = None if starred else outer.elts.index(node)  # type: ignore[arg-type]
                self.follow(outer, (*path, ("entry", place)), way)
            case ast.Dict():
                self.follow(outer, in_dict(node, outer, path), way)
            case ast.DictComp():
                step = KEY if node is outer.key else ("value", None)
                self.follow(outer, (*path, step), way)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                self.follow(outer, (*path, ENTRY), way)
            case ast.comprehension() if node is outer.iter:
                for element in taken(path):
                    self.bind(outer.target, element, self.parent[outer], way)
            case ast.For() if node is outer.iter:
                for element in taken(path):
                    self.bind(outer.target, element, outer, way)
            case ast.Assign():
                for target in outer.targets:
                    self.bind(target, path, self.owner_of_target(target), way)
            case ast.AnnAssign() | ast.AugAssign():
                self.bind(outer.target, path, self.owner_of_target(outer.target), way)
            case ast.Subscript() if node is outer.value:
                self.out_of_subscript(outer, path, way)
            case ast.Subscript():
                self.looked_for(outer.value, outer, path, way)
                if isinstance(outer.ctx, ast.Store):
                    base = outer.value
                    self.bind(base, (*path, KEY), self.owner_of_target(base), way)
            case ast.Compare():
                way.met.add(outer)
            case ast.arguments():
                self.default(node, outer, path, way)
            case ast.Return() | ast.Yield():
                made = path if isinstance(outer, ast.Return) else (*path, ENTRY)
                function = self.function_around(outer)
                for call in self.calls.get(function.name, []) if function else []:
                    self.follow(call, made, way)
            case ast.Expr():
                around = self.parent[outer]
                way.shown |= isinstance(around, ast.Module) and around.body[-1] is outer

    def starred(self, outer: ast.Starred, path: Path, way: Way) -> None:
        """`*holder` in a container, or as arguments of which each has its place."""
        call = self.parent[outer]
        own = self.functions.get(called(call)) if isinstance(call, ast.Call) else None
        for element in taken(path):
            if own and isinstance(call, ast.Call) and isinstance(path[-1][1], int):
                place = call.args.index(outer) + path[-1][1]
                for parameter in parameters(own)[place : place + 1]:
                    self.bind_name(parameter.arg, element, own, way)
            else:
                self.follow(outer, element, way)

    def out_of_subscript(self, outer: ast.Subscript, path: Path, way: Way) -> None:
        """What holds it is asked for something: for the string itself, or what it lies in."""
        if not path:
            way.named = True  # a part of it
            return
        kind, where = path[-1]
        asked = outer.slice.value if isinstance(outer.slice, ast.Constant) else None
        if isinstance(outer.slice, ast.Slice):
            self.follow(outer, (*path[:-1], ENTRY), way)
        elif kind == "key":
            way.met.add(outer)
            if isinstance(outer.ctx, ast.Load):
                way.seen.add((outer, path))
        elif asked is None or where is None or asked == where:
            self.follow(outer, path[:-1], way)

    def looked_for(self, base: ast.expr, where: ast.AST, path: Path, way: Way) -> None:
        way.met.add(where)
        known = isinstance(base, ast.Dict) or (isinstance(base, ast.Name) and base.id in self.made)
        way.named |= not known

    def into_method(self, outer: ast.Attribute, path: Path, way: Way) -> None:
        """`holder.method(…)`: of a string, a list or a dictionary."""
        call = self.parent.get(outer)
        if not isinstance(call, ast.Call) or call.func is not outer:
            return
        last = path[-1] if path else None
        match outer.attr:
            case "items" if last:
                place = ("entry", 0 if last[0] == "key" else 1)
                self.follow(call, (*path[:-1], place, ENTRY), way)
            case "values" if last and last[0] == "value":
                self.follow(call, (*path[:-1], ENTRY), way)
            case "keys" if last and last[0] == "key":
                self.follow(call, (*path[:-1], ENTRY), way)
            case "get" | "pop" | "setdefault" if last:
                if last[0] == "key":
                    way.met.add(call)
                else:
                    self.follow(call, path[:-1], way)
            case "copy":
                self.follow(call, path, way)
            case "join":
                self.follow(call, (), way)
            case name if name in AS_WORDS and not path:
                self.follow(call, (), way)
            case _ if not path:
                way.named = True

    def into_call(
        self, node: ast.AST, call: ast.Call, keyword: ast.keyword | None, path: Path, way: Way
    ) -> None:
        """An argument: is it shown, handed through, or for the called to go by?"""
        name = called(call)
        own = self.functions.get(name) if isinstance(call.func, ast.Name) else None
        if keyword and keyword.arg in SHOWN_ARGUMENTS:
            way.shown |= not any(kind == "value" for kind, _ in path)
        elif own:
            self.into_own(own, node, call, keyword, path, way)
        elif name in GLUE:
            shown = node is not call.args[0]
            way.shown |= shown
            way.named |= not shown
        elif name == "dict" and keyword:
            self.follow(call, (*path, ("value", keyword.arg)) if keyword.arg else path, way)
        elif keyword:
            way.named = True
        elif name in SHOW or shows(call) or isinstance(self.parent[call], ast.Raise):
            way.shown = True
        elif name in INTO and isinstance(call.func, ast.Attribute):
            base = call.func.value
            for held in taken(path) if name == "extend" else [path]:
                self.bind(base, (*held, ENTRY), self.owner_of_target(base), way)
        elif name in ("get", "pop") and isinstance(call.func, ast.Attribute) and self.is_made(call):
            self.looked_for(call.func.value, call, path, way)
        elif name in NAMES or name not in THROUGH:
            way.named = True
        else:
            for made in handed_through(name, node, call, path):
                self.follow(call, made, way)

    def is_made(self, call: ast.Call) -> bool:
        base = call.func.value if isinstance(call.func, ast.Attribute) else None
        return isinstance(base, ast.Name) and base.id in self.made

    def into_own(
        self,
        function: ast.FunctionDef,
        node: ast.AST,
        call: ast.Call,
        keyword: ast.keyword | None,
        path: Path,
        way: Way,
    ) -> None:
        """An argument of a function of the notebook goes on as its parameter."""
        named = parameters(function)
        every = named + function.args.kwonlyargs
        chosen: list[ast.arg] = []
        if keyword and keyword.arg:
            chosen = [a for a in every if a.arg == keyword.arg]
        elif keyword:
            if path and path[-1][0] == "value":
                chosen, path = [a for a in every if a.arg == path[-1][1]], path[:-1]
            elif path and path[-1][0] == "key":
                way.named = True  # an argument's name
                return
        elif any(isinstance(a, ast.Starred) for a in call.args):
            chosen = named
        else:
            chosen = named[call.args.index(node) :][:1]  # type: ignore[arg-type]
        if not chosen:
            way.named = True
        for parameter in chosen:
            self.bind_name(parameter.arg, path, function, way)

    def default(self, node: ast.AST, arguments: ast.arguments, path: Path, way: Way) -> None:
        function = self.parent[arguments]
        assert isinstance(function, (ast.FunctionDef, ast.Lambda))
        pairs = [
            *zip(reversed(parameters(function)), reversed(arguments.defaults), strict=False),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        for parameter, value in pairs:
            if value is node:
                self.bind_name(parameter.arg, path, function, way)

    def bind(self, target: ast.AST, path: Path, owner: ast.AST | None, way: Way) -> None:
        """A target is given what holds the string."""
        match target:
            case ast.Name(id=name):
                self.bind_name(name, path, owner, way, target)
            case ast.Starred():
                self.bind(target.value, (*path, ENTRY), owner, way)
            case ast.Tuple() | ast.List():
                if not path or path[-1][0] != "entry":
                    return
                place = path[-1][1]
                starred = any(isinstance(e, ast.Starred) for e in target.elts)
                for number, element in enumerate(target.elts):
                    if place is None or starred or number == place:
                        self.bind(element, path[:-1], owner, way)
            case ast.Subscript():
                key = target.slice.value if isinstance(target.slice, ast.Constant) else None
                self.bind(target.value, (*path, ("value", key)), owner, way)
            case ast.Attribute():
                way.named = True

    def bind_name(
        self, name: str, path: Path, owner: ast.AST | None, way: Way, at: ast.AST | None = None
    ) -> None:
        """All uses of a name while it holds the string."""
        uses = [use for use in self.uses.get(name, []) if self.owners[use] is owner]
        if owner is None and at is not None:
            uses = [use for use in uses if self.still_holds(use, at)]
        for use in uses:
            self.follow(use, path, way)


def parameters(function: ast.FunctionDef | ast.Lambda) -> list[ast.arg]:
    return function.args.posonlyargs + function.args.args


def taken(path: Path) -> list[Path]:
    """The path in what is taken out of a container one by one: of a dictionary, the keys."""
    return [path[:-1]] if path and path[-1][0] != "value" else []


def in_dict(node: ast.AST, outer: ast.Dict, path: Path) -> Path:
    if node in outer.keys:
        return (*path, KEY)
    key = outer.keys[outer.values.index(node)]  # type: ignore[arg-type]
    if key is None:
        return path  # **more
    return (*path, ("value", key.value if isinstance(key, ast.Constant) else None))


def handed_through(name: str, node: ast.AST, call: ast.Call, path: Path) -> Iterator[Path]:
    """The path in what a call makes of its argument."""
    if name in AS_WORDS:
        yield ()
    elif name in AS_ONE and len(call.args) > 1 and name != "next":
        yield path
    elif name == "dict" and path and path[-1][0] == "entry":
        if len(path) > 1:
            yield (*path[:-2], KEY if path[-2][1] == 0 else ("value", None))
    elif name == "dict":
        yield path
    elif name != "len":
        for element in taken(path):
            if name == "zip":
                yield (*element, ("entry", call.args.index(node)), ENTRY)  # type: ignore[arg-type]
            elif name == "enumerate":
                yield (*element, ("entry", 1), ENTRY)
            elif name == "join":
                yield ()
            elif name in AS_ONE:
                yield element
            else:
                yield (*element, ENTRY)


def shows(call: ast.Call) -> bool:
    """Is it a function of a module that draws?"""
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id in MODULES_THAT_SHOW
    )
