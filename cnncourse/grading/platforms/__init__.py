"""The tables that learning platforms write and take back: Moodle's worksheet, Canvas's gradebook.

Promised: a file that is made here changes what it was made to change, and nothing else; what the
platform would skip or change without a word is said. Nothing here knows of students or of grades
beyond the files. Read `moodle.py` and `canvas.py`; `sheets.py` is what both are read with,
`dates.py` reads the times in Moodle's languages.
"""
