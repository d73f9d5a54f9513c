"""What all figures share: the script, the state, and how a figure is stored in a notebook."""

import html
import json

import anywidget
from traitlets import TraitType

from cnncourse.figures import assemble

# What a notebook shows in place of a figure when nothing runs there.
CALL = "This figure moves once its cell is run, and on the course's site."


class Figure(anywidget.AnyWidget):
    """A figure whose traits are its state; the script is `static/` + the module's own name.

    A trait tagged `result=True` is written by the figure and is no part of its state. `data` names
    script files that only this figure needs, which the site keeps out of the common script.

    Raises traitlets.TraitError, as any widget, for a value that a trait does not take.
    """

    data = ()

    _css = assemble.STYLE.read_text("utf-8")

    def __init_subclass__(cls, **arguments):
        if "_esm" not in vars(cls):  # anywidget derives a class of its own for each object
            cls._esm = assemble.module(cls.__name__, *cls.data, cls.file())
            cls._names = [
                name
                for name, value in vars(cls).items()
                if isinstance(value, TraitType) and not value.metadata.get("result")
            ]
        super().__init_subclass__(**arguments)

    @classmethod
    def file(cls):
        """The name that the class's Python and script files share."""
        return cls.__module__.rpartition(".")[2]

    def state(self):
        """The traits of this figure as a dict, in the order in which the class defines them."""
        return {name: getattr(self, name) for name in self._names}

    def __repr__(self):
        state = ", ".join(f"{name}={value!r}" for name, value in self.state().items())
        return f"{type(self).__name__}({state})"

    def _repr_mimebundle_(self, **arguments):
        """The widget for Jupyter, and HTML from which the site makes the figure.

        The HTML is the same in every run; the widget's name is not, and is not stored.
        """
        name, state = type(self).__name__, html.escape(json.dumps(self.state()))
        bundle = super()._repr_mimebundle_(**arguments)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        data["text/html"] = (
            f'<div class="cnn-figure" id="{name}" data-figure="{name}" '
            f'data-state="{state}"><p>{CALL}</p></div>'
        )
        data["text/plain"] = repr(self)
        return data, metadata
