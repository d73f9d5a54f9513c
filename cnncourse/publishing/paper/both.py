"""The PDF and the EPUB of a built site, beside its pages."""

from pathlib import Path

import yaml

from cnncourse.course import pages, site_address
from cnncourse.language import speaking

from . import epub, leaves, offer, pdf


def make(
    root: Path, site: Path, names: list[str] | None = None, language: str = "en"
) -> list[Path]:
    """Write both, of these pages or all of the table of contents, and have the site offer them.

    root: where the sources of the site lie in this language (`course.edition_folder`).
    """
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    made = []
    with speaking(language):
        for form in (pdf, epub):
            book = leaves.Book(
                leaves.read(site, names or pages(root)),
                site,
                title=config["title"],
                author=config["author"],
                rights=config["copyright"],
                address=site_address(root),
                language=language,
            )
            leaves.join(book.leaves, form.place, book.address)
            for leaf in book.leaves:
                leaves.say_where_they_move(leaf, book.address)
            target = site / offer.FILES[form.__name__.rpartition(".")[2]]
            form.write(book, target)
            made.append(target)
        offer.show(site)
    return made
