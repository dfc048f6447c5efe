"""The optimiser: Optuna's ask and tell, in memory."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from hopslab.errors import HopslabError
from hopslab.experiment.records import TrialState
from hopslab.experiment.space import Choice, Dimension, LogUniform, Params, RandInt, Space, Uniform

if TYPE_CHECKING:
    import optuna

Direction: TypeAlias = Literal["maximize", "minimize"]
ALGORITHMS = ("random", "tpe")
PRUNERS = ("median", "asha", "hyperband")


def _load() -> None:
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
        case LogUniform(low, high):
            return d.FloatDistribution(float(low), float(high), log=True)
        case RandInt(low, high):
            return d.IntDistribution(int(low), int(high))
        case Choice(options):
            return d.CategoricalDistribution(options)


def _sampler(algorithm: str, seed: int | None) -> optuna.samplers.BaseSampler:
    from optuna import samplers

    if algorithm == "random":
        return samplers.RandomSampler(seed=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "experimental" is Optuna's word to its own users
        # Trials run side by side: without a liar TPE would propose nearly the same thing to each.
        return samplers.TPESampler(seed=seed, constant_liar=True)


def _pruner(pruner: Any) -> optuna.pruners.BasePruner:
    from optuna import pruners

    if pruner is None:
        return pruners.NopPruner()
    if isinstance(pruner, pruners.BasePruner):
        return pruner
    made: dict[str, type[optuna.pruners.BasePruner]] = {
        "median": pruners.MedianPruner,
        "asha": pruners.SuccessiveHalvingPruner,
        "hyperband": pruners.HyperbandPruner,
    }
    if pruner not in made:
        raise HopslabError(
            "experiment.invalid", f"{pruner!r} is no pruner; use one of: {', '.join(PRUNERS)}, or None."
        )
    return made[pruner]()


class Study:
    """Proposes hyperparameters and learns from results. One thread at a time."""

    def __init__(
        self,
        space: Space,
        *,
        direction: Direction,
        algorithm: str,
        pruner: Any = None,
        seed: int | None = None,
    ) -> None:
        _load()
        import optuna

        self._space = {name: _distribution(dimension) for name, dimension in space.items()}
        self._study = optuna.create_study(
            direction=direction, sampler=_sampler(algorithm, seed), pruner=_pruner(pruner)
        )
        self._asked: dict[int, optuna.trial.Trial] = {}

    def ask(self) -> tuple[int, Params]:
        """The next trial's number and hyperparameters."""
        trial = self._study.ask(self._space)
        self._asked[trial.number] = trial
        return trial.number, dict(trial.params)

    def report(self, number: int, value: float, step: int) -> bool:
        """Note a value on the way; True where the trial is not worth going on with."""
        trial = self._asked[number]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a step reported again after a lost executor is passed over
            trial.report(value, step)
        return trial.should_prune()

    def tell(self, number: int, state: TrialState, value: float | None) -> None:
        """Note how a trial ended."""
        from optuna.trial import TrialState as State

        ended = {"complete": State.COMPLETE, "pruned": State.PRUNED}.get(state, State.FAIL)
        self._study.tell(self._asked.pop(number), value if state == "complete" else None, ended)
