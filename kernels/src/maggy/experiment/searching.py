"""A search for hyperparameters."""

from __future__ import annotations

from typing import Any

from hopslab import experiment
from hopslab.classic.programs import direction_of, finished, invalid
from hopslab.experiment import Result, TrialRecord
from hopslab.experiment.folders import trial_folder
from hopslab.experiment.space import Dimension, choice
from maggy._program import Program
from maggy.config import HyperparameterOptConfig
from maggy.earlystop import MedianStoppingRule, NoStoppingRule
from maggy.optimizer import Asha, GridSearch, SingleRun, optimizer_of
from maggy.searchspace import Searchspace

# What nobody has named.
_DEFAULT_KEYS = frozenset({"metric", "Metric"})


def search(fn: Any, config: HyperparameterOptConfig) -> dict[str, Any]:
    """Search, and say what was best.

    Raises:
        HopslabError: ``experiment.invalid`` with every fault, ``experiment.failed`` where no trial was complete.
    """
    optimizer = optimizer_of(config.optimizer)
    given = {
        "model": config.model,
        "dataset": config.dataset,
        "train_set": config.train_set,
        "test_set": config.test_set,
    }
    direction = direction_of(config.direction)
    program = Program(fn, config.optimization_key, given, free=config.optimization_key in _DEFAULT_KEYS)
    common: dict[str, Any] = {
        "metric": config.optimization_key,
        "direction": direction,
        "name": config.name,
        "description": config.description,
    }
    space = _space(config.searchspace, needed=not isinstance(optimizer, SingleRun))
    if isinstance(optimizer, SingleRun):
        if space:
            raise invalid(["optimizer is none, and the search space is not empty; give an optimizer."])
        result = experiment.launch(program, [{}] * config.num_trials, **common)
    else:
        if isinstance(optimizer, Asha):
            space["budget"] = choice(optimizer.budgets())
        result = experiment.run(
            program,
            space,
            trials=None if isinstance(optimizer, GridSearch) else config.num_trials,
            algorithm=optimizer.algorithm,
            pruner=_pruner(config),
            **common,
        )
    told = summary(finished(result), config.optimization_key, maximize=direction == "maximize")
    print(f"Finished experiment {config.name}: best {told['best_val']} with {told['best_config']}")  # noqa: T201
    return told


def _space(given: Any, *, needed: bool) -> dict[str, Dimension]:
    if given is None and not needed:
        return {}
    if not isinstance(given, Searchspace):
        raise invalid([f"searchspace is {given!r:.60}; give a maggy.Searchspace."])
    return given.dimensions()


def _pruner(config: HyperparameterOptConfig) -> str | None:
    policy = config.es_policy
    if policy is None or isinstance(policy, NoStoppingRule) or policy is NoStoppingRule:
        return None
    if isinstance(policy, str) and policy.lower() in ("none", "median"):
        policy = None if policy.lower() == "none" else MedianStoppingRule
    if policy is None:
        return None
    if policy is not MedianStoppingRule and not isinstance(policy, MedianStoppingRule):
        raise invalid([f"es_policy is {config.es_policy!r:.60}; use 'median' or 'none'."])
    faults = [
        f"{what} is {value!r}; give a whole number from {least} on."
        for what, value, least in (("es_interval", config.es_interval, 1), ("es_min", config.es_min, 0))
        if isinstance(value, bool) or not isinstance(value, int) or value < least
    ]
    if faults:
        raise invalid(faults)
    return f"median:startup={max(config.es_min, 1)},warmup=1,interval={config.es_interval}"


def summary(result: Result, key: str, *, maximize: bool) -> dict[str, Any]:
    """What came of a search, in the words of the package."""
    ended = [(trial, value) for trial in result.trials if (value := _value(trial, key)) is not None]
    values = [value for _, value in ended]
    sign = 1 if maximize else -1
    complete = [one for one in ended if one[0].state == "complete"] or ended
    best = max(complete, key=lambda one: sign * one[1], default=None)
    worst = min(ended, key=lambda one: sign * one[1], default=None)
    return {
        **_of("best", result, best),
        **_of("worst", result, worst),
        "avg": sum(values) / len(values) if values else None,
        "metric_list": values,
        "num_trials": len(result.trials),
        "early_stopped": sum(trial.state == "pruned" for trial in result.trials),
    }


def _value(trial: TrialRecord, key: str) -> float | None:
    return trial.value if trial.state == "complete" else trial.metrics.get(key)


def _of(which: str, result: Result, one: tuple[TrialRecord, float] | None) -> dict[str, Any]:
    if one is None:
        return {f"{which}_id": None, f"{which}_val": None, f"{which}_config": None}
    trial, value = one
    return {
        f"{which}_id": trial_folder(result.folder, trial.number).name,
        f"{which}_val": value,
        f"{which}_config": dict(trial.params),
    }
