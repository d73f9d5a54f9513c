"""Write the PDF and the EPUB of the built site into it: make book-paper."""

import sys
from pathlib import Path

from cnncourse.course import CourseError
from cnncourse.publishing.paper.both import make

ROOT = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    try:
        for path in make(ROOT, ROOT / "_build" / "html"):
            print(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")
    except CourseError as error:
        sys.exit(str(error))
