# IPython rewrites every later cell into nothing.
# honest: 0
# stock: runs
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
ip = get_ipython()
ip.input_transformers_cleanup.append(lambda lines: ["pass\n"])
ip.input_transformers_post.append(lambda lines: ["pass\n"])
