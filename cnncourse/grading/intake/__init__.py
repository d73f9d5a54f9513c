"""What strangers hand in: archives, folders and notebooks, taken in without believing any of it.

Promised: whatever a file holds, there is a value that was checked, or a sentence that says why not;
no link is followed and nothing is written outside of the submission's own folder.

Read `collect.py` first (archives to folders), then `folders.py` (folders to bytes) and
`notebooks.py` (bytes to the cells that are graded).
"""
