"""The walker of Markdown, of the site's kind and of notebooks': block by block, line by line.

A paragraph is one text whatever the lines are on which it stands, so that a new line break makes
no translation stale. What is no text (code, options, labels, tables' rules) is left as it is.
"""

import re
from collections.abc import Callable, Iterator

from . import code
from .say import FIXED, NUMBERS, TEXT_IN_FORMULA, Say, Text, has_marks, has_words

FENCE = re.compile(r"^(\s*)(`{3,}|:{3,}|~{3,})(?: *\{([\w-]+)\} *(.*?)| *[\w+.-]*) *$")
OPTION = re.compile(r"^(\s*):([\w-]+):\s*(.*)$")
TITLED = ("admonition", "dropdown", "quiz", "tab-item", "card", "figure-md")
# Directives whose content is no text: code, formulas, lists that are made.
OPAQUE = ("code-block", "code-cell", "code", "eval-rst", "math", "bibliography", "footbibliography")
OPTIONS_IN_WORDS = ("caption", "alt")
HEADING = re.compile(r"^(#{1,6} +)(.*?)(\s*)$")
ITEM = re.compile(r"^(\s*(?:[-*+]|\d+[.)]) +(?:\[[ xX]\] +)?)(.*)$")
DEFINITION = re.compile(r"^(\s*: +)(.*)$")
QUOTE = re.compile(r"^(\s*(?:> ?)+)(.*)$")
ROW = re.compile(r"^\s*\|.*\|\s*$")
RULE = re.compile(r"^[\s|:-]+$")
LABEL = re.compile(r"^\([\w:.-]+\)=\s*$")
BETWEEN_BLOCKS = re.compile(r"^\s*(?:\+\+\+|---+|\*\*\*+|%.*|\[\^[^\]]+\]:\s*)$")
TAGS = re.compile(r"^\s*</?(?:details|summary|div|p|table|tr|td|th|figure|figcaption|br|hr|!--)\b")
MARK = re.compile(r"^\s*### (?:BEGIN|END) ")  # what nbgrader cuts by
FORMULA = re.compile(r"^\s*\$\$")
COMMENT = re.compile(r"^((?:.*\s)?#\s+)((?:… )?\w.*)$")  # of a program or of commands
HARD_BREAK = re.compile(r"(?: {2,}|\\)$")


def walk(text: str, say: Say, place: str = "") -> str:
    """The Markdown `text` with all that a reader reads put through `say`.

    >>> walk("# One\\n\\nTwo\\nthree $x$.", lambda text: text.words.upper())
    '# ONE\\n\\nTWO THREE $X$.'
    """
    return "\n".join(_Walk(text.split("\n"), say, place).blocks())


