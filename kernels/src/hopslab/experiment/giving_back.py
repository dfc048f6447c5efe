"""Which executors of a running sweep are given back, and how their trials get away from there without being lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from hopslab.experiment.records import now as wall

# Seconds. A trial may end by itself, or keep a checkpoint, before it is stopped; then it may end as it likes to.
MOMENT = 20.0
FORCE = 5.0
# An executor at the end of a sweep is idle for so long before it is given back.
TAIL = 10.0

MOVED = "Moved: its executor was given to somebody else; the trial is run again."


class Share(Protocol):
    """The session's executors, by what the sweep's workers say that they run on."""

    most: int

    @property
    def count(self) -> int:
        """How many there are, without those that are given back."""

    @property
    def asked_back(self) -> tuple[int | None, str | None]:
        """How many more are to be given back, and why; None while that is not known."""

    def ids(self) -> list[str]:
        """Those that can be used."""

    def give_back(self, ids: Sequence[str], *, again: bool) -> None:
        """Give some back, and wait for as many ``again`` or not."""

    def want_all(self) -> None:
        """Want all of them again."""


class Trials(Protocol):
    """The sweep's coordinator."""

    @property
    def waiting(self) -> int:
        """How many trials are still to be begun."""

    def begun(self, number: int) -> datetime | None:
        """Since when a trial runs."""

    def leave(self, executors: Sequence[str]) -> None:
        """Hand out nothing to these executors."""

    def move(self, number: int, reason: str) -> bool:
        """Run a trial elsewhere."""


@dataclass
class _Leave:
    """One executor on its way: since when, why, and from which checkpoints of its trials on."""

    since: float
    tail: bool
    told: float | None = None
    kept: dict[int, int] = field(default_factory=dict)


class GivingBack:
    """Judges again at each ``tick``. Called by one thread.

    Args:
        share: The executors.
        trials: The sweep.
        running: Answers the trials on each executor that has workers.
        tell_stop: Tells a running trial to stop, by its number; may be called again.
        kept: Answers the number of a trial's last checkpoint, which grows.
    """

    def __init__(
        self,
        share: Share,
        trials: Trials,
        running: Callable[[], Mapping[str, Sequence[int]]],
        tell_stop: Callable[[int], None],
        kept: Callable[[int], int],
    ) -> None:
        self._share = share
        self._trials = trials
        self._running = running
        self._tell_stop = tell_stop
        self._kept = kept
        self._leaving: dict[str, _Leave] = {}
        self._gone: list[str] = []
        self._idle: dict[str, float] = {}
        self._ended_early = False
        self._asked = False
        self._why: str | None = None

    def tick(self, now: float) -> None:
        """Begin and go on to give back what is asked for, or of no use any more."""
        asked, why = self._share.asked_back
        asking = [name for name, leave in self._leaving.items() if not leave.tail]
        if asked is not None:
            self._why = why if asked else None
            self._asked = self._asked or asked > 0
            self._choose(asked - len(asking), now)
            self._keep(len(asking) - asked)
        self._find_tail(now)
        self._trials.leave([*self._gone, *self._leaving])
        # Looked at only now: none of them gets a trial from here on.
        self._advance(self._running(), now)
        if self._ended_early and self._trials.waiting:
            self._ended_early = False
            self._share.want_all()

    def words(self) -> str:
        """How many executors there are, where those are not all of them."""
        count, most = self._share.count - len(self._leaving), self._share.most
        if count >= most:
            return ""
        missing = most - count
        if self._ended_early:
            words = f"{missing} given back early, since no trial is left to begin"
        elif self._why is not None:
            words = f"giving back others. {self._why}"
        elif self._asked:
            words = f"{missing} given to others who wait"
        else:
            words = f"{missing} more as soon as they are free"
        return f"{count} of {most} executors: {words}"

    def _choose(self, many: int, now: float) -> None:
        """Those without trials first, then those whose trials have run the shortest."""
        running = self._running()
        free = [name for name in self._share.ids() if name not in self._leaving] if many > 0 else []
        # The last one stays, whatever is asked.
        for name in sorted(free, key=lambda name: self._spent(running.get(name, ())))[
            : min(many, len(free) - 1)
        ]:
            kept = {number: self._kept(number) for number in running.get(name, ())}
            self._leaving[name] = _Leave(now, tail=False, kept=kept)

    def _spent(self, numbers: Sequence[int]) -> float:
        begun = [self._trials.begun(number) for number in numbers]
        return sum((wall() - one).total_seconds() + 0.001 for one in begun if one is not None)

    def _keep(self, many: int) -> None:
        """Fewer are asked for than before: those stay whose trials have not been told yet."""
        untold = [name for name, leave in self._leaving.items() if not leave.tail and leave.told is None]
        for name in reversed(untold[-many:] if many > 0 else []):
            del self._leaving[name]

    def _find_tail(self, now: float) -> None:
        ids = [name for name in self._share.ids() if name not in self._leaving]
        running = self._running()
        idle = [] if self._trials.waiting else [name for name in ids if not running.get(name)]
        self._idle = {name: self._idle.get(name, now) for name in idle}
        for name in [name for name in idle if now - self._idle[name] >= TAIL][: len(ids) - 1]:
            self._leaving[name] = _Leave(now, tail=True)

    def _advance(self, running: Mapping[str, Sequence[int]], now: float) -> None:
        for name, leave in list(self._leaving.items()):
            numbers = running.get(name, ())
            if leave.tail and numbers:
                del self._leaving[name]  # it has got one of the last just before
            elif not numbers or (leave.told is not None and now - leave.told >= FORCE):
                del self._leaving[name]
                self._gone.append(name)
                self._ended_early = self._ended_early or leave.tail
                self._share.give_back([name], again=not self._ended_early)
            elif leave.told is None and self._is_time(leave, numbers, now):
                leave.told = now
                self._move(numbers)

    def _is_time(self, leave: _Leave, numbers: Sequence[int], now: float) -> bool:
        return now - leave.since >= MOMENT or all(
            self._kept(number) > leave.kept.setdefault(number, -1) for number in numbers
        )

    def _move(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            if self._trials.move(number, MOVED):
                self._tell_stop(number)
