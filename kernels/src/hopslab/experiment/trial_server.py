"""The driver's side of the line: a small server on the loopback that workers pull trials from."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from hopslab.experiment import protocol as p
from hopslab.experiment.coordinator import Coordinator
from hopslab.experiment.reads import Read, as_told
from hopslab.experiment.wire import Door, Line, ProtocolError, hang_up

# Seconds after a worker's end in which its executor's end may prove to be that of all: a dead driver's executors
# go one after the other, and the word of its end comes by another line.
COLLAPSE = 1.0


@dataclass(eq=False)
class _Worker:
    connection: Line
    executor: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)
    collapsed: threading.Event = field(default_factory=threading.Event)

    def send(self, message: p.Message) -> None:
        with self.lock:
            self.connection.send_bytes(p.encode(message))


class TrialServer:
    """Serves one sweep's workers until it is closed.

    Args:
        coordinator: The sweep.
        setup: What every worker gets first.
        function: The pickled function.
        host: Address to listen on; workers of a cluster need one they can reach.
        on_read: Called with files that trials have opened; from any thread.
    """

    def __init__(
        self,
        coordinator: Coordinator,
        setup: p.Setup,
        function: bytes,
        host: str = "127.0.0.1",
        on_read: Callable[[list[Read]], None] = lambda _reads: None,
    ) -> None:
        self._coordinator = coordinator
        self._on_read = on_read
        self._setup = setup
        self._function = function
        self._workers: set[_Worker] = set()
        self._lock = threading.Lock()
        self._door = Door(self._serve, "hopslab-trials", host)
        self.key, self.address = self._door.key, self._door.address

    def _serve(self, connection: Line) -> None:
        worker = _Worker(connection)
        with self._lock:
            self._workers.add(worker)
        try:
            self._talk(worker)
        finally:
            self._lose(worker)
            with self._lock:
                self._workers.discard(worker)

    def _talk(self, worker: _Worker) -> None:
        hello = p.decode(worker.connection.recv_bytes())
        if not isinstance(hello, p.Hello) or hello.version != p.VERSION:
            raise ProtocolError("a worker of another version")
        worker.executor = hello.executor
        worker.send(self._setup)
        worker.connection.send_bytes(self._function)
        while True:
            match p.decode(worker.connection.recv_bytes()):
                case p.Next():
                    if not self._hand_out(worker):
                        return
                case p.Report(number, value, step):
                    worker.send(p.Verdict(self._coordinator.report(worker, number, value, step)))
                case p.Ended() as ended:
                    self._on_read(as_told(ended.read))
                    self._coordinator.ended(worker, ended)
                case other:
                    raise ProtocolError(f"a worker said {type(other).__name__}")

    def _hand_out(self, worker: _Worker) -> bool:
        while True:
            order = self._coordinator.next(worker, worker.executor, timeout=0.5)
            if order == "end":
                worker.send(p.End())
                return False
            if order == "wait":
                if worker.connection.poll(0):
                    return False  # a waiting worker says nothing, so this is its end
                continue
            worker.send(p.Run(order.number, order.attempt, order.params))
            if self._coordinator.stopping is not None:
                self._tell_stop(worker)  # the first word may have come before the trial
            return True

    def _lose(self, worker: _Worker) -> None:
        if self._coordinator.running_on(worker) is not None:
            worker.collapsed.wait(COLLAPSE)
        self._coordinator.lost(worker, blameless=worker.collapsed.is_set())

    def collapse(self) -> None:
        """Take every worker that has come so far for lost, and no trial to be at fault."""
        with self._lock:
            workers = list(self._workers)
        for worker in workers:
            worker.collapsed.set()
            hang_up(worker.connection)

    def tell_stop(self) -> None:
        """Tell every running trial to stop; told again, a trial that knows goes on ending."""
        with self._lock:
            workers = list(self._workers)
        for worker in workers:
            self._tell_stop(worker)

    def tell_stop_of(self, number: int) -> None:
        """Tell one running trial to stop; told again, it goes on ending."""
        with self._lock:
            workers = list(self._workers)
        for worker in workers:
            self._tell_stop(worker, number)

    def _tell_stop(self, worker: _Worker, only: int | None = None) -> None:
        number = self._coordinator.running_on(worker)
        if number is not None and only in (None, number):
            with contextlib.suppress(OSError):
                worker.send(p.Stop(number))

    def running(self) -> dict[str, list[int]]:
        """The trials that run on each executor that has workers."""
        with self._lock:
            workers = [(worker, worker.executor) for worker in self._workers if worker.executor]
        found: dict[str, list[int]] = {}
        for worker, executor in workers:
            number = self._coordinator.running_on(worker)
            found.setdefault(executor, []).extend([] if number is None else [number])
        return found

    @property
    def workers(self) -> int:
        """How many workers are connected."""
        with self._lock:
            return len(self._workers)

    def close(self) -> None:
        """Accept nobody more and end every connection."""
        self._door.close()
        with self._lock:
            workers = list(self._workers)
        for worker in workers:
            hang_up(worker.connection)
