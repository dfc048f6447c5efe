"""The optimiser of a sweep: a search that proposes, and a pruner that judges."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hopslab.experiment.objectives import Direction, Objective
from hopslab.experiment.pruners import make_pruner
from hopslab.experiment.records import TrialRecord, TrialState
from hopslab.experiment.searches import Told, make_search
from hopslab.experiment.space import Params, Space


class Study:
    """Proposes hyperparameters and learns from results. One thread at a time.

    Args:
        space: A sound space.
        direction: Whether more of the metric is better.
        also: Further metrics, where there are several.
        algorithm: One of ``searches.ALGORITHMS``.
        pruner: As ``pruners.make_pruner`` takes it.
        seed: The same seed and the same results in the same order give the same proposals.
        known: Trials of an earlier driver of the same sweep, by number: ended ones are learnt from, others are expected
            to end here.
        curves: Steps and values that those reported, by number: pruners learn from them.
    """

    def __init__(
        self,
        space: Space,
        *,
        direction: Direction,
        also: Sequence[Objective] = (),
        algorithm: str,
        pruner: Any = None,
        seed: int | None = None,
        known: Iterable[TrialRecord] = (),
        curves: Mapping[int, Iterable[tuple[int, float]]] | None = None,
    ) -> None:
        seed = secrets.randbits(32) if seed is None else seed
        self._search = make_search(algorithm, space, seed, 1 + len(also))
        self._also = tuple(also)
        self._pruner = make_pruner(pruner)
        self._judge = pruner.partition(":")[0] if isinstance(pruner, str) else type(pruner).__name__
        self._sign = -1.0 if direction == "maximize" else 1.0
        self._asked: dict[int, Params] = {}
        self._reached: dict[int, tuple[int, float]] = {}
        self._next = 0
        # A grid counts what it proposes itself.
        self._counts_own = algorithm == "grid"
        self._picked = 0
        for record in known:
            self._asked[record.number] = record.params
            self._next = max(self._next, record.number + 1)
            self._picked += record.picked
            if record.ended_at is not None:
                for step, value in (curves or {}).get(record.number, ()):
                    self.report(record.number, value, step)
                self.tell(record.number, record.state, record.value, record.metrics)

    def ask(self) -> tuple[int, Params]:
        """The next trial's number and hyperparameters."""
        number, self._next = self._next, self._next + 1
        params = self._asked[number] = self._search.ask(number - self._picked * self._counts_own)
        return number, dict(params)

    def pick(self, params: Params) -> int:
        """A number for hyperparameters that somebody picked."""
        number, self._next = self._next, self._next + 1
        self._asked[number] = dict(params)
        self._picked += 1
        return number

    def report(self, number: int, value: float, step: int) -> str | None:
        """Note a value on the way; why the trial is not worth going on with, in words, or None.

        A step again or an earlier one, such as after a lost executor, is passed over.
        """
        reached = self._reached.get(number)
        if reached is not None and step <= reached[0]:
            return None
        loss = self._sign * value
        self._reached[number] = step, loss
        why = None if self._pruner is None else self._pruner.report(number, step, loss)
        return None if why is None else f"{self._judge}: {value:.6g} at step {step} is {why}."

    def tell(
        self, number: int, state: TrialState, value: float | None, metrics: Mapping[str, float] | None = None
    ) -> None:
        """Note how a trial ended: with which metric, and with which others where there are several."""
        params = self._asked.pop(number)
        reached = self._reached.pop(number, None)
        losses = self._losses(value, metrics or {}) if state == "complete" else None
        if self._pruner is not None:
            self._pruner.end(number, None if losses is None else losses[0])
        self._search.tell(number, params, Told(losses, reached if state == "pruned" else None))

    def _losses(self, value: float | None, metrics: Mapping[str, float]) -> tuple[float, ...] | None:
        if value is None or any(one.metric not in metrics for one in self._also):
            return None
        return self._sign * value, *(one.sign * metrics[one.metric] for one in self._also)
