"""The book to carry away: one PDF and one EPUB, made from the pages of the built site.

Nothing is executed or rendered a second time: what the site's pages show is put in order
(`leaves`), printed by Chromium (`pdf`), packed for readers of e-books (`epub`), and offered by the
site that it was made from (`offer`). `make book-paper` does all of it.
"""
