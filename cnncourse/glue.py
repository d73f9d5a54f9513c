"""Hand a computed value from a code cell to the text of its page.

The site's builder, MyST-NB, finds the value in the cell's outputs and puts it where the text says
{glue:text}`name`, so that a number in the prose is always the number that the code computed.
MyST-NB has a function of this name and form; this one needs nothing but IPython, so that a
chapter also runs where the site's tools are not installed, as in Colab.
"""

from IPython.display import display

__all__ = ["glue"]


def glue(name: str, value: int | float | str) -> None:
    """Record `value` under `name`; shows nothing in the notebook.

    The text can format a number: {glue:text}`name:.2f`, {glue:text}`name:,d`.
    Raises TypeError for anything but a number, a bool or a string: only these read as text.
    """
    if not isinstance(value, (int, float, str)):
        raise TypeError(
            f"glue({name!r}, …) takes a number, a bool or a string, got {type(value).__name__}: "
            "convert a tensor with .item() first"
        )
    # The MIME type's prefix keeps every front end from showing the value. A string keeps its
    # quotes, or MyST-NB would read "1,024" as a tuple.
    bundle = {"application/papermill.record/text/plain": repr(value)}
    metadata = {"scrapbook": {"name": name, "mime_prefix": "application/papermill.record/"}}
    display(bundle, metadata=metadata, raw=True)
