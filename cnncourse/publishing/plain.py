"""A page's MyST Markdown as plain Markdown, which JupyterLab, Colab and VS Code show alike.

Boxes become quotations, hints and answers `<details>`, numbers the numbers themselves; citations
and references become words and links. What has no plain form stops the conversion: nobody is to
find markup in a notebook.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from markdown_it.token import Token

from cnncourse.course import PACKAGE, CourseError
from cnncourse.language import in_prose, later, tr

from . import inline
from .book import FENCES, Book, Place, directive, words
from .getting import KIT, WHEEL, pip_command
from .works import Works

BOXES = tuple(
    "admonition attention caution danger error hint important note seealso tip warning".split()
)
SITE_ONLY = "site-only"  # class of a box that says what is true of the site alone
DROPPED = "\0"  # in place of a role that says nothing here; the comma before it goes too
VERDICTS = {True: later("✓ **Right.**"), False: later("✗ **Not quite.**")}
CHOOSE = later("*Unfold the answer that you would give.*")


@dataclass
class Page:
    """A page on its way to plain Markdown.

    values: what its cells glued, by name; elsewhere: the same of another page. beside: the pages
    that lie in the same folder. site: the address of the published book, if it has one; links to
    other pages lead there.
    """

    book: Book
    name: str
    works: Works
    values: Mapping[str, Any] = field(default_factory=dict)
    beside: Collection[str] = ()
    site: str | None = None
    elsewhere: Callable[[str], Mapping[str, Any]] = lambda page: {}
    cited: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # labels of footnotes, in order

    def scan(self, text: str) -> None:
        """Note what one cell cites and which footnotes it has, before any is converted."""
        for keys in re.findall(r"\{footcite(?::\w+)?\}`([^`]*)`", text):
            self.cited += [key for key in split_keys(keys) if key not in self.cited]
        self.notes += re.findall(r"^\[\^([^\]]+)\]:", text, re.MULTILINE)

    def plain(self, text: str) -> str:
        """One cell's text as plain Markdown. Raises CourseError for what has no plain form."""
        notes = {f":{label}": -1 for label in self.notes}
        env: inline.Environment = {"footnotes": {"refs": notes}}
        tokens = self.book.parser.parse(text, env)
        env["footnotes"]["refs"] |= dict.fromkeys(notes, -1)
        starts = [0]  # of each line
        for line in text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        edits: list[tuple[int, int, str]] = []
        done = 0  # characters before this one need no further look
        for token, parent in zip(tokens, [None, *tokens], strict=False):
            if token.map is None:
                continue
            first, last = token.map
            start, end = max(done, starts[first]), starts[max(last, first + 1)] - 1
            if token.type == "inline":
                found = self._inline(token, parent, text, start, env)
                edits += found
                done = max([done, *(edit[1] for edit in found)])
            elif token.type in (*FENCES, "math_block", "math_block_label"):
                block = self._block(token)
                if block is not None:
                    lead = margin(text[starts[first] : end])
                    where = starts[first] + len(lead)
                    following = re.sub(r"[^ >]", " ", lead)
                    edits.append((where, end, block.replace("\n", f"\n{following}")))
            elif token.type == "substitution_block":
                raise CourseError(inline.SUBSTITUTION.format(text[start:end]))
            elif token.type in ("myst_target", "myst_line_comment", "myst_block_break"):
                edits.append((starts[first], min(end + 1, len(text)), ""))
        for start, end, new in sorted(edits, reverse=True):
            text = text[:start] + new + text[end:]
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n")

    def _inline(
        self, token: Token, parent: Token | None, text: str, start: int, env: inline.Environment
    ) -> list[tuple[int, int, str]]:
        """The edits that make one run of text plain: of itself, and of what marks it."""
        written, *more = token.content.split("\n")
        cell = parent is not None and parent.type in ("td_open", "th_open")
        if cell:
            written = written.replace("|", r"\|")
        begin = text.find(written, start)
        if not token.content or begin < 0:
            return []
        end, lead = begin + len(written), ""
        for line in more:  # each after the margin of the list or quotation that it is in
            at = text.index(line, end + 1)
            lead, end = text[end + 1 : at], at + len(line)
        new = self.inline(token.content, env)
        if cell:
            new = re.sub(r"(?<!\\)\|", r"\\|", new)
        edits = []
        line_start = text.rfind("\n", 0, begin) + 1
        mark = text[line_start:begin]
        if parent is not None and parent.type == "dt_open":
            new = f"**{new}**  "
        elif re.fullmatch(r"\s*:\s+", mark) and parent is not None:
            edits.append((line_start, begin, ""))
        elif note := re.fullmatch(r"\[\^([^\]]+)\]:\s*", mark):
            edits.append((line_start, begin, f"{self.note(note[1])} "))
        if new != token.content:
            edits.append((begin, end, new.replace("\n", f"\n{lead}")))
        return edits

    # Inline

    def inline(self, text: str, env: inline.Environment | None = None) -> str:
        """A run of text as plain Markdown."""
        new = inline.convert(self.book.parser, text, env or {}, self.role, self.link, self.note)
        return re.sub(rf"[,;:]?\s*{DROPPED}", "", new)

    def html(self, text: str) -> str:
        """A run of text as HTML, for a place in which no front end reads Markdown."""
        (token,) = self.book.parser.parseInline(self.inline(text))
        return inline.as_html(token.children)

    def words(self, text: str) -> str:
        """What a run of text says, without markup."""
        (token,) = self.book.parser.parseInline(self.inline(text))
        return words(token.children)

    def note(self, label: str) -> str:
        if label not in self.notes:
            raise CourseError(f"page {self.name}: no cell has the footnote {label!r}")
        return f"<sup>{self.notes.index(label) + 1}</sup>"

    def role(self, name: str, content: str) -> str:
        kind, _, variant = name.partition(":")
        match kind:
            case "glue":
                return self.number(content)
            case "eq":
                return self.to_equation(content)
            case "math" if variant == "numref":
                return self.to_equation(content)
            case "footcite" | "cite":
                return self.citation(split_keys(content), variant.startswith("t"))
            case "term" | "download" | "ref" | "doc":
                said, target = named(content)
                return self.reference(kind, said, target)
            case "get":
                return self.way(content)
            case "run-time":
                return DROPPED
            case "sub" | "sup":
                return f"<{kind}>{content}</{kind}>"
            case "math":
                return f"${content}$"
        raise CourseError(
            f"page {self.name}: the role {{{name}}}`{content}` has no plain form yet; give it one "
            "in cnncourse/publishing/plain.py"
        )

    def way(self, what: str) -> str:
        """A way to the course, as cnncourse.site.downloads shows it."""
        if what == "paper":
            return DROPPED  # only the site knows whether it was made
        if what == "colab":
            return tr("The site says whether there is a folder of all notebooks for Colab.")
        if what == "pip":
            return f"`{pip_command(self.site)}`"
        file = KIT if what == "kit" else WHEEL
        return f"[{file}]({self.site}/{file})" if self.site else f"`{file}`"

    def number(self, content: str) -> str:
        """A glued value as the site formats it: `name`, `name:.2f`, another page's `page::name`."""
        page, _, rest = content.rpartition("::")
        name, _, form = rest.partition(":")
        values = self.elsewhere(page.removesuffix(".ipynb")) if page else self.values
        if name not in values:
            where = f"of {page} " if page else ""
            raise CourseError(f"page {self.name}: no code cell {where}glues {name!r}; run it again")
        return in_prose(format(values[name], form))

    def to_equation(self, label: str) -> str:
        if label not in self.book.equations:
            raise CourseError(f"page {self.name}: there is no equation {label!r}")
        return self.to(self.book.labels[label], f"({self.book.equations[label]})")

    def citation(self, keys: list[str], in_sentence: bool) -> str:
        """(Author, year; author, year), or Author (year), with a link to the list of works."""
        called = [self.works.called(key) for key in keys]
        heading = tr("References")
        if any(place.heading == heading for place in self._places()):
            target = f"#{inline.fragment(heading)}"
        else:
            target = self.address(Place("references", heading, "")) or ""

        def linked(text: str) -> str:
            return f"[{text}]({target})" if target else text

        if in_sentence:
            return ", ".join(linked(f"{name} ({year})") for name, year in called)
        return f"({'; '.join(linked(f'{name}, {year}') for name, year in called)})"

    def _places(self) -> list[Place]:
        return [place for (page, _), place in self.book.sections.items() if page == self.name]

    def reference(self, kind: str, said: str, target: str) -> str:
        if kind == "download":
            return f"[{said}]({target})"
        if kind == "term":
            return said if self.name == "glossary" else self.link("glossary.md", said)
        if kind == "doc":
            return self.link(target + self.book.suffixes.get(target, ""), said)
        return self.link(f"#{target}", "" if said == target else said)

    def link(self, target: str, label: str) -> str:
        """A link, to another page or place of the book as far as it can be reached from here."""
        if re.match(r"[a-z][a-z+.-]*:|/|\.\./", target):
            return f"[{label}]({target})"
        file, _, slug = target.partition("#")
        page = file.rpartition(".")[0] or self.name
        if page not in self.book.suffixes:
            if (self.book.folder / file).is_file():  # in no table of contents, as for instructors
                return f"[{label}]({self.site}/{page}.html)" if self.site else label
            raise CourseError(f"page {self.name} links to {target}, and the book has no such page")
        place = self.book.section(page, slug) if slug else None
        if slug and place is None:
            raise CourseError(f"page {self.name} links to {target}, and there is no such place")
        title = self.book.titles[page]
        place = place or Place(page, title, "")
        return self.to(place, label or place.heading or title, whole=not slug)

    def to(self, place: Place, label: str, whole: bool = False) -> str:
        address = self.address(place, whole)
        return f"[{label}]({address})" if address else label

    def address(self, place: Place, whole: bool = False) -> str | None:
        """Where a place is found from here; None if its page is neither beside nor published."""
        if place.page == self.name:
            return f"#{inline.fragment(place.heading)}"
        if self.site:
            anchor = f"#{place.anchor}" if place.anchor else ""
            return f"{self.site}/{place.page}.html{anchor}"
        if place.page not in self.beside:
            return None
        file = f"{place.page}{self.book.suffixes[place.page]}"
        return file if whole or not place.anchor else f"{file}#{inline.fragment(place.heading)}"

    # Blocks

    def _block(self, token: Token) -> str | None:
        """A directive or a formula as plain Markdown; None for what may stay as it is."""
        if token.type.startswith("math_block"):
            return self.formula(token.content, token.info if "label" in token.type else None)
        found = directive(token)
        return self.directive(*found) if found else None

    def formula(self, content: str, label: str | None) -> str | None:
        r"""A displayed formula with its number; several lines aligned, as the site aligns them."""
        body = aligned(content)
        if label is None and body == content.strip():
            return None
        if label is not None:
            body += f" \\tag{{{self.book.equations[label]}}}"
        return f"$$\n{body}\n$$"

    def directive(self, name: str, argument: str, options: dict[str, str], content: str) -> str:
        if name in BOXES:
            if SITE_ONLY in options.get("class", "").split():
                return ""
            title = argument if name == "admonition" else name.capitalize()
            return box(self.inline(title), self.plain(content))
        match name:
            case "dropdown":
                return fold(self.html(argument), self.plain(content))
            case "quiz":
                return self.quiz(argument, options, content)
            case "math":
                return self.formula(content, options.get("label")) or f"$$\n{content}\n$$"
            case "code-block":
                return f"```{argument}\n{content}\n```"
            case "glossary":
                return self.glossary(content)
            case "footbibliography":
                return "\n".join(f"- {work}" for work in self.works.listed(self.cited))
            case "bibliography":
                return "\n".join(f"- {work}" for work in self.works.listed(self.works.by_author()))
            case "quiz-map":  # a notebook remembers nothing of its reader
                return ""
            case "eval-rst":
                return reference_of(self.name, content)
        raise CourseError(
            f"page {self.name}: the directive {{{name}}} has no plain form yet; give it one in "
            "cnncourse/publishing/plain.py"
        )

    def quiz(self, question: str, options: dict[str, str], content: str) -> str:
        """A question whose answers are folded one by one, each with what is to be said of it."""
        key = options.get("key", "")
        if key not in self.values:
            raise CourseError(f"page {self.name}: no code cell glues {key!r}, the key of a quiz")
        answer = str(self.values[key]).strip()
        answers = split_answers(content)
        right = [self.words(option).strip() == answer for option, _ in answers]
        if right.count(True) != 1:
            raise CourseError(
                f"page {self.name}: quiz {key!r} has {right.count(True)} options that say "
                f"{answer!r}, the computed answer"
            )
        folds = [
            fold(self.html(option), f"{tr(VERDICTS[is_right])} {self.plain(feedback)}")
            for (option, feedback), is_right in zip(answers, right, strict=True)
        ]
        return "\n\n".join([f"**{self.inline(question)}**", tr(CHOOSE), *folds, "<br>"])

    def glossary(self, content: str) -> str:
        """Terms by the alphabet, each with its explanation below."""
        items = []
        for item in sorted(re.split(r"\n(?=\S)", content), key=str.casefold):
            term, _, explanation = item.partition("\n")
            text = "\n".join(line.strip() for line in explanation.split("\n"))
            items.append(f"**{self.inline(term)}**  \n{self.plain(text)}")
        return "\n\n".join(items)


