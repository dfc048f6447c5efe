"""The worker: pulls trials from the driver as long as there are any, and runs them one at a time."""

from __future__ import annotations

import contextlib
import dataclasses
import linecache
import os
import queue
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Client, Connection
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import cloudpickle

from hopslab.experiment import protocol as p
from hopslab.experiment.checkpoints import Checkpoints
from hopslab.experiment.folders import trial_folder
from hopslab.experiment.function import wants_trial
from hopslab.experiment.outcome import MisusedError, NotANumberError, judge, noted
from hopslab.experiment.printed import printing
from hopslab.experiment.reads import reads, watch
from hopslab.experiment.running import running
from hopslab.experiment.trial import Trial, TrialPruned, TrialStopped
from hopslab.experiment.usage import Meter
from hopslab.experiment.wire import ProtocolError, hang_up

Address = tuple[str, int]


class _Driver:
    """The driver's end of the line: a thread reads it, so that a stop is heard while a trial computes."""

    def __init__(self, connection: Connection[bytes, bytes]) -> None:
        self._connection = connection
        self._answers: queue.SimpleQueue[p.Message | None] = queue.SimpleQueue()
        self._main = threading.get_ident()
        self._reader = threading.Thread(target=self._read, name="hopslab-driver", daemon=True)
        self._number: int | None = None
        self._inside = False
        self._stopping = False
        self._gone = False

    def listen(self) -> None:
        self._reader.start()

    def close(self) -> None:
        """End the reading thread, so that no signal comes after this."""
        hang_up(self._connection)
        self._reader.join()

    def _read(self) -> None:
        try:
            while True:
                message = p.decode(self._connection.recv_bytes())
                if isinstance(message, p.Stop):
                    if message.number == self._number and not self._stopping:
                        self._interrupt()
                    continue
                if isinstance(message, p.Run):
                    self._number, self._stopping = message.number, False
                self._answers.put(message)
        except (EOFError, OSError, ProtocolError):
            self._gone = True
            self._interrupt()
            self._answers.put(None)

    def _interrupt(self) -> None:
        self._stopping = True
        if self._inside and threading.main_thread().ident == self._main:
            signal.pthread_kill(self._main, signal.SIGUSR1)

    def on_signal(self, _number: int, _frame: FrameType | None) -> None:
        """Break into the function, in whatever it waits."""
        if self._stopping and self._inside:
            self._inside = False
            raise TrialStopped

    def ask(self, message: p.Message) -> p.Message | None:
        """Send and wait for the answer; None where the driver has gone."""
        self.tell(message)
        return None if self._gone else self._answers.get()

    def next(self) -> p.Message | None:
        """The next order. A verdict that comes before it was the last trial's, which a stop broke off meanwhile."""
        answer = self.ask(p.Next())
        while isinstance(answer, p.Verdict):
            answer = self._answers.get()
        return answer

    def tell(self, message: p.Message) -> None:
        """Send, unless the driver has gone."""
        try:
            self._connection.send_bytes(p.encode(message))
        except OSError:
            self._gone = True

    def begin(self) -> None:
        """The function is about to be called; from here a stop breaks in."""
        self._inside = True
        if self._stopping:
            raise TrialStopped

    def end(self) -> None:
        """The function has ended."""
        self._inside = False

    def report(self, value: float, step: int) -> None:
        """Send a value of the running trial and obey what the driver makes of it."""
        if self._number is None or not self._inside:
            return
        if self._stopping:
            raise TrialStopped
        match self.ask(p.Report(self._number, value, step)):
            case p.Verdict("prune"):
                raise TrialPruned
            case p.Verdict("stop") | None:
                raise TrialStopped


def _own_frames(trace: TracebackType | None) -> TracebackType | None:
    """Leave out this package's frames at the top: people look for their own lines."""
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace


def _failed(number: int, error: BaseException) -> p.Ended:
    words = traceback.format_exception_only(error)[-1].strip()
    lines = traceback.format_exception(type(error), error, _own_frames(error.__traceback__))
    return p.Ended(number, "failed", reason=words[:1000], traceback="".join(lines)[-100_000:])


def _checkpoints(setup: p.Setup, order: p.Run) -> Checkpoints | None:
    return Checkpoints(Path(setup.checkpoints, str(order.number))) if setup.checkpoints else None


def _printing(folder: Path | None, order: p.Run) -> contextlib.AbstractContextManager[object]:
    return contextlib.nullcontext() if folder is None else printing(folder, again=order.attempt > 1)


def _run(fn: Callable[..., Any], setup: p.Setup, order: p.Run, driver: _Driver) -> p.Ended:
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
        value, metrics = (noted if setup.lenient else judge)(returned, setup.metric)
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
def _surroundings(setup: p.Setup, driver: _Driver) -> Iterator[None]:
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


def _send_at_once(connection: Connection[bytes, bytes]) -> None:
    """Without delay: after what is not answered, the next message would wait 40 ms for TCP's acknowledgement."""
    with socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


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
        _send_at_once(connection)
        driver = _Driver(connection)
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


def _pull(driver: _Driver, setup: p.Setup, function: bytes) -> int:
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
        driver.tell(dataclasses.replace(ended, read=reads.news(), usage=usage))
        checkpoints = _checkpoints(setup, order)
        if checkpoints is not None and ended.state != "stopped":
            checkpoints.forget()
        done += 1
    return done
