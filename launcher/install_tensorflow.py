"""The environment with TensorFlow, which is made only where somebody asks for it, and its kernel."""

import json
import os

from launcher.install_python import environment, install_own
from launcher.layout import Layout
from launcher.stamps import content_hash, write_atomically
from launcher.steps import Step, Work

NAME = "tensorflow"
# Where sandboxes see it.
_HOME = f"/opt/hopslab/{NAME}"
KERNEL = {
    "display_name": "Hopslab (TensorFlow)",
    "language": "python",
    "argv": [f"{_HOME}/bin/python", "-P", "-m", "hopslab.kernel", "-f", "{connection_file}"],
    "env": {"PYSPARK_PYTHON": f"{_HOME}/bin/python", "TF_CPP_MIN_LOG_LEVEL": "1"},
    "metadata": {"debugger": True},
}


def steps(at: Layout) -> list[Step]:
    """The environment, and in it the hopslab package and a kernel."""
    return [environment(at, NAME, "the environment with TensorFlow (1.8 GB)"), _own(at)]


def _own(at: Layout) -> Step:
    link = at.environments / NAME
    spec = link / "share" / "jupyter" / "kernels" / "hopslab-tensorflow" / "kernel.json"
    sources = [at.checkout / "kernels" / name for name in ("src", "share", "pyproject.toml")]

    def key() -> str:
        return content_hash([*sources, at.checkout / "environments" / "build.lock"], os.path.realpath(link), str(KERNEL))

    def run(work: Work) -> None:
        install_own(at, NAME, work)
        write_atomically(spec, json.dumps(KERNEL, indent=2) + "\n")

    return Step("own-package-tensorflow", "the hopslab Python package beside TensorFlow", key, run, (spec,))
