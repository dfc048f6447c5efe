"""One attempt at a distributed training: its workers come, compute and go together."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from hopslab.experiment.training.crew import last_words, make_crew, make_orders
from hopslab.experiment.training.messages import Come, Done, Start
from hopslab.experiment.training.team import Judgement, Team
from hopslab.experiment.training.verdicts import Fault
from hopslab.settings import Settings

TICK = 0.1
# Seconds after a stop until what has not ended is ended by force.
GRACE = 5.0
GOODBYE = 4.0


@dataclass(frozen=True)
class Gone:
    """A worker was lost, or the workers did not come: ``where`` in words, ``why`` as far as it is known."""

    where: str
    why: str = ""


Fate: TypeAlias = Done | Gone | Literal["stopped", "forced"]


Watch: TypeAlias = Callable[[], bool]


class Attempt:
    """The workers of one attempt, from their start to their end; used with ``with``, by one thread.

    Args:
        settings: Of this kernel.
        workers: How many.
        gpus: How many GPUs each sees.
        report: Called with what rank 0 reports; answers what becomes of the training.
    """

    def __init__(
        self,
        settings: Settings,
        workers: int,
        gpus: int,
        report: Callable[[Attempt, float, int], Judgement],
    ) -> None:
        self._workers = workers
        self._team = Team(workers, lambda value, step: report(self, value, step))
        self._crew = make_crew(settings, workers)
        self._orders = make_orders(settings, self._team.address, self._team.key, gpus)
        self.begun = False

    def __enter__(self) -> Attempt:
        return self

    def __exit__(self, *_error: object) -> None:
        self._team.end(GOODBYE)
        self._crew.end()

    def assemble(self, watch: Watch, interrupt: Callable[[], None]) -> Fate | None:
        """Start the workers and wait until all have come (None).

        ``watch`` tells whether to go on, ``interrupt`` is told that a person has had enough.
        """
        try:
            self._crew.start(self._orders)
            while not self._team.assembled:
                if not watch():
                    return "stopped"
                lost = self._team.lost
                fault = f"{self._named(lost)} was lost" if lost is not None else self._crew.fault()
                if fault is not None and not self._team.assembled:
                    return Gone(fault.rstrip("."))
                self._team.wait(TICK)
        except KeyboardInterrupt:
            interrupt()
            return "stopped"
        return None

    def comers(self) -> list[Come]:
        """The workers, by rank."""
        return self._team.comers()

    def begin(self, start: Callable[[int], Start], function: bytes) -> None:
        """Let every worker call the function."""
        self.begun = True
        self._team.begin(start, function)

    def attend(self, watch: Watch, interrupt: Callable[[], None], leader_only: bool) -> Fate:
        """Wait for the end of the function in all workers, or in rank 0 where that is enough."""
        try:
            while watch():
                outcome = self._team.outcome(leader_only)
                if outcome is not None:
                    return self._fate(outcome)
                self._team.wait(TICK)
        except KeyboardInterrupt:
            interrupt()
        try:
            return self._stop()
        except KeyboardInterrupt:  # asked twice: no more waiting
            return "forced"

    def _stop(self) -> Fate:
        deadline = time.monotonic() + GRACE
        while not self._team.over:
            if time.monotonic() > deadline:
                return "forced"
            self._team.stop()
            self._team.wait(TICK)
        return "stopped"

    def _fate(self, outcome: Done | Fault) -> Fate:
        if isinstance(outcome, Done):
            return outcome
        who = self._named(outcome.rank)
        if outcome.done is None:
            return Gone(who, self._last_line(outcome.rank))
        if outcome.done.state == "failed":
            return replace(outcome.done, reason=f"{who}: {outcome.done.reason}"[:1000])
        return outcome.done

    def _named(self, rank: int) -> str:
        executors = {come.rank: come.executor for come in self._team.comers()}
        return f"worker {rank} of {self._workers} ({executors.get(rank, 'not there yet')})"

    def _last_line(self, rank: int) -> str:
        lines = last_words(Path(self._orders.logs), rank).splitlines()
        return f"its last words: {lines[-1].strip()[:300]}" if lines else ""
