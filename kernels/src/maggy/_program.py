"""A program's function as a trial runs it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from hopslab.classic.files import Kept, keeping
from hopslab.classic.programs import as_a_trial
from hopslab.experiment import Trial, TrialPruned
from hopslab.experiment.outcome import number
from maggy._reporter import Reporter
from maggy.core.exceptions import EarlyStopException

Prepare = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]


def as_given(given: dict[str, Any], _params: dict[str, Any]) -> dict[str, Any]:
    """What the function gets, as it is."""
    return given


class Program:
    """Calls the function with what it takes by name.

    That is ``hparams``, a dict of all hyperparameters, or each of them; ``reporter``; and what ``given`` has, such as
    the model and the data sets of the experiment.

    Args:
        fn: The function.
        key: What is compared; the function returns a number for it, or a dict that has it.
        given: Other arguments that the function may take.
        free: Whether the first number of a dict is taken where the key is not in it, since nobody has named one; None
            where nothing is compared.
        prepare: Makes of ``given`` and the hyperparameters, in the trial, what the function gets.
        whole: Whether the function need not take the hyperparameters.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        key: str,
        given: Mapping[str, Any],
        *,
        free: bool | None,
        prepare: Prepare = as_given,
        whole: bool = False,
    ) -> None:
        own = {"hparams", "reporter", *given}
        takes = set(inspect.signature(fn).parameters) if callable(fn) else set()
        self._some = whole or "hparams" in takes
        signature = as_a_trial(fn, given=own, takes_all=self._some)
        self._fn = fn
        self._key = key
        self._free = free
        self._takes = takes
        self._given = dict(given)
        self._prepare = prepare
        functools.update_wrapper(self, fn)  # its name, and its source
        self.__signature__ = signature

    def __call__(self, *, trial: Trial, **params: Any) -> Any:
        """Run it as this trial."""
        with keeping(trial.logdir, params) as kept:
            reporter = Reporter(trial, kept)
            try:
                returned = self._fn(**self._arguments(params, reporter))
            except EarlyStopException:
                raise TrialPruned from None
            # Also where the function has caught it and returned something.
            if reporter.stopped:
                raise TrialPruned
            return self._metric(returned, kept)

    def _arguments(self, params: dict[str, Any], reporter: Reporter) -> dict[str, Any]:
        given = {**self._prepare(self._given, params), "hparams": dict(params), "reporter": reporter}
        given |= {name: self._given[name] for name in ("hparams",) if name in self._given}
        own = {name: value for name, value in params.items() if not self._some or name in self._takes}
        return own | {name: value for name, value in given.items() if name in self._takes}

    def _metric(self, returned: Any, kept: Kept) -> Any:
        if returned is None:
            return None
        outputs = kept.outputs(returned, self._key)
        if self._free is None or not isinstance(returned, Mapping) or self._key in returned:
            return outputs
        first = next((one for one in outputs.values() if number(one) is not None), None)
        return (
            {**outputs, self._key: first}
            if first is not None and (self._free or len(outputs) == 1)
            else outputs
        )
