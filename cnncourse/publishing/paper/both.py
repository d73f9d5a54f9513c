"""The PDF and the EPUB of a built site, beside its pages."""

from pathlib import Path

import yaml

from cnncourse.course import pages, site_address

from . import epub, leaves, offer, pdf


def make(root: Path, site: Path, names: list[str] | None = None) -> list[Path]:
    """Write both, of these pages or all of the table of contents, and have the site offer them."""
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    title, author, rights = config["title"], config["author"], config["copyright"]
    address = site_address(root)
    made = []
    for form in (pdf, epub):
        book = leaves.read(site, names or pages(root))
        leaves.join(book, form.place, address)
        for leaf in book:
            leaves.say_where_they_move(leaf, address)
        target = site / offer.FILES[form.__name__.rpartition(".")[2]]
        form.write(book, site, target, title, author, rights, address)
        made.append(target)
    offer.show(site)
    return made
