# One line of 300 MB, three times over, and an error message of the same size.
# honest: 0
# stock: no (gigabytes of memory)
# verdict: wrong, memory limit, time limit
# %% answer
line = "x" * 300_000_000
print(line)
print(line)
raise ValueError(line)
