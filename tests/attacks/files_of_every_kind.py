# Names of companion files that lead elsewhere, collide, or cannot exist; too much in them.
# honest: 0
# verdict: wrong, unreadable, policy
# stock: no (without a sandbox it would change this machine)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
answer = "see the files"
# %% notebook
files.update({name: b"ESC" + b"APED" for name in (
    "../up.py", "/tmp/absolute.py", "a", "a/b", "a/b/c", "x" * 300, "y/" * 500 + "z", ".", "..",
    "", "nul\0", "\ud800", "new\nline", "../../../../../../../../tmp/escape", "/proc/self/mem")})
