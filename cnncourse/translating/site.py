"""The walker of the site's own words: of its modules and templates, of the book's configuration.

Modules and templates mark a text as Sphinx does, `_("…")`, and look it up when pages are written
(cnncourse/site/words.py). Files of settings are written anew for each language.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from . import messages
from .say import Say, Text

TEMPLATE = re.compile(r"\b_\(\s*(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\")\s*\)")
SETTINGS = ("_config.yml", "book/_toc.yml", "pyproject.toml")
# The lines of them that a reader reads.
SETTING = re.compile(
    r"^(?P<before>[ \t-]*(?:title|author|copyright|html_title|nb_code_prompt_show|caption"
    r'|nb_code_prompt_hide|extra_footer): |description = )(?P<quote>"?)(?P<words>.+?)(?P=quote)$',
    re.MULTILINE,
)


def files(root: Path) -> list[Path]:
    """What holds such words."""
    ours = Path(root, "cnncourse", "site")
    there = [root / name for name in SETTINGS if (root / name).is_file()]
    return [*there, *sorted(ours.glob("*.py")), *sorted(ours.glob("templates/*.html"))]


def walk(path: Path, say: Say) -> str:
    """Put the words of one of these files through `say`; returns what it said, a line each."""
    text = path.read_text(encoding="utf-8")
    match path.suffix:
        case ".py":
            found = list(messages.texts(text, path.name, markers=("_",)))
        case ".html":
            found = [Text(words, "message") for words in marked(text)]
        case _:
            found = [Text(line["words"], "paragraph") for line in SETTING.finditer(text)]
    return "\n".join(map(say, found))


def settings(text: str, say: Say) -> str:
    """The lines of settings that are read, in the other words.

    >>> settings("title: A course\\nlogo: x", lambda text: text.words.upper())
    'title: A COURSE\\nlogo: x'
    """

    def said(found: re.Match[str]) -> str:
        quote = found["quote"]
        return f"{found['before']}{quote}{say(Text(found['words'], 'paragraph'))}{quote}"

    return SETTING.sub(said, text)


def marked(template: str) -> Iterator[str]:
    """The marked texts of a template.

    >>> list(marked("<p>{{ _('No page') }}</p>"))
    ['No page']
    """
    for found in TEMPLATE.finditer(template):
        yield re.sub(r"\\(.)", r"\1", found[1] or found[2])
