# A cell whose text is longer than any message that the processes exchange.
# honest: 0
# verdict: unreadable, policy
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% notebook
notebook.cells[1].source = "x = '" + "a" * 10_000_000 + "'"
