"""A function that all executors run together, as the classic packages call it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, Literal

from hopslab.classic.files import keeping, outputs_of
from hopslab.classic.programs import ended
from hopslab.experiment import DistributedResult, Trial, Worker
from hopslab.experiment.folders import trial_folder
from hopslab.experiment.plan import UNNAMED, source_of
from hopslab.experiment.training.plan import TrainingPlan, check
from hopslab.experiment.training.training import Training
from hopslab.settings import read_settings

KEY = "metric"


class Together:
    """What each of the workers calls; of the first one it keeps what is returned.

    Args:
        fn: The person's function.
        call: Calls it, given this worker and its trial.
        metric: What is shown of it; None for a number that is returned.
    """

    def __init__(
        self, fn: Callable[..., Any], call: Callable[[Worker, Trial], Any], metric: str | None
    ) -> None:
        self._call = call
        self._metric = metric
        functools.update_wrapper(self, fn)
        parameter = functools.partial(inspect.Parameter, kind=inspect.Parameter.KEYWORD_ONLY)
        self.__signature__ = inspect.Signature([parameter("worker"), parameter("trial")])

    def __call__(self, *, worker: Worker, trial: Trial) -> Any:
        """Run it as this worker."""
        with keeping(trial.logdir, trial.params) as kept:
            returned = self._call(worker, trial)
            if not worker.is_chief:
                return None
            outputs = kept.outputs(returned, self._metric or KEY)
        return (
            outputs
            if isinstance(returned, Mapping)
            else {self._metric or UNNAMED: outputs[self._metric or KEY]}
        )


def train(
    program: Callable[..., Any],
    *,
    framework: str,
    workers: int,
    strategy: Literal["all_reduce", "parameter_server"] = "all_reduce",
    metric: str | None = None,
    name: str,
    description: str = "",
) -> tuple[DistributedResult, dict[str, Any] | None]:
    """Run it on so many workers: how it ended, and what the first one returned.

    Raises:
        HopslabError: as ``experiment.distributed`` does; ``experiment.failed`` where it did not come to its end.
    """
    settings = read_settings()
    plan = TrainingPlan(
        fn=program,
        workers=workers,
        gpus=None,
        framework=framework,
        strategy=strategy,
        data=None,
        name=name,
        description=description,
        metric=metric or UNNAMED,
        direction="maximize",
        time=None,
        code=source_of(program),
        lenient=metric is None,
    )
    result = Training(check(plan, settings), settings).run()
    if result.state != "complete":
        raise ended(name, result.state, result.reason, result.traceback)
    return result, outputs_of(trial_folder(result.folder, 0))
