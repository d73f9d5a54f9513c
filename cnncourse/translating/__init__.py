"""The course in other languages: texts out of their sources, catalogs, and what is made of both.

Every kind of source has one walker, a function `walk(source, say)` that goes through the source,
calls `say` with each text that a reader sees, and returns the source with what `say` gave in its
place. To extract, `say` notes the text; to translate, it looks the text up; in tests it makes a
language up. So what is extracted is what is translated, and all else stays as it is. Read
`markdown.py` first, then `code.py`, `notebooks.py`, `subjects.py`. Nothing here is needed where a
student works.
"""
