"""Which trial runs where and what became of it: the sweep's state, without any network."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeAlias

from hopslab.experiment.protocol import Ended
from hopslab.experiment.records import ENDED, SweepState, TrialRecord, TrialState, now
from hopslab.experiment.space import Params

MAX_ATTEMPTS = 2

Worker: TypeAlias = Hashable


class Optimiser(Protocol):
    """What the coordinator needs of a study."""

    def ask(self) -> tuple[int, Params]:
        """The next trial's number, counted from 0, and hyperparameters."""

    def report(self, number: int, value: float, step: int) -> bool:
        """Note a value; True where the trial is to be pruned."""

    def tell(self, number: int, state: TrialState, value: float | None) -> None:
        """Note an end."""


@dataclass(frozen=True)
class Stand:
    """How a sweep stands."""

    planned: int
    counts: dict[TrialState, int]
    best: TrialRecord | None
    stopping: str | None

    @property
    def ended(self) -> int:
        """How many trials have ended, however."""
        return sum(count for state, count in self.counts.items() if state in ENDED)


class Coordinator:
    """Hands out trials and keeps their records. Safe to call from many threads.

    A trial whose worker is lost is queued once more as its second attempt, and again only where that one was lost
    with all others.

    Args:
        optimiser: Proposes and learns.
        planned: How many trials to run.
        metric: The metric's name, for what trials report on the way.
        maximize: Whether more is better.
        on_change: Called with each new record, in order; has to be quick.
    """

    def __init__(
        self,
        optimiser: Optimiser,
        *,
        planned: int,
        metric: str,
        maximize: bool,
        on_change: Callable[[TrialRecord], None] = lambda _record: None,
    ) -> None:
        self._optimiser = optimiser
        self._planned = planned
        self._metric = metric
        self._maximize = maximize
        self._on_change = on_change
        self._records: dict[int, TrialRecord] = {}
        self._running: dict[int, Worker] = {}
        self._again: deque[int] = deque()
        self._stopping: str | None = None
        self._state: SweepState = "running"
        self._reason: str | None = None
        self._change = threading.Condition(threading.RLock())

    def next(self, worker: Worker, executor: str, timeout: float) -> TrialRecord | Literal["wait", "end"]:
        """The next trial for a free worker; ``wait`` where one may come yet, ``end`` where none will."""
        with self._change:
            for _ in range(2):
                if self._over():
                    return "end"
                queued = self._take()
                if queued is not None:
                    self._running[queued.number] = worker
                    return self._record(replace(queued, state="running", executor=executor, started_at=now()))
                self._change.wait(timeout)
            return "wait"

    def _over(self) -> bool:
        return self._stopping is not None or (
            len(self._records) == self._planned and not (self._again or self._running)
        )

    def _take(self) -> TrialRecord | None:
        if self._again:
            return self._records[self._again.popleft()]
        if len(self._records) == self._planned:
            return None
        number, params = self._optimiser.ask()
        return TrialRecord(number=number, state="queued", params=params)

    def report(self, worker: Worker, number: int, value: float, step: int) -> Literal["go", "prune", "stop"]:
        """Note a value of a running trial and say what becomes of it."""
        with self._change:
            if self._running.get(number) != worker or self._stopping is not None:
                return "stop"
            record = self._records[number]
            self._record(replace(record, metrics={**record.metrics, self._metric: value}))
            return "prune" if self._optimiser.report(number, value, step) else "go"

    def ended(self, worker: Worker, ended: Ended) -> None:
        """Note how a trial ended. One that the worker no longer has changes nothing."""
        with self._change:
            if self._running.get(ended.number) != worker:
                return
            record = self._records[ended.number]
            reason = ended.reason
            if ended.state == "stopped" and reason is None:
                reason = self._stopping
            self._end(
                replace(
                    record,
                    state=ended.state,
                    value=ended.value,
                    metrics={**record.metrics, **ended.metrics},
                    reason=reason,
                    traceback=ended.traceback,
                )
            )
            if ended.misused and not any(r.state == "complete" for r in self._records.values()):
                self.fail(reason or "The function does not return the metric.")

    def lost(self, worker: Worker, *, blameless: bool = False) -> None:
        """A worker has gone; its trial, if it had one, is queued again or given up.

        Args:
            worker: Who has gone.
            blameless: It can't have been the trial's doing, so it is queued again in any case.
        """
        with self._change:
            for number in [number for number, owner in self._running.items() if owner == worker]:
                record = self._records[number]
                where = record.executor or "its executor"
                if self._stopping is not None:
                    self._end(replace(record, state="stopped", reason=self._stopping))
                elif record.attempt >= MAX_ATTEMPTS and not blameless:
                    reason = f"{where} was lost while the trial ran, as before; it may need more memory than there is."
                    self._end(replace(record, state="failed", reason=reason))
                else:
                    del self._running[number]
                    self._again.append(number)
                    again = replace(
                        record,
                        state="queued",
                        attempt=min(record.attempt + 1, MAX_ATTEMPTS),
                        metrics={},
                        executor=None,
                    )
                    self._record(
                        replace(again, started_at=None, reason=f"{where} was lost; the trial is run again.")
                    )

    def stop(self, reason: str) -> None:
        """Begin to stop: nothing new is handed out. Running trials are for the trial server to tell."""
        with self._change:
            if self._stopping is None:
                self._stopping = reason[:1000]
                while self._again:
                    record = self._records[self._again.popleft()]
                    self._end(replace(record, state="stopped", reason=self._stopping))
            self._change.notify_all()

    def fail(self, reason: str) -> None:
        """Begin to stop because going on makes no sense; the sweep ends as failed."""
        with self._change:
            self._state, self._reason = "failed", reason[:1000]
            self.stop(reason)

    def give_up(self) -> None:
        """End what still runs: its workers did not end it in time."""
        with self._change:
            self.stop("stopped")
            for number in list(self._running):
                reason = f"{self._stopping} (ended by force)"
                self._end(replace(self._records[number], state="stopped", reason=reason))

    def wait(self, timeout: float) -> bool:
        """Wait for the end of every trial; True where it has come."""
        with self._change:
            return self._change.wait_for(lambda: self._over() and not self._running, timeout)

    def running_on(self, worker: Worker) -> int | None:
        """The number of the trial that a worker runs."""
        with self._change:
            return next((number for number, owner in self._running.items() if owner == worker), None)

    @property
    def stopping(self) -> str | None:
        """Why the sweep is being stopped, or None."""
        return self._stopping

    def stand(self) -> Stand:
        """How the sweep stands."""
        with self._change:
            counts: dict[TrialState, int] = {}
            for record in self._records.values():
                counts[record.state] = counts.get(record.state, 0) + 1
            return Stand(self._planned, counts, self._best(), self._stopping)

    def records(self) -> list[TrialRecord]:
        """Every trial handed out so far, by number."""
        with self._change:
            return sorted(self._records.values(), key=lambda record: record.number)

    def verdict(self) -> tuple[SweepState, str | None]:
        """How the sweep ended, and why where it did not simply complete."""
        with self._change:
            if self._state == "failed":
                return self._state, self._reason
            if self._stopping is not None:
                return "stopped", self._stopping
            failed = [record for record in self.records() if record.state == "failed"]
            if failed and len(failed) == self._planned:
                return "failed", f"Every trial failed; the first: {failed[0].reason}"[:1000]
            return ("complete" if self._over() else "running"), None

    def _best(self) -> TrialRecord | None:
        complete = [record for record in self._records.values() if record.value is not None]
        sign = 1 if self._maximize else -1
        return max(complete, key=lambda r: (sign * (r.value or 0.0), -r.number), default=None)

    def _end(self, record: TrialRecord) -> None:
        self._running.pop(record.number, None)
        self._optimiser.tell(record.number, record.state, record.value)
        self._record(replace(record, ended_at=now()))

    def _record(self, record: TrialRecord) -> TrialRecord:
        self._records[record.number] = record
        self._on_change(record)
        self._change.notify_all()
        return record
