"""A student's commands, a file each: what it takes, and what it says.

Each file turns arguments into a call of the library and the result into sentences. The list of all
commands is in `cnncourse/__main__.py`, read it first; a lecturer's are in `grading/commands/`.
"""
