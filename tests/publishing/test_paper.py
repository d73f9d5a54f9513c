"""The PDF and the EPUB: what a page becomes on paper, where its links lead, and who offers them."""

import re
import xml.etree.ElementTree as ElementTree
import zipfile
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urldefrag

import needs
import pytest
from browsing import SITE
from bs4 import BeautifulSoup
from pypdf import PdfReader

from cnncourse.course import CourseError
from cnncourse.language import speaking
from cnncourse.publishing.paper import epub, leaves, offer, pdf

QUIZ = """
<fieldset class="quiz" id="quiz-q"><legend class="quiz-question">How many?</legend>
<div class="quiz-option"><label class="quiz-label"><input type="radio" name="q"> <span>4</span></label>
<details class="quiz-feedback quiz-wrong"><summary>Feedback</summary>
<p class="quiz-word"><strong>Not quite.</strong></p><p>Too few.</p></details></div>
<div class="quiz-option"><label class="quiz-label"><input type="radio" name="q"> <span>5</span></label>
<details class="quiz-feedback quiz-right"><summary>Feedback</summary>
<p class="quiz-word"><strong>Right.</strong></p><p>All of them.</p></details></div>
<button class="quiz-ask" hidden>Check</button><div class="quiz-verdict"></div></fieldset>"""
PAGE = f"""<html><body><nav>menu</nav><article><section id="one"><h1>One<a class="headerlink">#</a></h1>
<section id="part"><h2>A part</h2>
<p><a href="two.html#there">other</a> <a href="#part">same</a> <a href="two.html">whole</a>
<a href="student-kit.zip">the kit</a> <a href="https://example.org/">out</a></p>
<div class="site-only admonition">Only here</div>
<div class="cell"><details class="admonition hide"><summary><p>Show the code</p></summary>
<div class="cell_input"><div class="highlight"><pre>secret = 1</pre></div></div></details></div>
<img class="on-light" loading="lazy" src="_images/a.png" alt="A"><img class="on-dark" src="_images/b.png" alt="A">
{QUIZ}
<p><strong>3. A minimum.</strong> Build it.</p>
<details class="sd-dropdown"><summary>Hint</summary><p>Turn the sign.</p></details>
</section></section></article></body></html>"""
TWO = '<article><section id="two"><h1>Two</h1><p id="there">There</p></section></article>'
ADDRESS = "https://someone.example/course"


@pytest.fixture
def two():
    return [leaves.leaf("one", PAGE), leaves.leaf("two", TWO)]


def test_a_leaf_has_what_can_be_read_and_nothing_to_press(two):
    article = two[0].article
    assert two[0].title == "One" and "menu" not in article.get_text()
    assert not article.select("button, input, fieldset, details, summary, .headerlink, .on-dark")
    assert "Only here" not in article.get_text()
    [picture] = article.select("img")
    assert picture.attrs == {"src": "_images/a.png", "alt": "A"}


def test_answers_hints_and_folded_code_stand_at_the_end_and_links_lead_there_and_back(two):
    article = two[0].article
    *_, last = article.select("section")
    assert last["id"] == leaves.ANSWERS
    before = BeautifulSoup(str(article), "html.parser")
    before.select_one(f"#{leaves.ANSWERS}").decompose()
    for answer in ("Too few", "All of them", "Turn the sign", "secret = 1"):
        assert answer in last.get_text() and answer not in before.get_text()
    assert [item.get_text() for item in before.select(".quiz ol > li")] == ["4", "5"]
    assert [" ".join(item.get_text().split()) for item in last.select("ol.said > li")] == [
        "Not quite.Too few.",
        "Right.All of them.",
    ]
    there = [link["href"][1:] for link in before.select(".to-answer a")]
    back = [link["href"][1:] for link in last.select(".answer a")]
    assert len(there) == len(back) == 3
    assert all(last.select_one(f"#{name}") for name in there)
    assert all(before.select_one(f"#{name}") for name in back)
    names = [link.get_text() for link in last.select(".answer a")]
    assert names == ["The code", "Question 1", "3. A minimum: Hint"]


