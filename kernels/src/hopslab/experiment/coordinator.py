"""Which trial runs where and what became of it: the sweep's state, without any network.

    queued --next--> running --ended--> complete | pruned | failed | stopped
       ^                |
       +--lost, moved---+      as the next attempt; at the second loss that may be the trial's doing it has failed

A trial that has ended never changes again; what a worker says of a trial that it no longer has changes nothing.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from hopslab.experiment.curve import Curve, Point
from hopslab.experiment.front import Front
from hopslab.experiment.optimiser import Optimiser
from hopslab.experiment.protocol import Ended
from hopslab.experiment.records import ENDED, SweepState, TrialRecord, TrialState, now
from hopslab.experiment.space import Params
from hopslab.experiment.tally import Tally
from hopslab.experiment.usage import used

MAX_LOSSES = 2
MAX_ATTEMPTS = 1000

Worker: TypeAlias = Hashable


@dataclass(frozen=True)
class Stand:
    """How a sweep stands."""

    planned: int
    counts: dict[TrialState, int]
    best: TrialRecord | None
    stopping: str | None
    paused: bool = False
    # How many trials no other dominates, where there are several metrics; there is no best one then.
    front: int | None = None

    @property
    def ended(self) -> int:
        """How many trials have ended, however."""
        return sum(count for state, count in self.counts.items() if state in ENDED)


class Coordinator:
    """Hands out trials and keeps their records. Safe to call from many threads.

    A trial whose worker is lost is queued once more as its next attempt, and again only where it was lost with all
    others. What it does for one trial costs the same however many there have been.

    Args:
        optimiser: Proposes and learns.
        planned: How many trials to run.
        metric: The metric's name, for what trials report on the way.
        maximize: Whether more is better.
        front: Of several metrics, and empty; None where there is one.
        known: Trials of an earlier driver and points that were picked by hand: those that have not ended are run first.
        on_change: Called with each new record, in order; has to be quick.
        on_point: Called with each value on the way that is kept; has to be quick.
    """

    def __init__(
        self,
        optimiser: Optimiser,
        *,
        planned: int,
        metric: str,
        maximize: bool,
        front: Front | None = None,
        known: Iterable[TrialRecord] = (),
        on_change: Callable[[TrialRecord], None] = lambda _record: None,
        on_point: Callable[[Point], None] = lambda _point: None,
    ) -> None:
        self._optimiser = optimiser
        self._planned = planned
        self._metric = metric
        self._on_change = on_change
        self._on_point = on_point
        self._tally = Tally(maximize=maximize, front=front)
        self._records: dict[int, TrialRecord] = {}
        self._running: dict[int, Worker] = {}
        self._held: defaultdict[Worker, dict[int, None]] = defaultdict(dict)
        self._curves: dict[int, Curve] = {}
        self._losses: dict[int, int] = {}
        self._again: deque[int] = deque()
        self._stopping: str | None = None
        self._state: SweepState = "running"
        self._reason: str | None = None
        self._spent: str | None = None
        self._draining: str | None = None
        self._paused = False
        self._to_stop: dict[int, str] = {}
        self._why_pruned: dict[int, str] = {}
        self._leaving: frozenset[str] = frozenset()
        self._to_move: dict[int, str] = {}
        self._points: set[str] = set()
        self._change = threading.Condition(threading.RLock())
        for record in known:
            self._keep(record)
            if record.point is not None:
                self._points.add(record.point)
            if record.state not in ENDED:
                self._again.append(record.number)

    def next(self, worker: Worker, executor: str, timeout: float) -> TrialRecord | Literal["wait", "end"]:
        """The next trial for a free worker; ``wait`` where one may come yet, ``end`` where none will."""
        with self._change:
            for _ in range(2):
                if self._over():
                    return "end"
                queued = None if executor in self._leaving else self._take()
                if queued is not None:
                    self._hold(queued, worker)
                    return self._record(replace(queued, state="running", executor=executor, started_at=now()))
                self._change.wait(timeout)
            return "wait"

    def _over(self) -> bool:
        return self._why_ending() is not None or (
            len(self._records) >= self._planned and not (self._again or self._running)
        )

    def _why_ending(self) -> str | None:
        return self._stopping or self._draining

    def _take(self) -> TrialRecord | None:
        if self._paused:
            return None
        if self._again:
            return self._records[self._again.popleft()]
        if len(self._records) >= self._planned:
            return None
        number, params = self._optimiser.ask()
        return TrialRecord(number=number, state="queued", params=params)

    def report(self, worker: Worker, number: int, value: float, step: int) -> Literal["go", "prune", "stop"]:
        """Note a value of a running trial and say what becomes of it."""
        with self._change:
            ends = self._stopping is not None or number in self._to_stop or number in self._to_move
            if self._running.get(number) != worker or ends:
                return "stop"
            record = self._records[number]
            point = self._curves[number].add(value, step)
            if point is not None:
                self._on_point(point)
            self._record(replace(record, metrics={**record.metrics, self._metric: value}))
            why = self._optimiser.report(number, value, step)
            if why is not None:
                self._why_pruned[number] = why
            return "go" if why is None else "prune"

    def ended(self, worker: Worker, ended: Ended) -> None:
        """Note how a trial ended. One that the worker no longer has changes nothing."""
        with self._change:
            if self._running.get(ended.number) != worker:
                return
            record = self._records[ended.number]
            if ended.state == "stopped" and self._moves(ended.number):
                self._again_as_next(record, self._to_move[ended.number])
                return
            reason = ended.reason
            if ended.state == "pruned" and reason is None:
                reason = self._why_pruned.get(ended.number, "The function gave it up itself.")
            if ended.state == "stopped" and reason is None:
                reason = self._to_stop.get(ended.number) or self._stopping
            self._end(
                replace(
                    record,
                    state=ended.state,
                    value=ended.value,
                    metrics={**record.metrics, **ended.metrics},
                    reason=reason,
                    traceback=ended.traceback,
                    usage=used(ended.usage, ended.gpu),
                )
            )
            if ended.misused and not self._tally.count("complete"):
                self.fail(reason or "The function does not return the metric.")

    def lost(self, worker: Worker, *, blameless: bool = False, where: str | None = None) -> None:
        """A worker has gone; its trial, if it had one, is queued again or given up.

        Args:
            worker: Who has gone.
            blameless: It can't have been the trial's doing, so it is queued again in any case.
            where: Who that was for people; the executor where it is not given.
        """
        with self._change:
            for number in list(self._held.get(worker, ())):
                record = self._records[number]
                where = where or record.executor or "its executor"
                moved = self._to_move.get(number)
                self._losses[number] = self._losses.get(number, 0) + (not blameless and moved is None)
                ending = self._to_stop.get(number) or self._why_ending()
                if ending is not None:
                    self._end(replace(record, state="stopped", reason=ending))
                elif self._losses[number] >= MAX_LOSSES or record.attempt >= MAX_ATTEMPTS:
                    reason = f"{where} was lost while the trial ran, as before; it may need more memory than there is."
                    self._end(replace(record, state="failed", reason=reason))
                else:
                    self._again_as_next(record, moved or f"{where} was lost; the trial is run again.")

    def _again_as_next(self, record: TrialRecord, reason: str) -> None:
        self._release(record.number)
        self._again.append(record.number)
        again = replace(record, state="queued", attempt=record.attempt + 1, metrics={}, executor=None)
        self._record(replace(again, started_at=None, reason=reason))

    def _moves(self, number: int) -> bool:
        return number in self._to_move and number not in self._to_stop and self._why_ending() is None

    def leave(self, executors: Iterable[str]) -> None:
        """Hand out nothing to these executors, and to all others as ever; each call says which they are now."""
        with self._change:
            leaving = frozenset(executors)
            if leaving != self._leaving:
                self._leaving = leaving
                self._change.notify_all()

    def move(self, number: int, reason: str) -> bool:
        """Run a trial elsewhere, as its next attempt and through no fault of its own.

        Returns:
            Whether it runs, so that its worker has to be told.
        """
        with self._change:
            if number not in self._running or self._records[number].attempt >= MAX_ATTEMPTS:
                return False
            self._to_move[number] = reason
            return True

    def spend(self, reason: str) -> None:
        """The budget is spent: what has begun goes on to its end, nothing else is begun, and that is complete."""
        with self._change:
            if self._stopping is None and self._spent is None and len(self._records) < self._planned:
                begun = f"{len(self._records)} of {self._planned} trials were begun"
                self._spent = f"{reason}; {begun}."[:1000]
                self._planned = len(self._records)
                self._change.notify_all()

    def pause(self, paused: bool) -> None:
        """Hand out nothing until it goes on; what runs goes on."""
        with self._change:
            if self._paused != paused:
                self._paused = paused
                self._change.notify_all()

    def enqueue(self, params: Params, point: str) -> bool:
        """Try a point next that somebody picked, in addition to what is planned; each is taken once.

        Returns:
            Whether it is taken: not where it was before, or where nothing is begun any more.
        """
        with self._change:
            if point in self._points or self._over() or self._spent is not None:
                return False
            self._points.add(point)
            self._planned += 1
            number = self._optimiser.pick(params)
            self._again.append(number)
            self._record(TrialRecord(number, "queued", params, picked=True, point=point))
            return True

    def stop_trial(self, number: int, reason: str) -> bool:
        """Stop one trial for good; True where it runs, so that its worker has to be told."""
        with self._change:
            record = self._records.get(number)
            if record is None or record.state in ENDED:
                return False
            self._to_stop[number] = reason
            if number in self._running:
                return True
            self._again.remove(number)
            self._end(replace(record, state="stopped", reason=reason))
            return False

    def drain(self, reason: str) -> None:
        """Stop once what runs has ended: nothing more is handed out."""
        with self._change:
            if self._why_ending() is None:
                self._draining = reason[:1000]
                self._stop_waiting(self._draining)
            self._change.notify_all()

    def stop(self, reason: str) -> None:
        """Begin to stop: nothing new is handed out. Running trials are for the trial server to tell."""
        with self._change:
            if self._stopping is None:
                self._stopping = reason[:1000]
                self._stop_waiting(self._stopping)
            self._change.notify_all()

    def _stop_waiting(self, reason: str) -> None:
        while self._again:
            record = self._records[self._again.popleft()]
            self._end(replace(record, state="stopped", reason=reason))

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
            return next(iter(self._held.get(worker, ())), None)

    def begun(self, number: int) -> datetime | None:
        """Since when a trial runs."""
        with self._change:
            return self._records[number].started_at if number in self._running else None

    @property
    def waiting(self) -> int:
        """How many trials are still to be begun."""
        with self._change:
            return 0 if self._why_ending() else len(self._again) + max(0, self._planned - len(self._records))

    @property
    def stopping(self) -> str | None:
        """Why the sweep is being stopped, or None."""
        return self._stopping

    def stand(self) -> Stand:
        """How the sweep stands."""
        with self._change:
            ending = self._why_ending()
            tally = self._tally
            return Stand(self._planned, tally.counts, tally.best, ending, self._paused, tally.front)

    def records(self) -> list[TrialRecord]:
        """Every trial handed out so far, by number."""
        with self._change:
            return sorted(self._records.values(), key=lambda record: record.number)

    def verdict(self) -> tuple[SweepState, str | None]:
        """How the sweep ended, and why where it did not simply complete."""
        with self._change:
            if self._state == "failed":
                return self._state, self._reason
            ending = self._why_ending()
            if ending is not None:
                return "stopped", ending
            failed = self._tally.count("failed")
            if failed and failed == len(self._records) >= self._planned:
                return "failed", f"Every trial failed; the first: {self.records()[0].reason}"[:1000]
            return ("complete" if self._over() else "running"), self._spent

    def _hold(self, record: TrialRecord, worker: Worker) -> None:
        self._running[record.number] = worker
        self._held[worker][record.number] = None
        self._curves[record.number] = Curve(record.number, record.attempt)

    def _release(self, number: int) -> None:
        worker = self._running.pop(number, None)
        self._curves.pop(number, None)
        self._to_move.pop(number, None)
        self._why_pruned.pop(number, None)
        if worker is not None:
            self._held[worker].pop(number)
            if not self._held[worker]:
                del self._held[worker]

    def _end(self, record: TrialRecord) -> None:
        self._release(record.number)
        self._losses.pop(record.number, None)
        self._to_stop.pop(record.number, None)
        self._optimiser.tell(record.number, record.state, record.value, record.metrics)
        self._record(replace(record, ended_at=now()))

    def _keep(self, record: TrialRecord) -> None:
        self._tally.change(self._records.get(record.number), record)
        self._records[record.number] = record

    def _record(self, record: TrialRecord) -> TrialRecord:
        self._keep(record)
        self._on_change(record)
        self._change.notify_all()
        return record
