"""A lecturer's commands, a file each: what it takes, and what it says.

The list of all commands is in `cnncourse/__main__.py`; `folders.py` holds what several of these ask
for.
"""