def test_a_book_speaks_its_language(tmp_path, site):
    with speaking("it"):
        page = re.sub("<img[^>]*>", "", PAGE)  # these lie nowhere
        two = [leaves.leaf("one", page), leaves.leaf("two", TWO)]
        leaves.join(two, epub.place, ADDRESS)
        made = leaves.Book(two, SITE, "Reti", "Ada", "2026", language="it")
        epub.write(made, tmp_path / "book.epub")
        printed = pdf.document(made, {})
    article = two[0].article
    assert article.select("section")[-1].h2.get_text() == "Risposte e suggerimenti"
    assert [link.get_text() for link in article.select(".to-answer a")][1] == "Risposta"
    found = parts(tmp_path / "book.epub")
    assert b"<dc:language>it</dc:language>" in found["book/package.opf"]
    assert b"<h1>Indice</h1>" in found["book/contents.xhtml"] and "<h1>Indice</h1>" in printed
    for text in (found["book/one.xhtml"].decode(), printed):
        assert 'lang="it"' in text and "Domanda 1" in text
        assert not re.search("Answers|>Answer<|Question 1|The code|Contents", text)


@pytest.mark.parametrize("form", [pdf, epub])
def test_links_lead_to_the_other_leaves_and_to_the_published_site(two, form):
    leaves.join(two, form.place, ADDRESS)
    hrefs = [link["href"] for link in two[0].article.select("p:not(.to-answer, .answer) > a")]
    assert hrefs == [
        form.place("two", "there"),
        form.place("one", "part"),
        form.place("two", ""),
        f"{ADDRESS}/student-kit.zip",
        "https://example.org/",
    ]


def test_without_an_address_what_is_on_the_site_alone_is_no_link(two):
    leaves.join(two, pdf.place, None)
    assert "the kit" in two[0].article.get_text()
    assert not [a for a in two[0].article.select("a") if "kit" in a["href"]]


def test_a_link_to_what_no_leaf_has_is_named():
    page = TWO.replace("There", '<a href="#nowhere">There</a>')
    with pytest.raises(CourseError, match="two: #nowhere"):
        leaves.join([leaves.leaf("two", page)], pdf.place, None)


def test_a_figure_says_where_it_moves_once_there_is_an_address():
    page = TWO.replace("There", '<div class="cnn-figure" id="Pooling-2"><svg></svg></div>')
    leaf = leaves.leaf("two", page)
    leaves.say_where_they_move(leaf, None)
    assert not leaf.article.select("a")
    leaves.say_where_they_move(leaf, ADDRESS)
    assert leaf.article.a["href"] == f"{ADDRESS}/two.html#Pooling-2"


def styled(html, declaration):
    """What the rule of the book's style with this declaration is for."""
    style = re.sub(r"/\*.*?\*/", "", pdf.STYLE.read_text("utf-8"), flags=re.DOTALL)
    (selector,) = re.findall(r"([^{}]+)\{[^{}]*" + re.escape(declaration), style)
    return BeautifulSoup(html, "html.parser").select(selector.strip())


def test_code_has_one_frame_in_its_cell_and_among_the_answers():
    code = '<div class="cell_input"><div class="highlight-python"><div class="highlight">'
    frame = "border-left: 2.5pt solid #0a6c74"
    assert len(styled(f'<div class="cell">{code}', frame)) == len(styled(code, frame)) == 1
    assert len(styled('<div class="highlight-sh"><div class="highlight">', frame)) == 1


def test_pictures_of_plots_are_made_smaller_and_those_that_a_figure_is_made_of_are_not():
    page = '<div class="cell_output"><img id="plot"><div class="cnn-figure"><img id="map"></div>'
    assert [picture["id"] for picture in styled(page, "max-width: min(100%, 150mm)")] == ["plot"]


@pytest.fixture(scope="module")
def book(site, tmp_path_factory):
    """The PDF and the EPUB of three short pages with formulas, a figure and references."""
    needs.require("chromium")
    made = {}
    for form in (pdf, epub):
        found = leaves.read(SITE, ["notation", "basics"])
        for leaf in found:  # links to pages that are not in this book
            for link in leaf.article.select("a[href]"):
                page = urldefrag(link["href"])[0].removesuffix(".html")
                if page not in ("", "notation", "basics") and "//" not in page:
                    link.unwrap()
        leaves.join(found, form.place, ADDRESS)
        for leaf in found:
            leaves.say_where_they_move(leaf, ADDRESS)
        made[form] = tmp_path_factory.mktemp("paper") / f"book.{form.__name__[-4:].strip('.')}"
        form.write(leaves.Book(found, SITE, "Nets & more", "Ada", "2026", ADDRESS), made[form])
    return made


