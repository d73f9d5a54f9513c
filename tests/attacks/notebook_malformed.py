# Cells without a source, without metadata, with numbers for text.
# honest: 0
# verdict: unreadable
# stock: runs
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% notebook
for cell, key, value in zip(notebook.cells, ("source", "metadata", "cell_type", "source"),
                            (5, [], {}, ["a", 1])):
    cell[key] = value
del notebook.cells[4]["source"], notebook.cells[5]["metadata"], notebook.cells[6]["cell_type"]
