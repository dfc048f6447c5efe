"""The driver's side of the line: a small server on the loopback that workers pull trials from."""

from __future__ import annotations

import contextlib
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener, answer_challenge, deliver_challenge

from hopslab.experiment import protocol as p
from hopslab.experiment.coordinator import Coordinator
from hopslab.experiment.reads import Read, as_told

# Seconds after a worker's end in which its executor's end may prove to be that of all: a dead driver's executors
# go one after the other, and the word of its end comes by another line.
COLLAPSE = 1.0


@dataclass(eq=False)
class _Worker:
    connection: Connection[bytes, bytes]
    executor: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)
    collapsed: threading.Event = field(default_factory=threading.Event)

    def send(self, message: p.Message) -> None:
        with self.lock:
            self.connection.send_bytes(p.encode(message))

    def hang_up(self) -> None:
        # Not close(): another thread reads from it.
        with (
            contextlib.suppress(OSError),
            socket.fromfd(self.connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as line,
        ):
            line.shutdown(socket.SHUT_RDWR)


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
        self.key = secrets.token_bytes(32)
        self._coordinator = coordinator
        self._on_read = on_read
        self._setup = setup
        self._function = function
        self._workers: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        # No key here: the challenge is made in each worker's thread, so that a silent caller delays nobody.
        self._listener = Listener((host, 0), family="AF_INET", backlog=128)
        self.address: tuple[str, int] = (host, self._listener.address[1])
        threading.Thread(target=self._accept, name="hopslab-trials", daemon=True).start()

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection = self._listener.accept()
            except (OSError, EOFError):
                continue
            if self._closed:
                connection.close()
                break
            threading.Thread(target=self._serve, args=(_Worker(connection),), daemon=True).start()
        self._listener.close()

    def _serve(self, worker: _Worker) -> None:
        with worker.connection, contextlib.suppress(OSError, EOFError, AuthenticationError, p.ProtocolError):
            deliver_challenge(worker.connection, self.key)
            answer_challenge(worker.connection, self.key)
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
            raise p.ProtocolError("a worker of another version")
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
                    raise p.ProtocolError(f"a worker said {type(other).__name__}")

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
            worker.hang_up()

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

    @property
    def workers(self) -> int:
        """How many workers are connected."""
        with self._lock:
            return len(self._workers)

    def close(self) -> None:
        """Accept nobody more and end every connection."""
        self._closed = True
        with contextlib.suppress(OSError):  # a call of our own ends the wait for the next caller
            socket.create_connection(self.address, timeout=1).close()
        with self._lock:
            workers = list(self._workers)
        for worker in workers:
            worker.hang_up()