@pytest.fixture(scope="module")
def printed(book):
    return PdfReader(book[pdf])


def outline(entries):
    for entry in entries:
        yield from outline(entry) if isinstance(entry, list) else [entry]


def test_the_pdf_has_a_title_bookmarks_and_numbers(printed):
    assert (printed.metadata.title, printed.metadata.author) == ("Nets & more", "Ada")
    titles = [entry.title for entry in outline(printed.outline)]
    assert titles[0] == "Contents" and len(titles) > 10
    assert {"Notation", "Self-check", "Answers and hints"} <= set(titles)
    for number, page in enumerate(printed.pages, 1):
        assert (number == 1) or re.search(rf"\b{number}\b", page.extract_text()), number


def test_the_contents_of_the_pdf_name_the_pages_on_which_things_are(printed):
    contents = " ".join(printed.pages[1].extract_text().split())
    numbers = {page.indirect_reference.idnum: n for n, page in enumerate(printed.pages, 1)}
    for entry in outline(printed.outline):
        if entry.title in ("Notation", "Self-check", "Exercises"):
            assert f"{entry.title} {numbers[entry.page.idnum]}" in contents


def test_links_in_the_pdf_arrive(printed):
    known, inside, outside = printed.named_destinations, 0, set()
    for page in printed.pages:
        for link in (each.get_object() for each in page.get("/Annots", [])):
            if "/Dest" in link:
                assert str(link["/Dest"]) in known
                inside += 1
            else:
                outside.add(link["/A"]["/URI"])
    assert inside > 20
    assert any(address.startswith(f"{ADDRESS}/basics.html#") for address in outside)
    assert not [address for address in outside if address.startswith("file:")]


def parts(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.infolist()[0].filename == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_epub_is_whole(book):
    """Well-formed; everything listed is there, what is there is listed, and links arrive."""
    found = parts(book[epub])
    package = ElementTree.fromstring(found["book/package.opf"])
    listed = {item.get("href") for item in package.iter("{http://www.idpf.org/2007/opf}item")}
    assert listed == {name.removeprefix("book/") for name in found if name.startswith("book/")} - {
        "package.opf"
    }
    pages = {name: ElementTree.fromstring(found[name]) for name in found if ".xhtml" in name}
    ids = {name: [e.get("id") for e in page.iter() if e.get("id")] for name, page in pages.items()}
    for name, page in pages.items():
        assert len(ids[name]) == len(set(ids[name])), name
        for element in page.iter():
            for attribute in ("href", "src"):
                address = element.get(attribute)
                if not address or "//" in address:
                    continue
                file, fragment = urldefrag(address)
                target = normpath(join(dirname(name), unquote(file))) if file else name
                assert target in found, address
                assert not fragment or unquote(fragment) in ids[target], (name, address)


def test_formulas_of_the_epub_are_mathml_of_the_older_kind(book):
    page = ElementTree.fromstring(parts(book[epub])["book/basics.xhtml"])
    formulas = [*page.iter("{http://www.w3.org/1998/Math/MathML}math")]
    assert len(formulas) > 20
    for formula in formulas:
        for element in formula.iter():
            known = {"}mstyle": {"displaystyle", "scriptlevel"}, "}mtable": {"displaystyle"}}
            allowed = known.get(element.tag[element.tag.index("}") :], set())
            asked = {"displaystyle", "scriptlevel"} & set(element.attrib)
            assert element is formula or asked <= allowed


def test_a_site_offers_the_files_once_they_are_there_and_no_longer_when_built_anew(tmp_path):
    page, other = tmp_path / "get.html", tmp_path / "other.html"
    page.write_text(f"<p>Read. {offer.MARK}</p>", "utf-8")
    other.write_text("<p>Nothing</p>", "utf-8")
    for name in offer.FILES.values():
        (tmp_path / name).write_bytes(b"x" * 2_500_000)
    offer.show(tmp_path)
    html = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    assert {link["href"] for link in html.select("a")} == set(offer.FILES.values())
    assert other.read_text("utf-8") == "<p>Nothing</p>"
    offer.withdraw(tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.suffix != ".html"]


def test_only_the_first_page_and_get_the_course_offer_the_book(site):
    marked = {path.stem for path in SITE.glob("*.html") if "offer-paper" in path.read_text("utf-8")}
    assert marked - {"index"} == {"intro", "get"}  # index.html is the first page once more
