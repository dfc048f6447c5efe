"""A program's ``fit`` by all executors, where its Keras is on jax."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from hopslab.classic.training import train
from hopslab.experiment.plan import UNNAMED
from maggy._program import Prepare, Program
from maggy.config import LagomConfig
from maggy.experiment.single import returned

_SETS = ("dataset", "train_set", "test_set")


def on_jax() -> bool:
    """Whether the notebook has chosen the backend of Keras that trains by ``fit`` on several workers."""
    return os.environ.get("KERAS_BACKEND") == "jax"


def fault(name: str, data: Any, workers: int) -> str | None:
    """Why a set can't be shared out: a worker with more of it than the others would wait for them for ever."""
    spec = getattr(data, "element_spec", None)
    if spec is None:
        return None  # no tf.data.Dataset: Keras says what it takes
    first = spec[0] if isinstance(spec, tuple) else spec
    size = first.shape[0] if getattr(first, "shape", None) else None
    if size is not None and size % workers == 0:
        return None
    return (
        f"{name} can't be shared out to {workers} workers: batch it with drop_remainder=True, and a size that is a "
        f"multiple of {workers}."
    )


class Joined(Program):
    """The program in each worker; its Keras is joined with the others' before anything of the program's runs."""

    def __call__(self, *, trial: Any, **params: Any) -> Any:
        """Join, and run it."""
        import keras  # type: ignore[import-not-found]  # only where it is installed

        keras.distribution.initialize()
        keras.distribution.set_distribution(keras.distribution.DataParallel())
        return super().__call__(trial=trial, **params)


class Shared:
    """What the function gets, if it can be shared out."""

    def __init__(self, prepare: Prepare, workers: int) -> None:
        self._prepare = prepare
        self._workers = workers

    def __call__(self, given: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
        """Prepare what was given, and look at its sets."""
        ready = self._prepare(given, params)
        faults = [fault(name, ready.get(name), self._workers) for name in _SETS]
        found = next((one for one in faults if one is not None), None)
        if found is not None:
            raise ValueError(found)
        return ready


def run_together(
    fn: Any, config: LagomConfig, given: Mapping[str, Any], prepare: Prepare, workers: int
) -> Any:
    """Run it by so many workers, each with its part of the data, and return what the first of them has returned."""
    program = Joined(fn, UNNAMED, given, free=None, prepare=Shared(prepare, workers))
    _result, outputs = train(
        program, framework="keras", workers=workers, name=config.name, description=config.description
    )
    return returned(outputs)
