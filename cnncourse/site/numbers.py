"""Write the numbers that cells computed as the language of the page does: 0,5 and 1.024 in Italian.

The cells themselves, and what they print, keep Python's.
"""

from docutils import nodes
from sphinx.application import Sphinx

from cnncourse.language import in_prose, speaking


def write_numbers(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Go through what the text took from cells, which MyST-NB calls pasted."""
    with speaking(app.config.language):
        for pasted in doctree.findall(nodes.inline):
            if "pasted-text" in pasted["classes"]:
                for text in list(pasted.findall(nodes.Text)):
                    text.parent.replace(text, nodes.Text(in_prose(str(text))))


def setup(app: Sphinx) -> None:
    app.connect("doctree-resolved", write_numbers)
