# An error without name or text, as no exception has one: it is put together by hand.
# honest: 0
# stock: no (it speaks to our examiner)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
def no_name(*args, **kwargs):
    get_ipython().collector.add({"output_type": "error", "ename": "", "evalue": "",
                                 "traceback": []})
    get_ipython().collector.add({"output_type": "error", "ename": "", "evalue": "\n\n",
                                 "traceback": [[], {}, None]})


no_name()
