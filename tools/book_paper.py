"""Write the PDF and the EPUB of the built site into it: make book-paper.

python tools/book_paper.py it    # those in Italian, into the Italian site
"""

import sys
from pathlib import Path

from cnncourse.course import CourseError, edition_folder
from cnncourse.publishing.paper.both import make

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"

if __name__ == "__main__":
    language = sys.argv[1] if len(sys.argv) > 1 else "en"
    try:
        site = SITE if language == "en" else SITE / language
        for path in make(edition_folder(ROOT, language), site, language=language):
            print(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")
    except CourseError as error:
        sys.exit(str(error))
