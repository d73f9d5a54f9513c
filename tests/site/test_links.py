"""The address of the published kit, and the box that leads from a chapter to its assignment."""

import io
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from cnncourse.course import CourseError, public_address
from cnncourse.publishing.getting import first_cell
from cnncourse.site import links

ADDRESS = "https://github.com/someone/course"


def course(root, address="", page="# Pooling\n\n## Exercises\n\nOpen ones.\n"):
    (root / "pyproject.toml").write_text(f'[tool.cnncourse]\nstudent-kit = "{address}"\n')
    (root / "exercises" / "index").mkdir(parents=True)
    (root / "exercises" / "index" / "index.ipynb").write_text("{}")
    (root / "book").mkdir()
    (root / "book" / "index.md").write_text(page)
    return root


def build(root):
    """The article of the page `index`, whose assignment has its name."""
    warnings = io.StringIO()
    with docutils_namespace():
        app = Sphinx(
            root / "book",
            None,
            root / "out",
            root / "trees",
            "html",
            confoverrides={
                "extensions": ["myst_parser", "cnncourse.site.assignment"],
                "html_theme": "basic",
                # Its own dictionary: extensions add to Sphinx's default, for the whole process.
                "source_suffix": {".md": "markdown"},
            },
            status=None,
            warning=warnings,
            freshenv=True,
        )
        app.build()
    assert warnings.getvalue() == ""
    return BeautifulSoup((root / "out" / "index.html").read_text(), "html.parser")


def test_a_chapter_offers_its_assignment_under_exercises(tmp_path):
    page = build(course(tmp_path))
    box = page.select_one("section#exercises > .assignment")
    link = box.select_one("a.download")
    assert link.text == "index.ipynb"
    assert (tmp_path / "out" / link["href"]).is_file()
    assert "check index" in box.text and "Colab" not in box.text


def test_with_an_address_the_box_opens_colab(tmp_path):
    page = build(course(tmp_path, ADDRESS))
    assert page.select_one(".assignment a.external")["href"] == (
        "https://colab.research.google.com/github/someone/course/blob/main/"
        "exercises/index/index.ipynb"
    )


def test_a_page_without_exercises_has_the_box_at_its_end_and_others_have_none(tmp_path):
    root = course(tmp_path, page="# Pooling\n\nText.\n\n## End\n")
    (root / "book" / "other.md").write_text("---\norphan: true\n---\n# Other\n")
    assert build(root).select_one("section#pooling > .assignment")
    assert "assignment" not in (root / "out" / "other.html").read_text()


def test_a_page_that_offers_its_assignment_itself_gets_no_box(tmp_path):
    offer = "# Pooling\n\nTake {download}`it <../exercises/index/index.ipynb>`.\n"
    assert not build(course(tmp_path, page=offer)).select(".assignment")


@pytest.mark.parametrize("address, found", [("", None), (ADDRESS, ADDRESS)])
def test_the_address_is_set_in_one_place_and_the_buttons_follow(tmp_path, address, found):
    root = course(tmp_path, address)
    assert public_address(root) == found
    config = SimpleNamespace(html_theme_options={"home_page_in_toc": True})
    links.configure(SimpleNamespace(srcdir=root / "book"), config)
    assert config.html_theme_options.get("repository_url") == found
    assert ("launch_buttons" in config.html_theme_options) == bool(found)


def test_another_branch_is_set_with_the_address_and_everything_follows(tmp_path):
    address = f"{ADDRESS}.git/tree/term/2026"
    root = course(tmp_path, address)
    config = SimpleNamespace(html_theme_options={})
    links.configure(SimpleNamespace(srcdir=root / "book"), config)
    options = config.html_theme_options
    assert (options["repository_url"], options["repository_branch"]) == (ADDRESS, "term/2026")
    assert "/someone/course/blob/term/2026/exercises/index/" in str(build(root))
    assert f"git+{ADDRESS}@term/2026" in first_cell(public_address(root), None).source


def test_an_address_that_colab_cannot_open_is_refused(tmp_path):
    with pytest.raises(CourseError, match=r"must be like https://github\.com/OWNER/NAME"):
        public_address(course(tmp_path, "https://example.org/course"))


def test_a_course_without_the_entry_has_no_address(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    assert public_address(tmp_path) is None
