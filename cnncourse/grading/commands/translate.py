"""`cnncourse translate`: the catalogs of other languages, and the course made of them."""

import argparse
from pathlib import Path

from tabulate import tabulate

from cnncourse.course import LANGUAGE, CourseError, assignments
from cnncourse.grading.publishing import release
from cnncourse.language import speaking
from cnncourse.translating import catalogs
from cnncourse.translating.checking import problems, progress, stale
from cnncourse.translating.edition import Edition
from cnncourse.translating.subjects import Subject, all_subjects, named, seen_in_the_site

from .folders import add_root

ACTIONS = {
    "extract": "write templates of all texts, without translations, into _build/locale/",
    "update": "bring the catalogs in locale/ up to the sources of today, and what is made of them",
    "check": "say where a translation breaks what it must keep",
    "status": "say how far each catalog is",
    "generate": "write the course in the language into _build/LANGUAGE/",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    told = "; ".join(f"{name}: {does}" for name, does in ACTIONS.items())
    parser.add_argument("action", choices=ACTIONS, help=told)
    parser.add_argument(
        "language", nargs="?", help='e.g. "it" (default: each that has a folder in locale/)'
    )
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help="some chapters, assignments, or other catalogs"
    )
    add_root(parser)


def run(options: argparse.Namespace) -> int:
    root = Path(options.root).resolve()
    chosen = all_subjects(root)
    if options.only:
        chosen = [one for name in options.only for one in named(chosen, name)]
    if options.action == "extract":
        return extract(root, chosen)
    there = sorted(path.name for path in Path(root, "locale").glob("*") if path.is_dir())
    languages = [options.language] if options.language else there
    if not languages:
        raise CourseError("locale/ has no language yet: `cnncourse translate update it` begins one")
    for language in languages:
        if not LANGUAGE.fullmatch(language) or language == "en":
            raise CourseError(f"{language!r} is no language to translate into; give a code like it")
    act = {"update": update, "check": check, "status": status, "generate": generate}
    return max(act[options.action](root, language, chosen) for language in languages)


def extract(root: Path, chosen: list[Subject]) -> int:
    for one in chosen:
        path = root / "_build" / "locale" / f"{one.name}.pot"
        catalogs.write(catalogs.template(one.found(root), "en"), path, one.name)
        print(path.relative_to(root))
    return 0


def update(root: Path, language: str, chosen: list[Subject]) -> int:
    for one in chosen:
        path = one.catalog(root, language)
        catalog = catalogs.read(path, language)
        made = catalogs.updated(catalog, catalogs.template(one.found(root), language, catalog))
        if catalogs.write(made, path, one.name):
            print(path.relative_to(root))
    for path in Edition(root, language).write_library():
        print(path.relative_to(root))
    return 0


def check(root: Path, language: str, chosen: list[Subject]) -> int:
    found = [
        said for one in chosen for look in (problems, stale) for said in look(one, root, language)
    ]
    for said in found:
        print(said)
    print(f"{language}: {len(found)} problems in {len(chosen)} catalogs")
    return int(bool(found))


def status(root: Path, language: str, chosen: list[Subject]) -> int:
    rows: list[tuple[str, int, int, int, str]] = []
    for one in chosen:
        far = progress(one, root, language)
        percent = f"{100 * far.translated / far.all:.0f} %" if far.all else ""
        rows.append((one.name, far.all, far.translated, far.fuzzy, percent))
    texts, translated = sum(row[1] for row in rows), sum(row[2] for row in rows)
    share = f"{100 * translated / max(texts, 1):.0f} %"
    rows.append((f"{language}, all", texts, translated, sum(row[3] for row in rows), share))
    head = ["catalog", "texts", "translated", "fuzzy", ""]
    print(tabulate(rows, head, tablefmt="plain"))
    return 0


def generate(root: Path, language: str, chosen: list[Subject]) -> int:
    edition = Edition(root, language)
    edition.write_sources()
    folder = edition.write_book()
    with speaking(language):
        for name in assignments(root, "exercises"):  # what is released
            release.generate(name, folder / "exercises", root, language)
    for one in seen_in_the_site(root):
        for file in one.files:
            one.walk(root / file, edition.say(one.name))
    print(f"{folder.relative_to(root)}/: book/, solutions/ and exercises/")
    total = 0
    for name, missing in edition.missing.items():
        texts = list(dict.fromkeys(missing))
        total += len(texts)
        if texts:
            print(f"  {name}: {len(texts)} texts are shown in English, as {texts[0].words!r:.70}")
    print(f"  {total} texts are shown in English" if total else "  all texts are translated")
    return 0
