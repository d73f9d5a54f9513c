"""The site's pages as leaves of a book: without what only a screen can do, answers at the end.

A leaf's links lead to the other leaves, and to the published site for what is on no leaf.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from cnncourse.course import CourseError
from cnncourse.language import tr

# What a reader of paper can neither press nor move.
SCREEN_ONLY = (
    "a.headerlink, a.viewcode-link, button, input, script, style, template, [hidden], .site-only, "
    ".quiz-verdict, .quiz-score, .quiz-map, .sd-summary-state-marker, img.on-dark"
)
ASKED = "fieldset.quiz, details:not(fieldset.quiz details)"
ANSWERS = "answers-and-hints"  # the id of a leaf's last section


@dataclass(frozen=True)
class Leaf:
    """A page of the site in the book: its name there, its title, and what it says."""

    name: str
    title: str
    article: Tag

    def sections(self) -> list[tuple[str, str]]:
        """Id and title of its sections."""
        found = []
        for heading in self.article.select("h2"):
            section = heading.find_parent("section")
            if section is not None and section.get("id"):
                found.append((str(section["id"]), words(heading)))
        return found


@dataclass(frozen=True)
class Book:
    """Leaves, and what the book says of itself.

    site: the folder of the built pages. address: where they are published, None for nowhere.
    """

    leaves: list[Leaf]
    site: Path
    title: str
    author: str
    rights: str
    address: str | None = None
    language: str = "en"


def words(tag: Tag) -> str:
    return " ".join(tag.get_text().split())


def read(site: Path, names: Iterable[str]) -> list[Leaf]:
    """The leaves of these pages of a built site."""
    return [leaf(name, (site / f"{name}.html").read_text(encoding="utf-8")) for name in names]


def leaf(name: str, html: str) -> Leaf:
    """A page's article made ready for paper; raises CourseError where it has none, or no title."""
    article = BeautifulSoup(html, "html.parser").select_one("article")
    title = article.select_one("h1") if article else None
    if article is None or title is None:
        raise CourseError(f"page {name} of the site has no article with a title: make book")
    for tag in article.select(SCREEN_ONLY):
        tag.decompose()
    for picture in article.select("img"):
        del picture["loading"], picture["class"]
    gather_answers(article)
    article.name = "div"
    article.attrs = {"class": "leaf"}
    return Leaf(name, words(title), article)


def gather_answers(article: Tag) -> None:
    """Move what a reader should not see at once to a last section, to which links lead."""
    last = BeautifulSoup(
        f'<section id="{ANSWERS}"><h2>{tr("Answers and hints")}</h2></section>', "html.parser"
    )
    section = last.section
    assert section is not None
    questions = 0
    for number, asked in enumerate(article.select(ASKED), 1):
        there = f"answer-{number}"
        if asked.name == "fieldset":
            questions += 1
            name = tr("Question {number}", number=questions)
            answer = _question(asked, name, there)
        else:
            name = _subject(asked) + _summary(asked)
            answer = _hint(asked, there)
        section.append(element(f'<p class="answer" id="{there}"></p>'))
        back = f'<a href="#{there}-asked">{escape(name)}</a>'
        heading = section.select(".answer")[-1]
        heading.append(element(f"<strong>{back}</strong>"))
        for part in answer:
            section.append(part)
    if section.select(".answer"):
        (article.section or article).append(section)


def _question(fieldset: Tag, name: str, there: str) -> list[Tag]:
    """Leave the question with its options; return what is said about each of them."""
    fieldset.name = "div"
    legend = fieldset.legend
    assert legend is not None
    legend.name = "p"
    legend.insert(0, element(f'<span class="quiz-name">{name}. </span>'))
    said = element('<ol class="said" type="a"></ol>')
    options = element('<ol class="options" type="a"></ol>')
    for option in fieldset.select(".quiz-option"):
        label, feedback = option.select_one(".quiz-label > span"), option.details
        assert label is not None
        item = element("<li></li>")
        item.extend(list(label.contents))
        options.append(item)
        answer = element("<li></li>")
        if feedback is not None:
            if feedback.summary is not None:
                feedback.summary.decompose()
            answer.extend(list(feedback.contents))
        said.append(answer)
        option.decompose()
    fieldset.append(options)
    fieldset.append(element(f'<p class="to-answer"><a href="#{there}">{tr("Answer")}</a></p>'))
    _name(fieldset, there)
    return [said]


def _summary(details: Tag) -> str:
    """What is read on what is folded."""
    if "hide" in details.get_attribute_list("class"):
        return tr("The code")
    return words(details.summary) if details.summary else tr("Note")


def _subject(details: Tag) -> str:
    """The bold words before a hint, which say what it is for: "3. A minimum: "."""
    for before in details.find_previous_siblings(["p", "h2", "h3"]):
        first = next((child for child in before.children if str(child).strip()), None)
        if isinstance(first, Tag) and first.name == "strong":
            return words(first).rstrip(".:") + ": "
        if before.name != "p":
            break
    return ""


def _hint(details: Tag, there: str) -> list[Tag]:
    """Leave a link in the place of what was folded; return that."""
    name = _summary(details)
    if details.summary is not None:
        details.summary.decompose()
    folded = element("<div></div>")
    folded.extend(list(details.contents))
    details.name, details.attrs = "p", {"class": "to-answer"}
    details.append(element(f'<a href="#{there}">{escape(name)}</a>'))
    _name(details, there)
    return [folded]


def _name(tag: Tag, there: str) -> None:
    """Give a place that an answer leads back to; an id that others lead to stays beside it."""
    tag.insert(0, element(f'<span id="{there}-asked"></span>'))


def element(html: str) -> Tag:
    found = BeautifulSoup(html, "html.parser").find(True)
    assert isinstance(found, Tag)
    return found.extract()


def join(leaves: list[Leaf], place: Callable[[str, str], str], site: str | None) -> None:
    """Have every link lead to its place in the book.

    place: what leads to an id ("" for the top) of a leaf. site: the published site, which links to
    other files lead to; without one they become plain words. Raises CourseError for a link to what
    a leaf does not have.
    """
    ids = {
        leaf.name: {str(tag["id"]) for tag in leaf.article.select("[id]")} | {""} for leaf in leaves
    }
    broken = []
    for leaf in leaves:
        for link in leaf.article.select("a[href]"):
            href = str(link["href"])
            if urlsplit(href).scheme:
                continue
            file, fragment = urldefrag(href)
            name = file.removesuffix(".html") or leaf.name
            if name in ids:
                if unquote(fragment) not in ids[name]:
                    broken.append(f"{leaf.name}: {href}")
                link["href"] = place(name, unquote(fragment))
            elif site:
                link["href"] = urljoin(f"{site}/", href)
            else:
                link.unwrap()
    if broken:
        raise CourseError(f"links of the book lead nowhere: {', '.join(broken)}")


def moving(leaf: Leaf) -> dict[str, Tag]:
    """The figures of a leaf that move on the site, by the id that leads to them there."""
    return {str(tag["id"]): tag for tag in leaf.article.select("div.cnn-figure[id]")}


def say_where_they_move(leaf: Leaf, site: str | None) -> None:
    """Below each still picture, the address where the figure moves, in this very state."""
    if site:
        for name, tag in moving(leaf).items():
            address = f"{site}/{leaf.name}.html#{name}"
            shown = re.sub("^https?://", "", address)
            link = f'<a href="{address}">{shown}</a>'
            tag.append(element(f'<p class="moves">{tr("It moves at {link}", link=link)}</p>'))
