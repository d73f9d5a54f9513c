"""The site of an edition, built without executing its chapters: what cells print is missing there."""

import os
import subprocess
import sys
from pathlib import Path


def build(root, language, folder, strict=True):
    """Build what `cnncourse translate generate` wrote, in `folder`; returns where the pages are.

    root: the course's folder, whose library builds and is told of. strict: warnings are errors.
    """
    edition = Path(root, "_build", language)
    config = (edition / "_config.yml").read_text("utf-8")
    assert "execute_notebooks: cache" in config
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "_config.yml").write_text(
        config.replace("execute_notebooks: cache", 'execute_notebooks: "off"')
    )
    command = [Path(sys.executable).with_name("jupyter-book"), "build", edition / "book"]
    command += ["--config", folder / "_config.yml", "--path-output", folder, "--all", "--quiet"]
    told = {} if strict else {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(
        [*command, *(["-W", "--keep-going"] if strict else [])],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *_path()])},
        check=True,
        **told,
    )
    return folder / "_build" / "html"


def _path():
    return filter(None, [os.environ.get("PYTHONPATH")])
