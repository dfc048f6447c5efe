"""Training of one model by several workers together, on Spark's executors or beside the kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from hopslab.experiment.objectives import Direction
from hopslab.experiment.plan import source_of
from hopslab.experiment.training.plan import TrainingPlan, check
from hopslab.experiment.training.result import DistributedResult
from hopslab.experiment.training.shards import Shard
from hopslab.experiment.training.training import Training
from hopslab.experiment.training.worker import Worker
from hopslab.settings import read_settings

__all__ = ["DistributedResult", "Shard", "Worker", "distributed"]


def distributed(
    train_fn: Callable[..., Any],
    *,
    workers: int | None = None,
    gpus: int | None = None,
    framework: Literal["tensorflow", "keras", "torch", "horovod", "python"] = "tensorflow",
    strategy: Literal["all_reduce", "parameter_server"] = "all_reduce",
    data: Any = None,
    name: str | None = None,
    description: str = "",
    metric: str | None = None,
    direction: Direction = "maximize",
    time: float | str | None = None,
    begin_from: str | None = None,
) -> DistributedResult:
    """Train one model by several workers together: each calls the function, and the framework joins them.

    Ranks, addresses and data are set up before the function is called, as the framework's own launcher does:
    ``TF_CONFIG`` for TensorFlow; jax, and what ``keras.distribution`` reads, for Keras; ``MASTER_ADDR``,
    ``MASTER_PORT``, ``RANK`` and ``WORLD_SIZE`` for PyTorch's ``init_process_group()`` and for whatever reads them.
    With a parameter server only rank 0's function is called, the others compute what it asks for. What rank 0 returns
    is the result, and it is in the experiments' list like a sweep of one trial. Where a worker raises all of them end;
    where one is lost the training is run once more.

    Args:
        train_fn: May take ``worker``: its rank, shard of the data, folder, ``report``, ``checkpoint`` and ``restore``.
            Rank 0 returns the metric, or a dict of numbers with it; what the others return is passed over.
        workers: How many; one per executor where it is not given, or one per core where there are no executors.
        gpus: How many GPUs each worker sees; all of its place where it is not given.
        framework: ``tensorflow``, ``keras`` or ``torch``; ``python`` sets ranks and addresses up only.
        strategy: ``all_reduce``, where all workers do the same, or TensorFlow's ``parameter_server``.
        data: A Spark DataFrame, a pattern of files, a folder or a list of files; each worker has its own part of it as
            ``worker.shard``.
        name: What people find the experiment by; the function's name where it is not given.
        description: A sentence for others.
        metric: The name of what is returned and reported; ``value`` where it is not given.
        direction: Whether more of it is better: ``maximize`` or ``minimize``.
        time: Seconds, or a text such as ``15m`` or ``2h``, after which a training that has not ended has failed.
        begin_from: The id of a training of yours that was stopped or has failed: ``worker.restore`` finds what it kept.

    Raises:
        HopslabError: ``experiment.invalid`` with every fault of what was asked; ``experiment.framework`` where it is
            not installed; ``experiment.function`` where the function cannot be sent to the workers; ``spark.*`` where
            there is no session to be had; or the platform's refusal. Nothing was started then.
    """
    settings = read_settings()
    plan = TrainingPlan(
        fn=train_fn,
        workers=workers,
        gpus=gpus,
        framework=framework,
        strategy=strategy,
        data=data,
        name=getattr(train_fn, "__name__", "training") if name is None else name,
        description=description,
        metric="value" if metric is None else metric,
        direction=direction,
        time=time,
        code=source_of(train_fn),
        begin_from=begin_from,
    )
    return Training(check(plan, settings), settings).run()
