# Shows HTML, JavaScript, SVG and widgets, which would run in the browser of whoever reads feedback.
# honest: 0
# stock: runs
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
from IPython.display import HTML, SVG, Image, Javascript, Markdown, display

script = "<script>alert('" + "ESC" + "APED')</script>"
display(HTML(script), Javascript("'ESC' + 'APED'"), Markdown(script))
display({"text/html": script, "image/svg+xml": f"<svg>{script}</svg>",
         "image/png": f'"/>{script}', "application/javascript": script,
         "application/vnd.jupyter.widget-view+json": {"model_id": script}}, raw=True)
get_ipython().collector.add({"output_type": "display_data", "data": {"image/png": f'">{script}'},
                             "metadata": {"x": script}})
get_ipython().collector.add({"output_type": script, "data": {"text/html": script}})
