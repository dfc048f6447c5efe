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
LIMIT = 2400.0
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
# As programs for the classic package write it.
ALIASES = """
from hops import experiment as hops_experiment

def add_up():
    import json
    import os
    import tensorflow as tf

    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    own = float(json.loads(os.environ["TF_CONFIG"])["task"]["index"] + 1)

    @tf.function
    def step():
        return strategy.run(lambda: tf.distribute.get_replica_context().all_reduce("sum", tf.constant(own)))

    return {"sum": float(step()), "replicas": strategy.num_replicas_in_sync}

def count_up():
    import tensorflow as tf

    resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    strategy = tf.distribute.ParameterServerStrategy(resolver)
    coordinator = tf.distribute.coordinator.ClusterCoordinator(strategy)
    with strategy.scope():
        total = tf.Variable(0.0)

    @tf.function
    def step():
        total.assign_add(1.0)

    for _ in range(10):
        coordinator.schedule(step)
    coordinator.join()
    return {"total": float(total.numpy()), "kept": total.device}

with open(sys.argv[1], "a") as file:
    for start, fn, key in (
        (hops_experiment.collective_all_reduce, add_up, "sum"),
        (hops_experiment.parameter_server, count_up, "total"),
    ):
        _folder, outputs = start(fn, name=fn.__name__, metric_key=key)
        file.write(json.dumps({"name": fn.__name__, "outputs": outputs}) + "\\n")
"""
MAGGY = """
import os
os.environ["KERAS_BACKEND"] = "jax"
from maggy import experiment as maggy_experiment
from maggy.config import TfDistributedConfig

def network(units):
    import keras
    keras.utils.set_random_seed(7)
    return keras.Sequential(
        [keras.Input((64,)), keras.layers.Dense(units, "relu"), keras.layers.Dense(10, "softmax")]
    )

def batches(train_set, test_set):
    import tensorflow as tf
    sets = [tf.data.Dataset.from_tensor_slices(each) for each in (train_set, test_set)]
    return [each.batch(32, drop_remainder=True) for each in sets]

def fit(model, train_set, test_set, hparams):
    import jax
    import keras
    trained = model(hparams["units"])
    trained.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    trained.fit(train_set, epochs=12, verbose=0)
    return {"accuracy": trained.evaluate(test_set, verbose=0)[1], "processes": jax.process_count()}

config = TfDistributedConfig(
    network, process_data=batches, hparams={"units": 32}, train_set=(X_train, y_train), test_set=(X_test, y_test)
)
with open(sys.argv[1], "a") as file:
    file.write(json.dumps({"name": "fit", "outputs": maggy_experiment.lagom(fit, config)}) + "\\n")
"""


@pytest.fixture(scope="module")
def told() -> Iterator[dict[str, dict[str, Any]]]:
    """What the examples came to, by name."""
    folder = Path(tempfile.mkdtemp(prefix="hk-"))
    text = (CHECKOUT / "docs" / "guides" / "distributed-training.md").read_text()
    together, by_keras, server = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    server = re.sub(
        r"^experiment\.distributed\(", "with_server = experiment.distributed(", server, flags=re.MULTILINE
    )
    program = folder / "examples.py"
    by_keras += "tell('keras', by_keras)"
    by_server = server + 'tell("server", with_server)'
    parts = [together, TELL, by_keras, by_server, ALIASES, MAGGY, "session().stop()"]
    program.write_text("\n".join(parts))
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


def test_kerass_own_fit_trains_on_both(told: dict[str, dict[str, Any]]) -> None:
    keras = told["keras"]
    assert keras["state"] == "complete", keras
    assert len(set(keras["executors"])) == 2
    assert keras["value"] > 0.9


def test_the_workers_of_a_classic_program_are_joined(told: dict[str, dict[str, Any]]) -> None:
    summed, counted = told["add_up"]["outputs"], told["count_up"]["outputs"]
    assert (summed["sum"], summed["replicas"]) == (3, 2)
    assert counted["total"] == 10
    assert "/job:ps" in counted["kept"]
    fitted = told["fit"]["outputs"]
    assert fitted["processes"] == 2
    assert fitted["accuracy"] > 0.9
