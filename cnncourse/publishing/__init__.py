"""What students get: chapters made for Jupyter, and the kit of everything they need.

Reads the book's sources by the site's own parser and writes notebooks in plain Markdown, which
every front end shows. Read `jupyter.py` first. Needs what builds the site (the extra "book"), and
nothing that grades.
"""
