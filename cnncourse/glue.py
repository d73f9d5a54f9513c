"""Hand a computed value from a code cell to the text of its page.

The site's builder, MyST-NB, finds the value in the cell's outputs and puts it where the text says
{glue:text}`name`, so that a number in the prose is always the number that the code computed.
MyST-NB has a function of this name and form; this one needs nothing but IPython, so that a
chapter also runs where the site's tools are not installed, as in Colab.
"""

from IPython.display import display

__all__ = ["glue", "question"]

# Between the wrong options of a question, and after the name of its key.
WRONG = "-wrong"
BETWEEN = " | "


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


def question(key: str, right: int | float | str, *wrong: int | float | str) -> None:
    """Record the computed answer of a question, and what each misconception computes instead.

    The page's quiz must have `right` among its options, once, and each of `wrong`; and no option
    with a digit in it that is neither. So a wrong number is never invented: its feedback names the
    slip that gives it. Raises ValueError where a slip leads to the right answer, or two to one.
    """
    texts = [str(value) for value in (right, *wrong)]
    if len(set(texts)) < len(texts):
        raise ValueError(f"question({key!r}, …): the options {texts} are not all different")
    glue(key, right)
    glue(key + WRONG, BETWEEN.join(texts[1:]))
