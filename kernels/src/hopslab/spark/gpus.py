"""GPUs of a lease among its executors: each worker claims its own, so that no two get the same."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Run by each worker with the system's shell; it prints what Spark expects. Claims are files: made by one only.
_SCRIPT = """\
#!{python}
import json, os
claimed = []
for address in {addresses!r}:
    if len(claimed) == {each}:
        break
    try:
        os.close(os.open(os.path.join({folder!r}, address), os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        continue
    claimed.append(address)
print(json.dumps({{"name": "gpu", "addresses": claimed}}))
"""


def visible() -> list[str]:
    """The lease's GPUs, by index."""
    return [part for part in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if part]


def gpu_properties(each: int, cores: int, folder: Path) -> dict[str, str]:
    """Spark's properties for ``each`` GPUs per executor, shared by its ``cores``."""
    if each == 0:
        return {}
    return {
        "spark.worker.resource.gpu.amount": str(each),
        "spark.worker.resource.gpu.discoveryScript": str(folder / "gpus" / "discover"),
        "spark.executor.resource.gpu.amount": str(each),
        # Whole GPUs for each task where there are enough, else parts of one, as Spark wants it.
        "spark.task.resource.gpu.amount": str(each // cores) if each >= cores else f"{each / cores:.6f}",
    }


def write_discovery(each: int, folder: Path) -> None:
    """Write the script that each worker asks for its GPUs; earlier claims are gone."""
    claims = folder / "gpus" / "claimed"
    claims.mkdir(parents=True)
    script = folder / "gpus" / "discover"
    script.write_text(
        _SCRIPT.format(python=sys.executable, addresses=visible(), each=each, folder=str(claims))
    )
    script.chmod(0o755)


def use_own() -> None:
    """In a task: let the libraries see the task's own GPUs and no others."""
    from pyspark import TaskContext

    context = TaskContext.get()
    if context is not None and "gpu" in context.resources():
        os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(context.resources()["gpu"].addresses)
