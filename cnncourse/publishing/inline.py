"""One run of text, as plain Markdown: roles, links and footnotes become words.

The text is cut by the rules of the site's own parser, and only what they find is replaced: code,
formulas and all else stay as they were written.
"""

import html
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from cnncourse.course import CourseError

SUBSTITUTION = "{} cannot be shown outside of the site: write it out"
Environment = dict[str, Any]  # markdown-it's: footnotes and link definitions


def pieces(parser: MarkdownIt, text: str, env: Environment) -> Iterator[tuple[str, list[Token]]]:
    """The text in pieces, each as one rule of the parser took it, with the tokens it made.

    >>> [source for source, _ in pieces(MarkdownIt(), "See [this](b.md), `a[0]`.", {})]
    ['See ', '[this](b.md)', ', ', '`a[0]`', '.']
    """
    state = StateInline(text, parser, env, [])
    rules = parser.inline.ruler.getRules("")
    while state.pos < state.posMax:
        start, made = state.pos, len(state.tokens)
        if not any(rule(state, False) for rule in rules):
            state.pending += text[start]
            state.pos += 1
        yield text[start : state.pos], state.tokens[made:]


def label_of(parser: MarkdownIt, source: str) -> str:
    """The text between the brackets of a link.

    >>> label_of(MarkdownIt(), "[a `]` in it](b.md)")
    'a `]` in it'
    """
    state = StateInline(source, parser, {}, [])
    end = parser.helpers.parseLinkLabel(state, 0)
    return source[1:end]


def convert(
    parser: MarkdownIt,
    text: str,
    env: Environment,
    role: Callable[[str, str], str],
    link: Callable[[str, str], str],
    note: Callable[[str], str],
) -> str:
    """The text with each role, link and reference to a footnote as these functions write it.

    role: of its name and content; link: of its address and label; note: of a footnote's label.
    """
    result = ""
    for source, tokens in pieces(parser, text, env):
        for token in tokens:
            match token.type:
                case "myst_role":
                    source = role(token.meta["name"], token.content)
                case "link_open" if source.startswith("["):
                    label = label_of(parser, source)
                    inner = convert(parser, label, env, role, link, note)
                    source = link(str(token.attrs["href"]), inner)
                case "footnote_ref":
                    source = note(str(token.meta["label"]))
                case "span_open":
                    inner = label_of(parser, source)
                    source = convert(parser, inner, env, role, link, note)
                case "substitution_inline":
                    raise CourseError(SUBSTITUTION.format(source))
                case _:
                    continue
            break
        else:
            if source.startswith("{") and source.endswith("}") and len(source) > 1:
                source = ""  # attributes of what came before
        result += source
    return result


def as_html(tokens: list[Token] | None) -> str:
    """Inline tokens as HTML, formulas between dollars as every front end reads them there.

    >>> as_html(MarkdownIt().parseInline("a < *b*")[0].children)
    'a &lt; <em>b</em>'
    """
    result = ""
    for token in tokens or ():
        match token.type:
            case "math_inline":
                result += f"${html.escape(token.content, quote=False)}$"
            case "code_inline":
                result += f"<code>{html.escape(token.content, quote=False)}</code>"
            case "softbreak" | "hardbreak":
                result += " "
            case "link_open":
                result += f'<a href="{html.escape(str(token.attrs["href"]))}">'
            case "em_open" | "em_close" | "strong_open" | "strong_close" | "link_close":
                result += f"<{'/' * (token.nesting < 0)}{token.tag}>"
            case "html_inline":
                result += token.content
            case _:
                result += html.escape(token.content, quote=False)
    return result


def fragment(heading: str) -> str:
    """The part of an address that leads to a heading of a notebook in JupyterLab.

    >>> fragment("What is left over")
    'What-is-left-over'
    """
    return quote(heading.replace(" ", "-"), safe="'!*,;:@&=+$/?")
