"""While a test asks for an answer by hand, torch's own operation is refused in torch's dispatcher.

So it is for every thread of the student's process, and for every way in: functions, modules,
operators, traced and transformed programs all end there. A process that is started from here, other
libraries, and whoever undoes this on purpose are another matter (see SECURITY.md).
"""

import warnings
from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import cache
from itertools import groupby
from typing import Any, NoReturn

import torch

from cnncourse.language import later, tr

KEYS = "CPU", "MkldnnCPU"
SPACES = "aten", "mkldnn", "mkldnn_prepacked"
ELSEWHERE = "cudnn", "miopen", "mps", "flash", "fill"  # not on the CPU, or no work of this kind
# Known once, this is quick; the warm process does it before anybody is examined.
REHEARSED = (
    "aten.convolution",
    "aten.im2col",
    "aten.max_pool2d",
    "aten.avg_pool2d",
    "aten.dropout",
    "aten.native_batch_norm",
)
# Operators that do the same work have these parts in their names, and not those: whoever may not
# use one of a family, may use none.
FAMILIES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("conv",), ("convert", "conversion")),
    (("im2col", "col2im"), ()),
    (("max_pool", "max_unpool"), ()),
    (("avg_pool",), ()),
    (("dropout",), ()),
    (("batch_norm", "instance_norm", "group_norm", "layer_norm"), ()),
)

has = torch._C._dispatch_has_kernel_for_dispatch_key


class Refused(RuntimeError):
    """The operation was called where an answer by hand is asked for."""


class Refusal:
    """What is refused at the moment; `used`: the names of what was called all the same."""

    def __init__(self) -> None:
        self.names: frozenset[str] = frozenset()
        self.used: list[str] = []
        self._libraries: list[Any] = []

    def of(self, names: Collection[str]) -> None:
        """Refuse these from now on, and what was refused before no more.

        names: as `observe.observe` watches them.
        """
        self.used = []
        if frozenset(names) == self.names:  # the usual case: one question after the other
            return
        for library in self._libraries:
            library._destroy()
        self.names, self._libraries = frozenset(names), []
        wanted = sorted({member for name in names for member in family(name)})
        with warnings.catch_warnings():  # torch's own kernel is replaced, which is the purpose
            warnings.simplefilter("ignore")
            for space, members in groupby(wanted, lambda name: name.partition("::")[0]):
                library = torch.library.Library(space, "IMPL")
                self._libraries.append(library)
                for name in members:
                    self._refuse(library, name)

    def _refuse(self, library: Any, name: str) -> None:
        def refused(*args: object, **kwargs: object) -> NoReturn:
            shown = name.partition(".")[0].replace("::", ".")
            self.used.append(shown)
            said = later("{name} does the whole task; the point here is to write it yourself")
            raise Refused(tr(said, name=shown))

        for key in keys(name):
            with suppress(RuntimeError):
                library.impl(name, refused, key)


@cache
def family(name: str) -> Sequence[str]:
    """Operators ("aten::im2col.out") that do what a function or an operator of that name does."""
    short = name.rpartition(".")[2]
    for parts, but in FAMILIES:
        if _is_one(short, parts, but):
            return [n for n in _known() if _is_one(_short(n), parts, but)]
    return [n for n in _known() if n.partition(".")[0] == name.replace("aten.", "aten::")]


def _is_one(short: str, parts: Sequence[str], but: Sequence[str]) -> bool:
    return any(part in short for part in parts) and not any(word in short for word in but)


@cache
def keys(name: str) -> Sequence[str]:
    """Where it works; everywhere, if it is made of others."""
    return [key for key in KEYS if has(name, key)] or KEYS


@cache
def _known() -> list[str]:
    names = torch._C._dispatch_get_all_op_names()
    mine = [name for name in names if name.partition("::")[0] in SPACES]
    here = [name for name in mine if not _short(name).lstrip("_").startswith(ELSEWHERE)]
    return sorted(filter(_works, here))


def _works(name: str) -> bool:
    """Does it work itself? Most only call others, which are refused."""
    plain = "." not in name and has(name, "CompositeExplicitAutograd")
    alone = "max_pool1d" in name or "dropout" in name  # made of others, which are nobody's answer
    return plain or alone or any(has(name, key) for key in KEYS)


def _short(name: str) -> str:
    return name.partition("::")[2].partition(".")[0]
