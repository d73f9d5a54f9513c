"""nbgrader's own records and pages: its course folder, its database, the page a student gets.

Promised: the grades here are those of the records, and what a person gave by hand is kept. Read
`book.py` first, the one writer to the database; `course.py` opens the course as nbgrader sees it,
`feedback.py` makes the pages.
"""
