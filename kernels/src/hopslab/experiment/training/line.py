"""A worker's end of the line to the driver: a thread reads it, so that a stop is heard while the function computes."""

from __future__ import annotations

import os
import queue
import signal
import threading
from multiprocessing.connection import Connection
from types import FrameType

from hopslab.experiment.training import messages as m
from hopslab.experiment.trial import TrialPruned, TrialStopped
from hopslab.experiment.wire import ProtocolError

# Seconds that a function has to end after a stop; one that is inside a library's code may not hear it.
GRACE = 3.0


class Line:
    """The driver, as the one function of this process sees it; made by the main thread."""

    def __init__(self, connection: Connection[bytes, bytes]) -> None:
        self._connection = connection
        self._answers: queue.SimpleQueue[m.Verdict | None] = queue.SimpleQueue()
        self._main = threading.get_ident()
        self._inside = False
        self._stopping = False
        self._released = threading.Event()
        self._reader = threading.Thread(target=self._read, name="hopslab-driver", daemon=True)

    def listen(self) -> None:
        """Begin to hear what the driver says."""
        signal.signal(signal.SIGUSR1, self._on_signal)
        self._reader.start()

    def _read(self) -> None:
        try:
            while True:
                match m.decode(self._connection.recv_bytes()):
                    case m.Verdict() as verdict:
                        self._answers.put(verdict)
                    case m.Stop():
                        self._interrupt()
                    case m.End():
                        self._released.set()
        except (EOFError, OSError, ProtocolError):
            self._answers.put(None)
            self._interrupt()
            self._released.set()

    def _interrupt(self) -> None:
        if self._stopping:
            return
        self._stopping = True
        if self._inside:
            signal.pthread_kill(self._main, signal.SIGUSR1)
            force = threading.Timer(GRACE, self._force)
            force.daemon = True
            force.start()

    def _force(self) -> None:
        if self._inside or not self._released.is_set():
            os._exit(1)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        """Break into the function, in whatever it waits."""
        if self._stopping and self._inside:
            self._inside = False
            raise TrialStopped

    def begin(self) -> None:
        """The function is about to be called; from here a stop breaks in."""
        self._inside = True
        if self._stopping:
            raise TrialStopped

    def end(self) -> None:
        """The function has ended."""
        self._inside = False

    def report(self, value: float, step: int) -> None:
        """Send a value and obey what the driver makes of it."""
        if self._stopping:
            raise TrialStopped
        self.tell(m.Report(value, step))
        match self._answers.get():
            case m.Verdict("prune"):
                raise TrialPruned
            case m.Verdict("stop") | None:
                raise TrialStopped

    def tell(self, message: m.Message) -> None:
        """Send, unless the driver has gone."""
        try:
            self._connection.send_bytes(m.encode(message))
        except OSError:
            self._released.set()

    def wait_for_end(self) -> None:
        """Stay until nobody needs this worker: a framework takes one that leaves early for lost."""
        self._released.wait()
