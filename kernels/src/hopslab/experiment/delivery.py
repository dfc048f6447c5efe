"""Delivery of a sweep to the platform: into the spool first, then in batches, for as long as it takes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import astuple
from typing import Any

from hopslab.errors import HopslabError
from hopslab.experiment.curve import MOST_POINTS, Point
from hopslab.experiment.records import SweepState, TrialRecord
from hopslab.experiment.spool import Entry, Spool
from hopslab.rest import Rest, segment

HEARTBEAT = 1.0
GATHER = 0.2
BATCH_TRIALS = 500
BATCH_BYTES = 512 * 1024
BATCH_POINTS = 5000
LONGEST_PAUSE = 5.0

Report = dict[str, Any]
Key = tuple[int, int]


class Delivery:
    """Delivers one sweep. ``put`` and ``finish`` may be called from any thread and never wait for the network.

    The platform keeps reports by (trial, attempt), so that one that is sent again changes nothing.

    Args:
        rest: The platform.
        spool: What is not confirmed; removed once everything is.
        on_stop: Called with the reason when the platform says that the sweep has to stop; may be called again.
        on_answer: Called with each answer to a batch or a heartbeat, until the sweep has ended; has to be quick.
    """

    def __init__(
        self,
        rest: Rest,
        spool: Spool,
        on_stop: Callable[[str], None] = lambda _reason: None,
        on_answer: Callable[[Report], None] = lambda _answer: None,
    ) -> None:
        self._rest = rest
        self._spool = spool
        self._on_stop = on_stop
        self._on_answer = on_answer
        self._entry: Entry = {}
        self._id: str | None = None
        self._pending: dict[Key, Report] = {}
        self._points: dict[Key, list[Report]] = {}
        self._spooled: dict[Key, str] = {}
        self._epoch = 1
        self._finish: Report | None = None
        self._made_of: Report | None = None
        self._largest_batch = BATCH_TRIALS
        self._sent: tuple[dict[Key, Report], dict[Key, list[Report]]] = {}, {}
        self._last = 0.0
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._answered = threading.Event()
        self._over = threading.Event()
        self.refusal: HopslabError | None = None
        self._thread = threading.Thread(target=self._run, name="hopslab-delivery", daemon=True)

    def begin(self, key: str, body: Report) -> None:
        """Register the sweep under an idempotency key; the thread starts."""
        self._entry = {"kind": "experiment", "key": key, "body": body}
        self._spool.append(self._entry, durable=True)
        self._thread.start()

    def resume(self, experiment: str, epoch: int) -> None:
        """Deliver to an experiment that was resumed, as its driver of that number; the thread starts."""
        self._id, self._epoch = experiment, epoch
        self._spool.append({"kind": "registered", "id": experiment, "epoch": epoch}, durable=True)
        self._answered.set()
        self._thread.start()

    def take_over(self, entries: list[Entry]) -> bool:
        """Deliver what a dead kernel left; False where there is nothing to deliver."""
        for entry in entries:
            self._take(entry)
        if not self._entry and self._id is None:
            return False
        if self._finish is None:
            reason = "The kernel ended before the sweep did."
            self._finish = {"state": "failed", "reason": reason}
            for report in self._pending.values():
                if report["state"] in ("queued", "running"):
                    report.update(state="stopped", reason=reason)
        self._thread.start()
        return True

    def _take(self, entry: Entry) -> None:
        match entry.get("kind"):
            case "experiment":
                self._entry = entry
            case "registered":
                self._id, self._epoch = entry["id"], entry.get("epoch", 1)
            case "trial":
                self._pending[entry["report"]["number"], entry["report"]["attempt"]] = entry["report"]
            case "point":
                self._add(Point(*entry["point"]))
            case "made of":
                self._made_of = entry["report"]
            case "finish":
                self._finish = entry["report"]

    def put(self, record: TrialRecord) -> None:
        """Take a trial's new state."""
        report = record.to_contract()
        key = (record.number, record.attempt)
        with self._lock:
            new_state = self._spooled.get(key) != record.state
            self._spooled[key] = record.state
            self._pending[key] = report
        if new_state:
            self._spool.append({"kind": "trial", "report": report}, durable=record.ended_at is not None)

    def point(self, point: Point) -> None:
        """Take a value on the way."""
        self._add(point)
        self._spool.append({"kind": "point", "point": list(astuple(point))})

    def _add(self, point: Point) -> None:
        one = {"index": point.index, "step": point.step, "value": point.value}
        with self._lock:
            self._points.setdefault((point.number, point.attempt), []).append(one)

    def made_of(self, report: Report) -> None:
        """Say what the sweep is made of, instead of what was said before."""
        self._spool.append({"kind": "made of", "report": report})
        with self._lock:
            self._made_of = dict(report)
        self._wake.set()

    def finish(self, state: SweepState, reason: str | None) -> None:
        """Say how the sweep ended, after everything that was put."""
        report: Report = {"state": state}
        if reason:
            report["reason"] = reason[:1000]
        self._spool.append({"kind": "finish", "report": report}, durable=True)
        with self._lock:
            self._finish = report
        self._wake.set()

    def registered(self, timeout: float) -> str | None:
        """Wait for the platform's first answer: the experiment's id, None where none came yet.

        Raises:
            HopslabError: the platform refuses the sweep.
        """
        self._answered.wait(timeout)
        if self.refusal is not None and self._id is None:
            raise self.refusal
        return self._id

    @property
    def experiment(self) -> str | None:
        """The experiment's id, once it is registered."""
        return self._id

    @property
    def over(self) -> bool:
        """Whether nothing is left to deliver, or everything was refused."""
        return self._over.is_set()

    def join(self, timeout: float) -> bool:
        """Wait until all is delivered (True) or refused for good (False), or for so long (False)."""
        return self._over.wait(timeout) and self.refusal is None

    def abandon(self) -> None:
        """Stop delivering; the spool stays for a later kernel."""
        self._over.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self._spool.close()

    def _run(self) -> None:
        pause = GATHER
        while not self._over.is_set():
            try:
                self._step()
                pause = GATHER
            except HopslabError as error:
                if error.retriable:
                    pause = min(pause * 2, LONGEST_PAUSE)
                else:
                    self._refused(error)
            self._wake.wait(pause)
            self._wake.clear()

    def _step(self) -> None:
        if self._id is None:
            self._register()
        if self._made_of is not None:
            self._tell_made_of(self._made_of)
        batch = self._batch()
        alone = bool(batch) and self._largest_batch == 1
        points = {} if alone else self._some_points(len(batch))
        self._sent = batch, points
        if batch or points or (self._finish is None and time.monotonic() - self._last >= HEARTBEAT):
            self._send(batch, points)
        elif self._finish is not None:
            self._call("/finish", self._finish)
            self._spool.remove()
            self._over.set()

    def _register(self) -> None:
        answer = self._rest.in_project(
            "POST", "/experiments", self._entry["body"], idempotency_key=self._entry["key"]
        )
        self._id = str(answer["id"])
        self._spool.append({"kind": "registered", "id": self._id}, durable=True)
        self._answered.set()

    def _tell_made_of(self, report: Report) -> None:
        address = f"/experiments/{segment(self._id or '')}/provenance"
        try:
            self._rest.in_project("PUT", address, {**report, "epoch": self._epoch})
        except HopslabError as error:
            if error.retriable:
                raise
            # Refused for good, it keeps no trial back; those are refused for the same reason, if there is one.
        with self._lock:
            if self._made_of is report:
                self._made_of = None

    def _call(self, path: str, body: Report) -> Any:
        address = f"/experiments/{segment(self._id or '')}{path}"
        return self._rest.in_project("POST", address, {**body, "epoch": self._epoch})

    def _batch(self) -> dict[Key, Report]:
        chosen: dict[Key, Report] = {}
        size = 0
        with self._lock:
            for key, report in self._pending.items():
                size += len(json.dumps(report))
                if chosen and (size > BATCH_BYTES or len(chosen) >= self._largest_batch):
                    break
                chosen[key] = report
        return chosen

    def _some_points(self, trials: int) -> dict[Key, list[Report]]:
        """Points of trials, as far as there is room beside so many trials' reports."""
        chosen: dict[Key, list[Report]] = {}
        room = BATCH_POINTS - trials
        with self._lock:
            for key, points in self._points.items():
                if room <= 0 or len(chosen) >= self._largest_batch:
                    break
                chosen[key] = points[: min(room, MOST_POINTS)]
                room -= len(chosen[key])
        return chosen

    def _send(self, batch: dict[Key, Report], points: dict[Key, list[Report]]) -> None:
        curves = [
            {"number": number, "attempt": attempt, "points": some}
            for (number, attempt), some in points.items()
        ]
        answer = self._call("/trials/batch", {"trials": list(batch.values()), "curves": curves})
        self._last = time.monotonic()
        with self._lock:
            for key, some in points.items():
                del self._points[key][: len(some)]
                if not self._points[key]:
                    del self._points[key]
            for key, report in batch.items():
                if self._pending.get(key) is report:
                    del self._pending[key]
            more = bool(self._pending or self._points)
        if more or self._finish is not None:
            self._wake.set()
        # "failed" may be only what the platform presumes of a kernel it has not heard for long.
        if answer["state"] in ("stopping", "stopped") and self._finish is None:
            self._on_stop("Stopped on request.")
        if self._finish is None:
            self._on_answer(answer)

    def _refused(self, error: HopslabError) -> None:
        batch, points = self._sent
        if error.code == "request.invalid" and self._id is not None and (batch or points):
            if self._largest_batch == 1:
                with self._lock:
                    for key, report in batch.items():
                        if self._pending.get(key) is report:
                            del self._pending[key]
                    for key in points:
                        self._points.pop(key, None)
            self._largest_batch = 1  # find the one that is at fault
            self._wake.set()
            return
        self.refusal = error
        if self._id is not None or self._pending:
            self._spool.set_aside()
            self._on_stop(error.detail)
        else:
            self._spool.remove()
        self._answered.set()
        self._over.set()
