# Companion files larger than the disk, and more than messages have room for.
# honest: 0
# verdict: unreadable, policy
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
answer = "see the files"
# %% notebook
files["large.bin"] = bytes(20_000_000)
files["larger.bin"] = bytes(40_000_000)
