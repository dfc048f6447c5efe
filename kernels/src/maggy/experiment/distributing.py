"""Programs that want to train on all executors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hops.util import num_executors
from maggy._program import as_given
from maggy.config import TfDistributedConfig, TorchDistributedConfig
from maggy.experiment.joining import on_jax, run_together
from maggy.experiment.single import run_once


class Processed:
    """The data as the program's ``process_data`` makes it: of ``dataset``, or of a training and a test set."""

    def __init__(self, process: Callable[..., Any]) -> None:
        self._process = process

    def __call__(self, given: dict[str, Any], _params: dict[str, Any]) -> dict[str, Any]:
        """Process what was given."""
        if given["train_set"] is None and given["test_set"] is None:
            return {**given, "dataset": self._process(given["dataset"])}
        train_set, test_set = self._process(given["train_set"], given["test_set"])
        return {**given, "train_set": train_set, "test_set": test_set}


def distribute(fn: Any, config: TorchDistributedConfig | TfDistributedConfig) -> Any:
    """Run it by all executors where Keras's backend is jax; else by one worker, and say so where there are more.

    Such programs leave it to the package to join the workers of a plain ``fit`` or loop. With TensorFlow Keras 3 does
    not train by ``fit`` on several, and a model that nobody joins would be trained by each worker for itself.
    """
    torch = isinstance(config, TorchDistributedConfig)
    model = config.module if isinstance(config, TorchDistributedConfig) else config.model
    process = None if isinstance(config, TorchDistributedConfig) else config.process_data
    given = {
        "model": model,
        **({"module": model} if torch else {}),
        "dataset": config.dataset,
        "train_set": config.train_set,
        "test_set": config.test_set,
        "hparams": config.hparams,
    }
    prepared = as_given if process is None else Processed(process)
    if num_executors() > 1 and on_jax() and not torch:
        return run_together(fn, config, given, prepared, num_executors())
    if num_executors() > 1:
        print(  # noqa: T201
            f"{config.name} is trained by one worker, not by all {num_executors()} executors. To train by all of them "
            + ("" if torch else 'set os.environ["KERAS_BACKEND"] = "jax" before, or ')
            + "use hopslab.experiment.distributed with a function that joins the workers itself."
        )
    return run_once(fn, config, given, prepared)
