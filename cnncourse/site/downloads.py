"""What a reader can take along: the student kit, the library as a wheel, each page for Jupyter.

They are files of the site, beside its pages, so that they are found from a folder too. The button
"download" of a page gives the page made for Jupyter in place of its source. The PDF and the
EPUB are made from the built site, by `make book-paper`, and deleted when the site is built anew.
"""

import tempfile
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.locale import get_translation
from sphinx.util.docutils import SphinxRole

from cnncourse.course import chapters, public_address, site_address
from cnncourse.publishing import kit
from cnncourse.publishing.getting import KIT, WHEEL, pip_command
from cnncourse.publishing.jupyter import PlainBook, write_notebook
from cnncourse.publishing.paper import offer

from .editions import course_folder

_ = get_translation("cnncourse")


class GetRole(SphinxRole):
    """A way to the course: {get}`kit`, {get}`wheel`, {get}`pip` (a command), {get}`colab`,
    {get}`paper` (nothing, until there is a PDF and an EPUB)."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        root = Path(self.env.srcdir).parent
        self.env.note_dependency(str(root / "pyproject.toml"))  # which has the addresses
        match self.text:
            case "kit":
                return [_file(KIT)], []
            case "wheel":
                return [_file(WHEEL)], []
            case "pip":
                return [nodes.literal(text=pip_command(site_address(root)))], []
            case "colab":
                return self.colab(public_address(root)), []
            case "paper":
                return [nodes.raw("", offer.MARK, format="html")], []
        raise ExtensionError(
            f"page {self.env.docname}: {{get}}`{self.text}` must be one of kit, wheel, pip, colab, "
            "paper"
        )

    def colab(self, address: str | None) -> list[nodes.Node]:
        if address is None:
            return [
                nodes.Text(_("This course is published without an address that Colab can open."))
            ]
        button = _("Each chapter has a button that opens it in Colab, and so has each assignment; ")
        link = nodes.reference("", _("the folder of all notebooks"), refuri=address)
        return [nodes.Text(button), link, nodes.Text(_(" is public."))]


def _file(name: str) -> nodes.reference:
    """A link to a file beside the pages, which a browser is to save."""
    return nodes.reference("", "", nodes.literal(text=name), refuri=name, internal=True)


def write_downloads(app: Sphinx, exception: Exception | None) -> None:
    """Pack the kit and the wheel, and put pages made for Jupyter in place of their sources."""
    if exception or app.builder.format != "html":
        return
    root, folder, out = course_folder(app), Path(app.srcdir).parent, Path(app.outdir)
    offer.withdraw(out)
    if not (root / "requirements.lock").is_file():
        return  # a book of a test, with no course around it
    cache = Path(app.config.nb_execution_cache_path)
    with tempfile.TemporaryDirectory() as place:
        packed = Path(place, "student-kit")
        kit.pack(packed, root, cache, app.config.language)
        kit.archive(packed, out / KIT)
        for old in out.glob("cnncourse-*.whl"):
            old.unlink()
        kit.wheel(packed, out)
    plain = PlainBook(folder, site_address(folder), cache=cache)
    for page, suffix in plain.book.suffixes.items():
        target = out / "_sources" / f"{page}{suffix}"
        if not target.exists() or target.read_bytes() != plain.file(page).read_bytes():
            continue  # not a page of the site, or made for Jupyter by an earlier build
        if page in chapters(folder):
            notebook = plain.notebook(page)
            notebook.cells[1:1] = kit.opening(plain, page)
            write_notebook(notebook, target)
        else:
            target.write_text(plain.text(page), encoding="utf-8")


def setup(app: Sphinx) -> None:
    app.add_role("get", GetRole())
    app.connect("build-finished", write_downloads)