class _Walk:
    def __init__(self, lines: list[str], say: Say, place: str) -> None:
        self.lines, self.say, self.place = lines, say, place
        self.at = 0

    def said(self, words: str, kind: str, raw: str | None = None) -> str:
        """What takes the place of a text, `raw` as it stands there."""
        raw = words if raw is None else raw
        if not has_words(words):
            written = kind == "table cell" and has_marks(words)
            return self.say(Text(words, NUMBERS, self.place)) if written else raw
        new = self.say(Text(words, kind, self.place))
        return raw if new == words else new

    def blocks(self, end: str = "", quiz: bool = False) -> Iterator[str]:
        """The lines up to that which closes a fence, `end`, and with it."""
        if self.at == 0 and self.lines[0].strip() == "---":  # front matter
            yield from self.until(lambda line: line.strip() == "---")
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if end and line.strip() == end:
                self.at += 1
                yield line
                return
            yield from self.block(line, quiz)

    def block(self, line: str, quiz: bool) -> Iterator[str]:
        if not line.strip() or any(p.match(line) for p in (LABEL, BETWEEN_BLOCKS, MARK)):
            self.at += 1
            yield line
        elif fence := FENCE.match(line):
            yield from self.fence(fence)
        elif FORMULA.match(line):
            yield from self.formula()
        elif option := OPTION.match(line):
            self.at += 1
            key, value = option[2], option[3]
            text = self.said(value, key) if key in OPTIONS_IN_WORDS else value
            yield line[: len(line) - len(value)] + text if value else line
        elif heading := HEADING.match(line):
            self.at += 1
            yield heading[1] + self.said(heading[2], "heading")
        elif ROW.match(line):
            self.at += 1
            yield line if RULE.match(line) else self.row(line)
        elif TAGS.match(line):
            self.at += 1
            parts = re.split(r"(<[^>]+>)", line)
            yield "".join(p if p.startswith("<") else self.kept_space(p, "title") for p in parts)
        elif quiz:
            self.at += 1
            feedback = DEFINITION.match(line)
            before, words = (feedback[1], feedback[2]) if feedback else ("", line)
            yield before + self.kept_space(words, "feedback" if feedback else "option")
        else:
            for pattern, kind in ((ITEM, "list item"), (DEFINITION, "definition")):
                if found := pattern.match(line):
                    yield found[1] + self.paragraph(found[2], kind)
                    return
            indent = line[: len(line) - len(line.lstrip())]
            quote = QUOTE.match(line)
            before, words = (quote[1], quote[2]) if quote else (indent, line.strip(" "))
            yield before + self.paragraph(words, "paragraph", bool(quote))

    def kept_space(self, part: str, kind: str) -> str:
        words = part.strip()
        return part.replace(words, self.said(words, kind)) if words else part

    def paragraph(self, first: str, kind: str, quoted: bool = False) -> str:
        """The text of a block that begins with `first`, and goes on to the end of its lines."""
        lines = [first]
        self.at += 1
        while self.at < len(self.lines) and self.goes_on(self.lines[self.at], quoted):
            line = self.lines[self.at]
            lines.append(QUOTE.sub(r"\2", line) if quoted else line)
            self.at += 1
        words = "".join(
            line.strip(" ") + ("\n" if HARD_BREAK.search(line) else " ") for line in lines
        ).strip()
        raw = "\n".join(lines) if not quoted else words
        return self.said(words, kind, raw)

    def goes_on(self, line: str, quoted: bool) -> bool:
        if quoted:
            return bool(QUOTE.match(line))
        begins = (FENCE, FORMULA, HEADING, ITEM, DEFINITION, ROW, TAGS, LABEL, BETWEEN_BLOCKS, MARK)
        return bool(line.strip()) and not any(p.match(line) for p in begins)

    def row(self, line: str) -> str:
        """A row of a table, cell by cell; a bar in code or a formula is no border."""
        hidden = FIXED.sub(lambda found: found[0].replace("|", "\0"), line)
        cells = re.split(r"(?<!\\)\|", hidden)
        return "|".join(self.kept_space(c.replace("\0", "|"), "table cell") for c in cells)

    def formula(self) -> Iterator[str]:
        """A formula of its own: nothing but the words in it."""
        first, start = True, self.at
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            yield TEXT_IN_FORMULA.sub(
                lambda found: found[1] + self.kept_space(found[2], "in a formula") + found[3], line
            )
            rest = line.strip().removeprefix("$$") if first else line
            if "$$" in rest or (not line.strip() and self.at > start + 1):
                return
            first = False

    def fence(self, fence: re.Match[str]) -> Iterator[str]:
        indent, ticks, name, title = fence[1], fence[2], fence[3], fence[4]
        line = self.lines[self.at]
        self.at += 1
        if name in TITLED and title:
            yield f"{indent}{ticks}{{{name}}} " + self.said(title, f"title of {name}")
        else:
            yield line
        written_in = "" if name else line.strip(" `~:")
        if written_in.startswith("markdown"):
            yield from self.blocks(ticks)
        elif name is None:
            content = list(self.until(lambda line: line.strip() == ticks))
            if written_in == "python":
                content = self.program(content)
            yield from map(self.printed if written_in == "text" else self.commented, content)
        elif name in OPAQUE:
            yield from self.until(lambda line: line.strip() == ticks)
        elif name == "glossary":
            yield from self.terms(ticks)
        else:
            yield from self.blocks(ticks, quiz=name == "quiz")

    def program(self, lines: list[str]) -> list[str]:
        """A program with the strings that somebody reads put through; its comments stay here."""

        def say(text: Text) -> str:
            return text.words if text.kind == "comment" else self.say(text)

        return code.walk("\n".join(lines[:-1]), say, self.place).split("\n") + lines[-1:]

    def printed(self, line: str) -> str:
        """A line of what a command prints."""
        return self.kept_space(line, "output") if line.strip() else line

    def commented(self, line: str) -> str:
        """A line of a program or of commands, its comment put through."""
        found = COMMENT.match(line)
        return found[1] + self.kept_space(found[2], "comment") if found else line

    def terms(self, end: str) -> Iterator[str]:
        """A glossary: lines that are terms, and what they mean, indented below them."""
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.strip() == end or not line.strip():
                self.at += 1
                yield line
                if line.strip() == end:
                    return
            elif line.startswith(" "):
                yield from self.block(line, quiz=False)
            elif OPTION.match(line):
                self.at += 1
                yield line
            else:
                self.at += 1
                yield self.said(line, "term")

    def until(self, ends: Callable[[str], bool]) -> Iterator[str]:
        """The lines as they are, to the first after this one that ends it."""
        first = True
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            yield line
            if ends(line) and not (first and line.strip() == "---"):
                return
            first = False
