"""``lagom``: just the right amount."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hopslab.classic.programs import invalid
from maggy.config import (
    AblationConfig,
    BaseConfig,
    HyperparameterOptConfig,
    LagomConfig,
    TfDistributedConfig,
    TorchDistributedConfig,
)
from maggy.experiment.ablating import ablate
from maggy.experiment.distributing import distribute
from maggy.experiment.searching import search
from maggy.experiment.single import run_once

NO_NAME = "no-name"


def lagom(
    train_fn: Callable[..., Any] | None = None,
    config: LagomConfig | str | None = None,
    experiment_type: str = "optimization",
    searchspace: Any = None,
    optimizer: Any = None,
    direction: str = "max",
    num_trials: int = 1,
    ablation_study: Any = None,
    ablator: Any = None,
    optimization_key: str = "metric",
    hb_interval: float = 1,
    es_policy: Any = "median",
    es_interval: float = 300,
    es_min: int = 10,
    description: str = "",
    *,
    map_fun: Callable[..., Any] | None = None,
    name: str = NO_NAME,
) -> Any:
    """Run an experiment.

    >>> lagom(train, HyperparameterOptConfig(40, "tpe", space))  # doctest: +SKIP
    >>> lagom(train, searchspace=space, optimizer="randomsearch", num_trials=40)  # doctest: +SKIP

    Args:
        train_fn: The function. It takes ``hparams``, or the hyperparameters by name, and ``reporter`` if it wants.
        config: What the experiment is to be; the other arguments are of programs of before there were any.
        experiment_type: ``optimization`` or ``ablation``.
        searchspace: As in ``HyperparameterOptConfig``, like the following ones.
        optimizer: See there.
        direction: See there.
        num_trials: See there.
        ablation_study: As in ``AblationConfig``.
        ablator: See there.
        optimization_key: What is compared of a dict that the function returns.
        hb_interval: Makes no difference here: reports are sent as they come.
        es_policy: ``median`` or ``none``.
        es_interval: Makes no difference here: a trial is judged whenever it reports.
        es_min: No trial is stopped early before so many are complete.
        description: A sentence for others.
        map_fun: Another name of ``train_fn``.
        name: What people find it by.

    Returns:
        Of a search or a study a dict: ``best_id`` (the name of the trial's folder), ``best_val``, ``best_config``, the
        same of the worst, ``avg``, ``metric_list``, ``num_trials`` and ``early_stopped``. Else what the function
        returned.

    Raises:
        HopslabError: ``experiment.invalid`` with every fault, ``experiment.failed`` where no trial was complete.
    """
    fn = train_fn if train_fn is not None else map_fun
    if config is None or isinstance(config, str):
        name = config if isinstance(config, str) else name
        if experiment_type not in ("optimization", "ablation"):
            raise invalid([f"experiment_type is {experiment_type!r}; use 'optimization' or 'ablation'."])
        config = _config_of(
            name=str(getattr(fn, "__name__", NO_NAME)) if name == NO_NAME else name,
            description=description,
            ablation=(ablation_study, ablator) if experiment_type == "ablation" else None,
            searchspace=searchspace,
            optimizer=optimizer,
            direction=direction,
            num_trials=num_trials,
            optimization_key=optimization_key,
            es_policy=es_policy,
            es_min=es_min,
        )
    return _start(fn, config)


def _config_of(*, ablation: Any, **given: Any) -> LagomConfig:
    """What older programs give one by one."""
    if ablation is not None:
        study, ablator = ablation
        own = {name: given[name] for name in ("name", "description", "direction")}
        return AblationConfig(study, "loco" if ablator is None else ablator, **own)
    if given["searchspace"] is None and given["optimizer"] is None and given["num_trials"] == 1:
        return BaseConfig(name=given["name"], description=given["description"])
    return HyperparameterOptConfig(**given)


def _start(fn: Any, config: object) -> Any:
    match config:
        case HyperparameterOptConfig():
            return search(fn, config)
        case BaseConfig():
            return run_once(
                fn, config, {"model": config.model, "dataset": config.dataset, "hparams": config.hparams}
            )
        case AblationConfig():
            return ablate(fn, config)
        case TorchDistributedConfig() | TfDistributedConfig():
            return distribute(fn, config)
    raise invalid([f"config is {config!r:.60}; give one of maggy.config, such as HyperparameterOptConfig."])
