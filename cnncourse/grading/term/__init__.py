"""A term: who is in the course, when what is due, what being late costs.

Promised: one person is one student, whatever folders and platforms call them; what cannot be told
is listed, never guessed; an error in a lecturer's file names the place, the value and what was
expected. Nothing here opens the gradebook. Read `rules.py` (course.toml) and `classlist.py`
(students.csv) first; `late.py` has the arithmetic, `standing.py` puts them together.
"""
