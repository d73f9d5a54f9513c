"""What students wrote in text cells, as HTML that is dead: nothing runs, nothing is fetched.

The feedback page and nbgrader's formgrader both show it; nbconvert's own filter lets `javascript:`
links through, fetches pictures of other hosts, and stops at a picture that is missing.
"""

import re
from html import escape
from typing import Any

from jinja2 import pass_context
from math_core import LatexError, LatexToMathML
from mistune.util import striptags
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from cnncourse.grading.intake.parsing import is_base64
from cnncourse.language import tr

PICTURES = re.compile(r"data:image/(?:png|jpeg|gif|webp|bmp|avif|svg\+xml);base64,", re.IGNORECASE)
LINKS = re.compile(r"https?:|mailto:|#", re.IGNORECASE)


class DeadRenderer(IPythonRenderer):
    """HTML without programs: links lead to web pages or nowhere, pictures are in the page."""

    def __init__(self, **options: Any):
        super().__init__(escape=True, allow_harmful_protocols=False, **options)
        self._formulas = LatexToMathML()

    def sanitize_url(self, url: str) -> str:
        """Only what a browser opens as a page, or in this one; called by mistune from 3.4 on."""
        return url if LINKS.match(url) else "#"

    def safe_url(self, url: str) -> str:
        """The same, escaped; called by mistune before 3.4."""
        return escape(self.sanitize_url(url))

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """A picture of the notebook's own; of others the words and the address, not fetched."""
        source = url
        if url.startswith("attachment:"):
            source = self._attachment(url.removeprefix("attachment:"))
            if not source:
                missing = tr("this picture is not in the notebook")
                return f"<em>({escape(text or url)}: {missing})</em>"
        if not PICTURES.match(source):
            elsewhere = tr("pictures from elsewhere are not shown")
            return f"<em>({escape(text)} {escape(url)}: {elsewhere})</em>"
        words = striptags(text).replace('"', "&quot;")
        return f'<img src="{escape(source)}" alt="{words}">'

    def _attachment(self, name: str) -> str:
        """A picture as an address that holds it; "" if there is none of this name."""
        for kind, data in self.attachments.get(name, {}).items():
            if is_base64(data):
                return f"data:{kind};base64,{''.join(data.split())}"
        return ""

    def block_mermaidjs(self, code: str) -> str:
        return f"<pre>{escape(code)}</pre>"

    def inline_math(self, body: str) -> str:
        return self._formula(body, "$", False)

    def block_math(self, body: str) -> str:
        return self._formula(body, "$$", True)

    def _formula(self, body: str, mark: str, displayed: bool) -> str:
        try:
            return str(self._formulas.convert_with_local_state(body, displaystyle=displayed))
        except LatexError:
            return escape(f"{mark}{body}{mark}")


def to_html(text: str, attachments: dict[str, dict[str, str]] | None = None) -> str:
    """A text cell as HTML.

    >>> to_html("[x](javascript:alert)")
    '<p><a href="#">x</a></p>\\n'
    """
    renderer = DeadRenderer(attachments=attachments or {}, exclude_anchor_links=True)
    try:
        return MarkdownWithMath(renderer=renderer).render(text)
    except Exception:  # nested too deeply, say: then as it was typed
        return f"<pre>{escape(text)}</pre>\n"


@pass_context
def markdown2html(context: Any, text: str) -> str:
    """The same as a filter of nbconvert's, which knows the cell."""
    return to_html(text, dict(context.get("cell", {}).get("attachments", {})))
