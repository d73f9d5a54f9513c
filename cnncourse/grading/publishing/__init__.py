"""What goes out to students, made from the one source: released assignments, and the kit.

Promised: nothing that is not released leaves this repository, and the same source gives the same
bytes. Read `release.py` first; `kit.py` packs what was released, and the files in `kit_files/`.
"""