def aligned(latex: str) -> str:
    r"""A displayed formula whose lines, ended by `\\` or a blank line, are aligned at `&`.

    Lines of an environment in it, of a matrix say, are not the formula's.

    >>> aligned(r"a &= b \\ c &= d") == "\\begin{aligned}\na &= b \\\\ c &= d\n\\end{aligned}"
    True
    """
    body = latex.strip()
    parts = [part.strip() for part in body.split("\n\n") if part.strip()]
    outside = re.sub(r"\\begin\{(\w+\*?)\}.*?\\end\{\1\}", "", body, flags=re.DOTALL)
    if len(parts) < 2 and r"\\" not in outside:
        return body
    lines = "\\\\\n".join(parts)
    return f"\\begin{{aligned}}\n{lines}\n\\end{{aligned}}"


def margin(line: str) -> str:
    """What stands before a block: the marks of lists and quotations that it is in.

    >>> margin("> - text")
    '> - '
    """
    found = re.match(r"(?:[ >]|[-*+] |\\d+[.)] )*", line)
    return found[0] if found else ""


def box(title: str, text: str) -> str:
    """A box with a title, as a quotation."""
    lines = [f"**{title}**", "", *text.split("\n")] if text else [f"**{title}**"]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def fold(summary: str, text: str) -> str:
    """Something folded away; the empty lines make every front end read Markdown inside."""
    return f"<details>\n<summary>{summary}</summary>\n\n{text}\n\n</details>"


