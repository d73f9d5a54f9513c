# Never ends in a cell of its own after right answers: they are right all the same.
# honest: 16
# verdict: ok
# stock: no (it never ends)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
while True:
    pass
