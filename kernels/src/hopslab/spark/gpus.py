"""GPUs of a lease among its executors: each worker claims its own, so that no two get the same."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hopslab.settings import Settings

# Run by each worker with the system's shell; it prints what Spark expects. Many run at once, so that one lock orders
# them, and a claim is its worker's for as long as that lives: a pid alone may be another process by now.
_SCRIPT = """\
#!{python} -IS
import fcntl, json, os

def began(pid):
    try:
        with open(f"/proc/{{pid}}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]

with open({claims!r}, "a+") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    file.seek(0)
    claims = json.loads(file.read() or "{{}}")
    claims = {{address: (pid, start) for address, (pid, start) in claims.items() if began(pid) == start}}
    worker = os.getppid()
    claimed = [address for address in {addresses!r} if address not in claims][:{each}]
    claims.update({{address: (worker, began(worker)) for address in claimed}})
    file.truncate(0)
    file.write(json.dumps(claims))
print(json.dumps({{"name": "gpu", "addresses": claimed}}))
"""


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


def write_discovery(settings: Settings, folder: Path) -> None:
    """Write the script that each worker asks for its GPUs."""
    place = folder / "gpus"
    place.mkdir(parents=True)
    script = place / "discover"
    script.write_text(
        _SCRIPT.format(
            python=sys.executable,
            addresses=list(settings.gpu_ids),
            each=settings.gpus,
            claims=str(place / "claims.json"),
        )
    )
    script.chmod(0o755)


def use_own() -> None:
    """In a task: let the libraries see the task's own GPUs and no others."""
    from pyspark import TaskContext

    context = TaskContext.get()
    if context is not None and "gpu" in context.resources():
        os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(context.resources()["gpu"].addresses)
