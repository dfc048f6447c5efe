"""A program's function as a trial runs it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from hopslab.classic.files import keeping
from hopslab.classic.programs import as_a_trial
from hopslab.experiment import Trial


class Program:
    """Calls the function with the hyperparameters by name, and keeps what it prints and returns.

    Args:
        fn: The function.
        key: What is compared; the function may return a number for it, or a dict that has it, or one of one value.
        shown: What the experiment calls it.
    """

    def __init__(self, fn: Callable[..., Any], key: str, shown: str) -> None:
        self._fn = fn
        self._key = key
        self._shown = shown
        signature = as_a_trial(fn)
        functools.update_wrapper(self, fn)  # its name, and its source
        self.__signature__ = signature

    def __call__(self, *, trial: Trial, **params: Any) -> Any:
        """Run it as this trial."""
        with keeping(trial.logdir, params) as kept:
            returned = self._fn(**params)
            outputs = kept.outputs(returned, self._key)
        if returned is None:
            return None
        if not isinstance(returned, Mapping):
            return {self._shown: outputs[self._key]}
        if self._key not in returned and len(returned) == 1:
            return {**outputs, self._shown: next(iter(outputs.values()))}
        return outputs
