"""What all figures share: the script, the state, and how a figure is stored in a notebook."""

import base64
import html
import json
import operator
import os
import secrets
from difflib import get_close_matches
from typing import Any, ClassVar

import anywidget
from IPython.display import display
from traitlets import All, Bunch, TraitError, TraitType, Unicode, observe, validate

from cnncourse.figures import assemble
from cnncourse.figures.traits import Description, describe, in_words, most, names
from cnncourse.language import later, tr

# What a notebook shows in place of a figure when nothing runs there.
CALL = later("This figure moves once its cell is run, and on the course's site.")

OTHER = later("A still picture in another state than that of the cell, {}.")


class Figure(anywidget.AnyWidget):
    """A figure whose traits are its state; the script is `static/` + the module's own name.

    The traits are those of cnncourse.figures.traits, each tagged `sync=True`. What they take is
    written there and nowhere else: the script reads it as data (`description`), and by it repairs
    what a link, a notebook or Python gives it. A trait tagged `result=True` is written by the
    figure and is no part of its state. `parts` names script files that come before the figure's
    own; `data` the same, but the site keeps them out of the common script.

    Raises traitlets.TraitError for a value that a trait does not take, AttributeError for a trait
    that does not exist.
    """

    data: ClassVar[tuple[str, ...]] = ()
    parts: ClassVar[tuple[str, ...]] = ()
    # What the traits take, by name, in the order in which the class defines them.
    description: ClassVar[dict[str, Description]] = {}

    _still = Unicode().tag(sync=True)  # names the still picture that the figure hides
    _css = assemble.STYLE.read_text("utf-8")
    _esm: ClassVar[str]

    def __init_subclass__(cls, **arguments: Any) -> None:
        if "_esm" not in vars(cls):  # anywidget derives a class of its own for each object
            cls.description = {
                name: describe(value)
                for name, value in vars(cls).items()
                if isinstance(value, TraitType) and not value.metadata.get("result")
            }
            values = "; ".join(f"`{name}` {in_words(of)}" for name, of in cls.description.items())
            cls.__doc__ = f"{(cls.__doc__ or '').rstrip()}\n\n    Values: {values}.\n"
            cls._agreed = validate(*cls.description)(_agreed)
            cls._esm = assemble.module(cls.__name__, cls.description, *cls.data, *cls.files())
        super().__init_subclass__(**arguments)

    def __init__(self, **state: Any) -> None:
        for name in state:
            self._check_name(name)
        super().__init__(**state)

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_") and name not in vars(self):
            self._check_name(name)
        super().__setattr__(name, value)

    def _check_name(self, name: str) -> None:
        if hasattr(type(self), name):
            return
        near = get_close_matches(name, self.description, n=1, cutoff=0.4)
        raise AttributeError(
            tr("{name} has no trait {name2!r}; ", name=type(self).__name__, name2=name)
            + (tr("did you mean {value!r}? ", value=near[0]) if near else "")
            + tr("It has {names}.", names=", ".join(self.description))
        )

    @classmethod
    def files(cls) -> tuple[str, ...]:
        """The script files of this figure alone, the last of which has its module's name."""
        return (*cls.parts, cls.__module__.rpartition(".")[2])

    def state(self) -> dict[str, Any]:
        """The traits of this figure as a dict, in the order in which the class defines them."""
        return {name: getattr(self, name) for name in self.description}

    @observe(All)
    def _give_way(self, change: Bunch) -> None:
        """Take back to the last one what numbers more than there are now."""
        if change.name not in self.description:
            return
        for name, described in self.description.items():
            if "below" in described:
                now, last = getattr(self, name), most(described, self.state())
                self.set_trait(
                    name, [*map(min, now, last)] if isinstance(now, list) else min(now, last)
                )

    def __repr__(self) -> str:
        state = ", ".join(f"{name}={value!r}" for name, value in self.state().items())
        return f"{type(self).__name__}({state})"

    def _ipython_display_(self) -> None:
        """Show the figure, and a still picture of it, which is seen where no widget comes.

        That is an export without a network, or a notebook that is opened again before its cells
        are run. Not where outputs are stored and compared: the site has stills of its own.
        """
        name, state = type(self).__name__, json.dumps(self.state())
        found = assemble.picture(name, state)
        if found is None or os.environ.get("CNNCOURSE_STILLS") == "off":
            raise NotImplementedError  # IPython then takes the bundle below
        path, exact = found
        self._still = self._still or secrets.token_hex(8)
        image = base64.b64encode(path.read_bytes()).decode()
        caption = "" if exact else f"<p>{html.escape(tr(OTHER).format(repr(self)))}</p>"
        alt = html.escape(tr("Still picture of the figure {name}", name=name))
        still = {
            "text/html": f'<div data-still="{self._still}"><img alt="{alt}" '
            f'src="data:image/png;base64,{image}">{caption}</div>',
            "text/plain": f"still picture of {self!r}",
        }
        display(still, raw=True)
        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)

    def _repr_mimebundle_(self, **arguments: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The widget for Jupyter, and HTML from which the site makes the figure.

        The HTML is the same in every run; the widget's name is not, and is not stored.
        """
        name, state = type(self).__name__, html.escape(json.dumps(self.state()))
        bundle = super()._repr_mimebundle_(**arguments)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        data["text/html"] = (
            f'<div class="cnn-figure" id="{name}" data-figure="{name}" '
            f'data-state="{state}"><p>{tr(CALL)}</p></div>'
        )
        data["text/plain"] = repr(self)
        return data, metadata


def _agreed(figure: Figure, proposal: Bunch) -> Any:
    """The proposed value, if it goes with the other traits."""
    changed = proposal.trait.name
    state = {**figure.state(), changed: proposal.value}
    for name, described in figure.description.items():
        last = most(described, state)
        value = state[name]
        if last is None or ("below" in described and name != changed):
            continue
        if any(map(operator.gt, value, last)) if isinstance(value, list) else value > last:
            rules = described["most"] if "most" in described else described["below"]
            named = [names(rule) for rule in rules] if isinstance(value, list) else [names(rules)]
            others = ", ".join(
                f"{other}={state[other]!r}" for other in sorted(set().union(*named) - {name})
            )
            raise TraitError(
                tr(
                    "{changed}={value!r} does not go with the other traits of {name}: with "
                    "{others} {name2} takes at most {last}, and it is {value2}",
                    changed=changed,
                    value=proposal.value,
                    name=type(figure).__name__,
                    others=others,
                    name2=name,
                    last=last,
                    value2=value,
                )
            )
    return proposal.value
