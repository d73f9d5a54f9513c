# Fifty thousand companion files.
# honest: 0
# verdict: unreadable, policy
# %% answer
answer = "see the files"
# %% notebook
files.update({f"{number}.txt": b"" for number in range(50_000)})
