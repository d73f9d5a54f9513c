"""A box in every chapter that has an assignment: the notebook, and how to work on it."""

from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.locale import get_translation
from sphinx.transforms import SphinxTransform

from cnncourse.course import assignment_file, assignments, chapter_of, colab, public_address
from cnncourse.publishing.getting import START

_ = get_translation("cnncourse")


class AssignmentBox(SphinxTransform):
    """Put the box under the heading "Exercises", else at the end of the page.

    A page that offers the notebook in its own words gets no box, and there the way to the course.
    """

    default_priority = 400

    def apply(self, **kwargs: object) -> None:
        root = Path(self.env.srcdir).parent
        self.env.note_dependency(str(root / "pyproject.toml"))  # which has the public address
        for name in assignments(root, "exercises"):
            target = f"../{assignment_file('', name, 'exercises').as_posix()}"
            if chapter_of(name, root, "exercises") != self.env.docname:
                continue
            offered = next(
                (
                    node
                    for node in self.document.findall(addnodes.download_reference)
                    if node["reftarget"] == target
                ),
                None,
            )
            if offered is None:
                self._place(self._box(name, target, public_address(root)))
            else:
                offered.parent += [nodes.Text(_(" To run it: ")), self._way(), nodes.Text(".")]

    def _place(self, box: nodes.admonition) -> None:
        for section in self.document.findall(nodes.section):
            if "exercises" in section["ids"]:
                section.insert(1, box)
                return
        next(iter(self.document.findall(nodes.section))).append(box)

    def _box(self, name: str, target: str, address: str | None) -> nodes.admonition:
        file = addnodes.download_reference(
            "", "", nodes.literal(text=f"{name}.ipynb"), reftarget=target, refdoc=self.env.docname
        )
        text = nodes.paragraph(
            "", "", nodes.Text(_("This chapter has a graded assignment: ")), file, nodes.Text(". ")
        )
        if address:
            text += nodes.reference("", _("Open it in Colab"), refuri=colab(address, target[3:]))
            text += nodes.Text(". ")
        text += nodes.Text(_("It runs in the course's folder, where it is in "))
        text += nodes.literal(text=f"exercises/{name}/")
        text += nodes.Text("; ")
        text += nodes.literal(text=f"{START} check {name}")
        text += nodes.Text(_(" runs its tests and shows your points. "))
        text += self._way()
        text += nodes.Text(".")
        title = nodes.title(text=_("Graded"))
        return nodes.admonition("", title, text, classes=["admonition", "assignment"])

    def _way(self) -> addnodes.pending_xref:
        """The link to the page on how to get the course."""
        return addnodes.pending_xref(
            "",
            nodes.inline(text=_("Get the course")),
            refdomain="std",
            reftype="doc",
            reftarget="get",
            refdoc=self.env.docname,
            refexplicit=True,
            refwarn=False,  # a book without that page
        )


def setup(app: Sphinx) -> None:
    app.add_transform(AssignmentBox)