def split_keys(keys: str) -> list[str]:
    """The keys of a citation."""
    return [key.strip() for key in keys.split(",")]


def named(content: str) -> tuple[str, str]:
    """What a role says, and what it leads to.

    >>> named("the text <target>"), named("target")
    (('the text', 'target'), ('target', 'target'))
    """
    found = re.fullmatch(r"(.*?)\s*<([^<>]+)>", content, re.DOTALL)
    return (found[1], found[2]) if found else (content, content)


def split_answers(content: str) -> list[tuple[str, str]]:
    """The options of a quiz, each with its feedback.

    >>> split_answers("5\\n: Too few.\\n\\n6\\n: Yes.\\n: Indeed.")
    [('5', 'Too few.'), ('6', 'Yes.\\n\\nIndeed.')]
    """
    found: list[tuple[str, list[str]]] = []
    lines = content.split("\n")
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if after.startswith(":") and not line.startswith((":", " ")) and line:
            found.append((line.strip(), []))
        elif found:
            found[-1][1].append(re.sub(r"^:\s+", "\n", line) if line[:1] == ":" else line.strip())
    return [(option, "\n".join(said).strip()) for option, said in found]


def reference_of(page: str, content: str) -> str:
    """In place of a module's reference, which only the site can show: where to read it."""
    modules = re.findall(r"automodule:: ([\w.]+)", content)
    if not modules:
        raise CourseError(f"page {page}: {{eval-rst}} has no plain form but for automodule")
    said = []
    for module in modules:
        path = module.replace(".", "/")
        file = f"{path}/__init__.py" if (PACKAGE.parent / path).is_dir() else f"{path}.py"
        said.append(
            tr(
                "In a notebook, `help({module})` shows it; the source is [{file}](../{file}).",
                module=module,
                file=file,
            )
        )
    return "\n".join(said)
