"""Optuna's samplers as searches."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from hopslab.experiment.searches.cube import index_of
from hopslab.experiment.searches.search import Told
from hopslab.experiment.space import (
    Choice,
    Dimension,
    LogUniform,
    Params,
    QLogUniform,
    Scalar,
    Space,
    Uniform,
    in_order,
    is_active,
    level,
    levels,
)

if TYPE_CHECKING:
    import optuna


def load() -> None:
    """Import Optuna without what it and its parts warn each other of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import optuna
    optuna.logging.set_verbosity(optuna.logging.ERROR)


def _distribution(dimension: Dimension) -> optuna.distributions.BaseDistribution:
    from optuna import distributions as d

    match dimension:
        case Uniform(low, high):
            return d.FloatDistribution(float(low), float(high))
        case LogUniform(low, high) | QLogUniform(low, high):
            return d.FloatDistribution(float(low), float(high), log=True)
        case Choice(options):
            return d.CategoricalDistribution(tuple(range(len(options))))
    return d.IntDistribution(0, (levels(dimension) or 1) - 1)


def _value(dimension: Dimension, sampled: float) -> Scalar:
    match dimension:
        case Uniform() | LogUniform():
            return float(sampled)
        case QLogUniform(low, _, step):
            return level(dimension, min(round((sampled - low) / step), (levels(dimension) or 1) - 1))
    return level(dimension, int(sampled))


def _sampled(dimension: Dimension, value: Scalar) -> float:
    if isinstance(dimension, (Uniform, LogUniform, QLogUniform)) and isinstance(value, (int, float)):
        return float(value)
    return index_of(dimension, value)


class OptunaSearch:
    """A sampler of Optuna's, which sees a bounded part of what was tried (``window``).

    Args:
        space: What is searched.
        sampler: Makes the sampler.
        seed: Of the window's sample.
        metrics: How many there are.
    """

    def __init__(
        self, space: Space, sampler: Callable[[], optuna.samplers.BaseSampler], seed: int, metrics: int = 1
    ) -> None:
        load()
        import optuna

        from hopslab.experiment.searches.window import Window

        self._space = [
            (name, dimension, _distribution(dimension) if levels(dimension) != 1 else None)
            for name, dimension in in_order(space)
        ]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "experimental" is Optuna's word to its own users
            made = sampler()
        self._study = optuna.create_study(
            storage=Window(seed), directions=["minimize"] * metrics, sampler=made
        )
        self._asked: dict[int, optuna.trial.Trial] = {}

    def ask(self, number: int) -> Params:
        """What the sampler proposes."""
        trial = self._asked[number] = self._study.ask()
        params: Params = {}
        for name, dimension, distribution in self._space:
            if not is_active(dimension, params):
                continue
            if distribution is None:
                params[name] = level(dimension, 0)
            else:
                params[name] = _value(dimension, trial._suggest(name, distribution))
        return params

    def tell(self, number: int, params: Params, told: Told) -> None:
        """Note an end."""
        import optuna
        from optuna.trial import TrialState as State

        state = State.FAIL if told.reached is None else State.PRUNED
        state = state if told.losses is None else State.COMPLETE
        reached = {} if told.reached is None else {told.reached[0]: told.reached[1]}
        trial = self._asked.pop(number, None)
        if trial is not None:
            for step, loss in reached.items():
                trial.report(loss, step)
            self._study.tell(trial, told.losses, state)
        elif state != State.FAIL:
            known = [
                (name, dimension, distribution)
                for name, dimension, distribution in self._space
                if distribution is not None and name in params
            ]
            self._study.add_trial(
                optuna.trial.create_trial(
                    state=state,
                    params={name: _sampled(dimension, params[name]) for name, dimension, _ in known},
                    distributions={name: distribution for name, _, distribution in known},
                    intermediate_values=reached,
                    values=None if told.losses is None else list(told.losses),
                )
            )
