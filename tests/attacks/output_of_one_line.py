# One line of 300 MB, three times over, and an error message of the same size.
# honest: 0
# verdict: wrong, memory limit, time limit
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
line = "x" * 300_000_000
print(line)
print(line)
raise ValueError(line)
