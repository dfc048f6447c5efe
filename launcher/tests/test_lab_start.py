"""What JupyterLab's start leaves out, in the environment it starts in."""

import os
import subprocess
from pathlib import Path

from launcher.layout import layout

_LOOK = """
import sys
import hopslab_server.__main__
import jupyterlab.labapp
from jupyterlab.commands import AppOptions
AppOptions().registry
print([name for name in sys.modules if name.startswith("rfc3987_syntax.")])
"""


def test_jupyterlab_starts_without_node_and_without_compiling_a_grammar(tmp_path: Path) -> None:
    node, called = tmp_path / "node", tmp_path / "called"
    node.write_text(f"#!/bin/sh\ntouch {called}\n")
    node.chmod(0o755)
    python = layout(None, None).environments / "lab" / "bin" / "python"
    told = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run([str(python), "-c", _LOOK], env=told, capture_output=True, text=True, timeout=300)
    assert done.stdout.strip() == "[]", done.stderr[-2000:]
    assert not called.exists()
