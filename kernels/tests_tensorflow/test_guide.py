"""The guide's examples as written, on real executors, in the environment that has TensorFlow."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).parents[2]
PYTHON = Path(os.environ["HOPSLAB_TOOLS"], "environments", "tensorflow", "bin", "python")
LIMIT = 1500.0
# A bare last expression of a cell shows something in a notebook only.
TELL = """
import json, sys
def tell(name, result):
    told = {"state": result.state, "reason": result.reason, "value": result.value, "trace": result.traceback}
    with open(sys.argv[1], "a") as file:
        file.write(json.dumps({"name": name, "executors": list(result.executors), **told}) + "\\n")
tell("together", result)
tell("alone", experiment.distributed(train, workers=1, data=frame, metric="accuracy"))
"""


@pytest.fixture(scope="module")
def told() -> Iterator[dict[str, dict[str, Any]]]:
    """What the examples came to, by name."""
    folder = Path(tempfile.mkdtemp(prefix="hk-"))
    text = (CHECKOUT / "docs" / "guides" / "distributed-training.md").read_text()
    together, server = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    server = re.sub(
        r"^experiment\.distributed\(", "with_server = experiment.distributed(", server, flags=re.MULTILINE
    )
    program = folder / "examples.py"
    program.write_text("\n".join([together, TELL, server, 'tell("server", with_server)', "session().stop()"]))
    environment = os.environ | {
        "HOPSLAB_EXECUTORS": "2",
        "HOPSLAB_CORES": "1",
        "HOPSLAB_MEMORY": str(1024**3),
        "HOPSLAB_SCRATCH": str(folder),
        "PYTHONPATH": str(CHECKOUT / "kernels" / "src"),
        "PYTHONWARNINGS": "ignore",
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }
    environment.pop("PYSPARK_PYTHON", None)
    done = subprocess.run(
        [str(PYTHON), str(program), str(folder / "told")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found = [json.loads(line) for line in (folder / "told").read_text().splitlines()]
    yield {one["name"]: one for one in found}
    shutil.rmtree(folder, ignore_errors=True)


def test_two_workers_come_to_the_accuracy_of_one(told: dict[str, dict[str, Any]]) -> None:
    alone, together = told["alone"], told["together"]
    assert (alone["state"], together["state"]) == ("complete", "complete"), told
    assert len(set(together["executors"])) == 2
    assert alone["value"] > 0.93
    assert abs(together["value"] - alone["value"]) <= 0.03


def test_a_parameter_server_trains_too(told: dict[str, dict[str, Any]]) -> None:
    server = told["server"]
    assert server["state"] == "complete", server
    assert server["value"] > 0.9
