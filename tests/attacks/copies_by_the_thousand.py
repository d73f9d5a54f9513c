# Ten thousand copies of every test, to keep whoever plans the run busy.
# honest: 0
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
answer = "count them"
# %% notebook
notebook.cells += [cell for cell in notebook.cells[2:] for _ in range(10_000)]
