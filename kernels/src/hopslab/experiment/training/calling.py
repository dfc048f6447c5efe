"""The function's call in a worker, with everything set up that it may count on."""

from __future__ import annotations

import inspect
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import cloudpickle

from hopslab.experiment.folders import trial_folder
from hopslab.experiment.outcome import MisusedError, NotANumberError, in_words, judge, noted
from hopslab.experiment.running import running
from hopslab.experiment.training import messages as m
from hopslab.experiment.training.frameworks import Team, variables
from hopslab.experiment.training.keeping import AttemptCheckpoints
from hopslab.experiment.training.line import Line
from hopslab.experiment.training.parameter_server import keep_parameters, serve
from hopslab.experiment.training.shards import Shard
from hopslab.experiment.training.worker import Worker
from hopslab.experiment.trial import Trial, TrialPruned, TrialStopped

# How frameworks put it that another worker, or the line to it, has gone.
_PEER_ERRORS = frozenset(
    (
        "AbortedError",
        "CancelledError",
        "DeadlineExceededError",
        "DistBackendError",
        "DistNetworkError",
        "UnavailableError",
    )
)
_PEER_WORDS = ("connection closed by peer", "connection reset by peer", "connection refused", "broken pipe")


def _by_peer(error: BaseException) -> bool:
    """Whether an error may only be what another worker's end has done to this one."""
    words = str(error).lower()
    return (
        isinstance(error, (ConnectionError, EOFError, TimeoutError))
        or type(error).__name__ in _PEER_ERRORS
        or any(part in words for part in _PEER_WORDS)
    )


def _own_frames(trace: TracebackType | None) -> TracebackType | None:
    """Leave out this file's frames at the top: people look for their own lines."""
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace


def _failed(error: BaseException) -> m.Done:
    lines = traceback.format_exception(type(error), error, _own_frames(error.__traceback__))
    return m.Done(
        "failed",
        time.time(),
        reason=in_words(error)[:800],
        traceback="".join(lines)[-100_000:],
        by_peer=_by_peer(error),
    )


def _surroundings(start: m.Start, team: Team, rank: int) -> None:
    """The notebook's folder, module path, and the worker's place in the team."""
    sys.path += [entry for entry in start.path if entry not in sys.path]
    os.chdir(start.folder)
    os.environ.update(variables(start.framework, start.strategy, team, rank))


def _result(returned: Any, start: m.Start, rank: int) -> m.Done:
    """What rank 0 returned is the training's; of the others it is enough that they ended."""
    if rank > 0:
        return m.Done("complete", time.time())
    value, metrics = (noted if start.lenient else judge)(returned, start.metric)
    return m.Done("complete", time.time(), value, metrics)


def _arguments(fn: Callable[..., Any], worker: Worker, trial: Trial) -> dict[str, Any]:
    given = {"worker": worker, "trial": trial}
    return {name: value for name, value in given.items() if name in inspect.signature(fn).parameters}


def _called(start: m.Start, rank: int, function: bytes, driver: Line) -> m.Done:
    team = Team(start.hosts, start.ports)
    _surroundings(start, team, rank)
    folder = trial_folder(Path(start.outputs), 0)
    trial = Trial(
        0,
        start.attempt,
        start.params,
        driver,
        AttemptCheckpoints(Path(start.checkpoints), Path(start.earlier)),
        folder if rank == 0 else folder / f"worker-{rank}",
    )
    worker = Worker(rank, team, Shard(tuple(map(Path, start.files))), start.framework, trial)
    by_parameters = start.strategy == "parameter_server"
    with running(trial):
        driver.begin()
        if by_parameters and rank > 0:
            serve()
        kept = keep_parameters() if by_parameters else None
        fn = cloudpickle.loads(function)
        returned = fn(**_arguments(fn, worker, trial))
        del kept
    return _result(returned, start, rank)


def call(start: m.Start, rank: int, function: bytes, driver: Line) -> m.Done:
    """Call the function in this process and say how it ended."""
    try:
        try:
            return _called(start, rank, function, driver)
        finally:
            driver.end()
    except TrialStopped:
        return m.Done("stopped", time.time())
    except TrialPruned:
        return m.Done("pruned", time.time())
    except MisusedError as error:
        return m.Done("failed", time.time(), reason=str(error), misused=True)
    except NotANumberError as error:
        return m.Done("failed", time.time(), reason=str(error))
    except BaseException as error:  # whatever a function raises, exits included
        return _failed(error)
