"""The executors of a running session, fewer and more while it runs: Spark gives up none and starts none by itself.

Embedded, each executor has a Worker of Spark's own cluster inside the driver. One that is killed by accident is
replaced on its Worker; one that is released is not, because the cluster is told before how many there are to be.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hopslab.lease.processes import session_members

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

GRACE = 5.0
LOOK = 0.05


def _parents(pids: Iterable[int]) -> dict[int, int]:
    parents = {}
    for pid in pids:
        with contextlib.suppress(OSError, ValueError, IndexError):
            parents[pid] = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return parents


def _executor_of(pid: int) -> str | None:
    """The executor's number, where the process is an executor's JVM."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return arguments[arguments.index(b"--executor-id") + 1].decode()
    return None


def executor_processes(session: int) -> dict[str, set[int]]:
    """The processes of each living executor of a session (in the system's sense): its JVM and all below it."""
    members = session_members(session)
    parents = _parents(members)
    found = {name: {pid} for pid in members if (name := _executor_of(pid)) is not None}
    for pids in found.values():
        while more := {pid for pid, parent in parents.items() if parent in pids} - pids:
            pids |= more
    return found


class Executors:
    """How many executors a session may have, and which. Called by one thread at a time.

    Args:
        session: What they belong to.
        system: The session of processes that the driver began.
        cores: Of each executor.
        memory: Of each executor in MiB, as its Worker counts it.
        count: How many the session was started with.
    """

    def __init__(self, session: SparkSession, system: int, cores: int, memory: int, count: int) -> None:
        context: Any = session.sparkContext
        self._jvm = context._jvm
        self._spark = context._jsc.sc()
        self._system = system
        self._cores, self._memory = cores, memory
        self._released: set[str] = set()
        self._workers = self.count = count

    def ids(self) -> list[str]:
        """The numbers of those that Spark can use now; none where its driver has ended."""
        try:
            named: str = self._spark.getExecutorIds().mkString(",")
        except Exception:  # py4j's many ways to say that nobody is there
            return []
        return [name for name in named.split(",") if name and name not in self._released]

    def release(self, ids: Sequence[str]) -> int:
        """End some and wait until their processes are gone; what runs on them Spark runs elsewhere.

        Returns:
            How many are left.
        """
        ids = [name for name in ids if name not in self._released]
        self.count = max(0, self.count - len(ids))
        # First how many there are to be, so that none of them is replaced.
        self._ask_for(self.count)
        self._kill(ids)
        self._await_end(set(ids))
        return self.count

    def _await_end(self, ids: set[str]) -> None:
        began = time.monotonic()
        gone: set[int] = set()
        while True:
            living = executor_processes(self._system)
            ours = {pid for name in ids & living.keys() for pid in living[name]}
            gone |= ours
            # Those whose JVM has ended before them belong to nobody that could be seen.
            left = gone.intersection(session_members(self._system))
            surplus = sorted(living.keys() - ids - self._released, key=int)[self.count :]
            if not left and not surplus:
                return
            if surplus:  # one that was lost just then was replaced before the cluster knew better
                self._kill(surplus)
                ids |= set(surplus)
            if time.monotonic() - began > GRACE:
                for pid in left:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            time.sleep(LOOK)

    def grow(self, to: int) -> None:
        """Have so many; they come by themselves."""
        if to <= self.count:
            return
        self.count = to
        self._ask_for(to)
        while self._workers < to:
            self._workers += 1
            self._add_worker(self._workers)

    def _ask_for(self, count: int) -> None:
        none = self._jvm.org.apache.spark.api.python.PythonUtils.toScalaMap(self._jvm.java.util.HashMap())
        self._spark.requestTotalExecutors(count, 0, none)

    def _kill(self, ids: Sequence[str]) -> None:
        names = self._jvm.java.util.ArrayList()
        for name in ids:
            names.add(name)
        self._released.update(ids)
        backend = self._spark.schedulerBackend()
        # Neither fewer than asked for (that is said already) nor a task's failure, and whatever runs there.
        backend.killExecutors(
            self._jvm.org.apache.spark.api.python.PythonUtils.toSeq(names), False, False, True
        )

    def _add_worker(self, number: int) -> None:
        """As the local cluster itself starts its Workers, which has no door for more of them."""
        backend = self._spark.schedulerBackend()
        masters = backend.getClass().getDeclaredField("masters")
        masters.setAccessible(True)
        self._jvm.org.apache.spark.deploy.worker.Worker.startRpcEnvAndEndpoint(
            "127.0.0.1",
            0,
            0,
            self._cores,
            self._memory,
            masters.get(backend),
            None,
            self._jvm.scala.Some(number),
            self._spark.conf(),
            getattr(getattr(self._jvm, "scala.None$"), "MODULE$"),
        )
