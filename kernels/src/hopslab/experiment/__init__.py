"""Hyperparameter sweeps on the project's executors.

>>> from hopslab import experiment
>>> from hopslab.experiment import choice, loguniform
>>> result = experiment.run(train, {"C": loguniform(1e-3, 1e3), "kernel": choice("rbf", "poly")},
...                         trials=40, parallel=3, metric="accuracy")  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hopslab.experiment.launching import launch
from hopslab.experiment.objectives import Direction, asked
from hopslab.experiment.opened import Opened
from hopslab.experiment.opened import open_experiment as open  # noqa: A004 -- experiment.open(...) is what it is
from hopslab.experiment.plan import Plan, check, source_of
from hopslab.experiment.records import TrialRecord
from hopslab.experiment.registering import register_model
from hopslab.experiment.result import Result
from hopslab.experiment.resuming import resume
from hopslab.experiment.space import (
    Dimension,
    Scalar,
    choice,
    loguniform,
    qloguniform,
    quniform,
    randint,
    uniform,
    with_constants,
)
from hopslab.experiment.sweep import Progress, Sweep
from hopslab.experiment.training import DistributedResult, Worker, distributed
from hopslab.experiment.trial import Trial, TrialPruned, TrialStopped
from hopslab.settings import read_settings

__all__ = [
    "DistributedResult",
    "Opened",
    "Progress",
    "Result",
    "Trial",
    "TrialPruned",
    "TrialRecord",
    "TrialStopped",
    "Worker",
    "choice",
    "distributed",
    "launch",
    "loguniform",
    "open",
    "qloguniform",
    "quniform",
    "randint",
    "register_model",
    "resume",
    "run",
    "uniform",
]


def run(
    fn: Callable[..., Any],
    space: Mapping[str, Dimension | Scalar],
    *,
    trials: int | None = None,
    metric: str | Sequence[str],
    parallel: int | None = None,
    direction: Direction | Sequence[Direction] = "maximize",
    algorithm: str = "tpe",
    pruner: Any = None,
    time: float | str | None = None,
    gpu_hours: float | None = None,
    name: str | None = None,
    description: str = "",
    seed: int | None = None,
    model: str | None = None,
    enqueue: Sequence[Mapping[str, Scalar]] = (),
    tags: Sequence[str] = (),
    on_progress: Callable[[Progress], None] | None = None,
) -> Result:
    """Search the space for the hyperparameters with the best metric.

    Each trial calls ``fn`` with one value per active name of ``space`` (and ``trial``, if it takes it, to report
    values on the way). A trial that raises is recorded with its traceback and the sweep goes on. An interrupt stops
    the running trials and keeps what is done.

    Args:
        fn: Takes the hyperparameters by name; returns the metric, or a dict of numbers with it.
        space: For each hyperparameter ``uniform``, ``loguniform``, ``quniform``, ``qloguniform``, ``randint``,
            ``choice`` or a constant; with ``.when(other=value)`` it is only asked where the other has this value.
        trials: How many to run; a grid may leave it out and is run whole.
        metric: The name of what is optimised. Or up to four, such as ``["accuracy", "size"]``: the function returns a
            dict with all, no trial is the best in all, and ``result.front`` has those that no other is better than.
            What ``trial.report`` reports on the way is the first one.
        parallel: How many at once; as many as the lease has cores where it is not given, and never more.
        direction: ``maximize`` or ``minimize``; of several metrics a list with one for each.
        algorithm: ``tpe`` (a tree of Parzen estimators), ``gp`` (a Gaussian process), ``cmaes`` (covariance matrix
            adaptation) and ``de`` (differential evolution) learn from what was tried; ``random`` and ``grid`` do not.
            Of several metrics ``tpe`` and ``nsga2`` (a genetic algorithm) learn; ``random`` and ``grid`` go with them.
        pruner: ``median``, ``asha``, ``hyperband`` or ``patience``, for functions that report on the way; with options
            such as ``median:warmup=3,startup=10`` or ``asha:least=2,factor=4``. Or a pruner of Optuna's.
            With several metrics there is none.
        time: Seconds, or a text such as ``15m`` or ``2h``, after which no trial is begun; those that run go on to
            their end. With it ``trials`` may be left out: as many as there is time for, 10,000 at most.
        gpu_hours: The same by GPU-hours, of all GPUs of the lease.
        name: What people find the experiment by; the function's name where it is not given.
        description: A sentence for others.
        seed: The same seed, and the same results in the same order, give the same trials again.
        model: A name; the model that the best trial has kept (``trial.save_model``) is registered by it in the end.
        enqueue: Points to try first, each with a value for every hyperparameter, such as ``[{"C": 1.0}]``; they count
            among ``trials``, except for a grid, which is run whole besides.
        tags: What people find the experiment by, besides its name.
        on_progress: Called some times a second with how the sweep stands.

    Raises:
        HopslabError: ``experiment.invalid`` with every fault of what was asked; ``experiment.function`` where the
            function cannot be sent to the executors; ``spark.*`` where there is no session to be had; or the
            platform's refusal. Nothing was started then.
    """
    plan = check(
        Plan(
            fn=fn,
            space=with_constants(space),
            trials=trials,
            parallel=parallel,
            **asked(metric, direction),
            algorithm=algorithm,
            pruner=pruner,
            time=time,
            gpu_hours=gpu_hours,
            name=getattr(fn, "__name__", "experiment") if name is None else name,
            description=description,
            seed=seed,
            enqueue=enqueue,
            tags=tags,
            code=source_of(fn),
            model=model,
        )
    )
    return Sweep(plan, read_settings(), on_progress=on_progress or (lambda _progress: None)).run()
