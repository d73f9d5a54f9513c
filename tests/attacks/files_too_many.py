# Fifty thousand companion files.
# honest: 0
# verdict: unreadable, policy
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
answer = "see the files"
# %% notebook
files.update({f"{number}.txt": b"" for number in range(50_000)})
