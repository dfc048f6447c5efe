"""The worker: pulls trials from the driver as long as there are any, and runs them one at a time."""

from __future__ import annotations

import contextlib
import dataclasses
import linecache
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Client
from pathlib import Path
from types import TracebackType
from typing import Any

import cloudpickle

from hopslab.experiment import protocol as p
from hopslab.experiment.checkpoints import Checkpoints
from hopslab.experiment.driver import Driver, send_at_once
from hopslab.experiment.folders import trial_folder
from hopslab.experiment.function import wants_trial
from hopslab.experiment.outcome import MisusedError, NotANumberError, in_words, judge, noted
from hopslab.experiment.printed import printing
from hopslab.experiment.reads import reads, watch
from hopslab.experiment.running import running
from hopslab.experiment.trial import Trial, TrialPruned, TrialStopped
from hopslab.experiment.usage import Meter
from hopslab.experiment.wire import ProtocolError

Address = tuple[str, int]


def _own_frames(trace: TracebackType | None) -> TracebackType | None:
    """Leave out this package's frames at the top: people look for their own lines."""
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace


def _failed(number: int, error: BaseException) -> p.Ended:
    lines = traceback.format_exception(type(error), error, _own_frames(error.__traceback__))
    return p.Ended(number, "failed", reason=in_words(error)[:1000], traceback="".join(lines)[-100_000:])


def _checkpoints(setup: p.Setup, order: p.Run) -> Checkpoints | None:
    return Checkpoints(Path(setup.checkpoints, str(order.number))) if setup.checkpoints else None


def _printing(folder: Path | None, order: p.Run) -> contextlib.AbstractContextManager[object]:
    return contextlib.nullcontext() if folder is None else printing(folder, again=order.attempt > 1)


def _run(fn: Callable[..., Any], setup: p.Setup, order: p.Run, driver: Driver) -> p.Ended:
    number = order.number
    folder = trial_folder(Path(setup.outputs), number) if setup.outputs else None
    proof = Path(setup.proofs, str(number)) if setup.proofs else None
    trial = Trial(number, order.attempt, order.params, driver, _checkpoints(setup, order), folder, proof)
    arguments: dict[str, Any] = dict(order.params) | ({"trial": trial} if wants_trial(fn) else {})
    try:
        try:
            with running(trial), _printing(folder, order):
                driver.begin()
                returned = fn(**arguments)
        finally:
            driver.end()
        if setup.lenient:
            value, metrics = noted(returned, setup.metric)
        else:
            value, metrics = judge(returned, setup.metric, setup.also)
    except TrialStopped:
        return p.Ended(number, "stopped")
    except TrialPruned:
        return p.Ended(number, "pruned")
    except MisusedError as error:
        return p.Ended(number, "failed", reason=str(error), misused=True)
    except NotANumberError as error:
        return p.Ended(number, "failed", reason=str(error))
    except (Exception, SystemExit, KeyboardInterrupt, GeneratorExit) as error:
        if type(error).__name__ == "TrialPruned":  # Optuna's own, as its users are used to raise it
            return p.Ended(number, "pruned")
        return _failed(number, error)
    return p.Ended(number, "complete", value, metrics)


@contextlib.contextmanager
def _surroundings(setup: p.Setup, driver: Driver) -> Iterator[None]:
    """The driver's folder, module path and source lines; all put back, because Spark uses the process again."""
    before, path = Path.cwd(), list(sys.path)
    for name, text in setup.sources.items():
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    sys.path += [entry for entry in setup.path if entry not in path]
    on_main = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGUSR1, driver.on_signal) if on_main else None
    with contextlib.suppress(OSError):
        os.chdir(setup.folder)
    try:
        yield
    finally:
        if on_main:
            signal.signal(signal.SIGUSR1, handler)
        sys.path[:] = path
        os.chdir(before)


def work(address: Address, key: bytes, executor: str) -> int:
    """Run trials of the sweep at ``address`` until none is left or the driver has gone; return how many.

    Args:
        address: Host and port of the driver's trial server.
        key: The sweep's shared secret.
        executor: What people know this worker by.
    """
    watch()
    reads.forget()
    try:
        connection = Client(address, family="AF_INET", authkey=key)
    except (OSError, EOFError):
        return 0  # the sweep is over
    with connection:
        send_at_once(connection)
        driver = Driver(connection)
        driver.tell(p.Hello(executor))
        try:
            setup = p.decode(connection.recv_bytes())
            function = connection.recv_bytes()
        except (EOFError, OSError):
            return 0
        if not isinstance(setup, p.Setup):
            raise ProtocolError(f"expected setup, got {type(setup).__name__}")
        with _surroundings(setup, driver):
            driver.listen()
            try:
                return _pull(driver, setup, function)
            finally:
                driver.close()


def _pull(driver: Driver, setup: p.Setup, function: bytes) -> int:
    fn: Callable[..., Any] | None = None
    done = 0
    while isinstance(order := driver.next(), p.Run):
        try:
            fn = cloudpickle.loads(function) if fn is None else fn
        except Exception as error:  # whatever an import of the function's may raise
            driver.tell(_failed(order.number, error))
            continue
        meter = Meter()
        try:
            ended = _run(fn, setup, order, driver)
        except TrialStopped:  # the signal came between the function's end and ours
            ended = p.Ended(order.number, "stopped")
        used = meter.read()
        usage = (used.cpu_seconds, used.peak_memory)
        gpu = None if used.gpu is None else dataclasses.astuple(used.gpu)
        driver.tell(dataclasses.replace(ended, read=reads.news(), usage=usage, gpu=gpu))
        checkpoints = _checkpoints(setup, order)
        if checkpoints is not None and ended.state != "stopped":
            checkpoints.forget()
        done += 1
    return done
