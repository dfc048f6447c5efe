"""The worker's end of its line to the driver: orders in, reports out, and a stop that breaks into the function."""

from __future__ import annotations

import queue
import signal
import socket
import threading
from multiprocessing.connection import Connection
from types import FrameType

from hopslab.experiment import protocol as p
from hopslab.experiment.trial import TrialPruned, TrialStopped
from hopslab.experiment.wire import ProtocolError, hang_up


class Driver:
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
        """Begin to read what the driver says."""
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


def send_at_once(connection: Connection[bytes, bytes]) -> None:
    """Without delay: after what is not answered, the next message would wait 40 ms for TCP's acknowledgement."""
    with socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
