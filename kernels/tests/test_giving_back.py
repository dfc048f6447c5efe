"""Which executors a running sweep gives back and when, against the sweep's real coordinator and no clock."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from hopslab.experiment import giving_back
from hopslab.experiment.coordinator import Coordinator
from hopslab.experiment.giving_back import FORCE, MOMENT, TAIL, GivingBack
from hopslab.experiment.protocol import Ended
from hopslab.experiment.records import TrialRecord
from test_coordinator import made


class Lent:
    """Executors a, b, ... each with one worker of that name, as the sweep sees them."""

    def __init__(self, names: str) -> None:
        self.most = len(names)
        self.names = list(names)
        self.asked: int | None = 0
        self.wanted_all = 0
        self.again: list[bool] = []

    @property
    def count(self) -> int:
        return len(self.names)

    @property
    def asked_back(self) -> tuple[int | None, str | None]:
        return self.asked, "Grace waits."

    def ids(self) -> list[str]:
        return list(self.names)

    def give_back(self, ids: Sequence[str], *, again: bool) -> None:
        for name in ids:
            self.names.remove(name)
            self.again.append(again)
            self.asked = max(0, (self.asked or 0) - 1)

    def want_all(self) -> None:
        self.wanted_all += 1


class Sweep:
    def __init__(self, names: str = "abc", planned: int = 9) -> None:
        self.lent = Lent(names)
        self.coordinator: Coordinator = made(planned=planned)
        self.stopped: list[int] = []
        self.kept: dict[int, int] = {}
        self.held: dict[str, int] = {}
        self.giving = GivingBack(
            self.lent,
            self.coordinator,
            lambda: {name: [self.held[name]] if name in self.held else [] for name in self.lent.names},
            self.stopped.append,
            lambda number: self.kept.get(number, -1),
        )

    def pull(self, names: str) -> None:
        for name in names:
            order = self.coordinator.next(name, name, timeout=0)
            assert isinstance(order, TrialRecord), order
            self.held[name] = order.number

    def end(self, name: str, state: str = "complete") -> None:
        number = self.held.pop(name)
        self.coordinator.ended(name, Ended(number, state, 1.0))  # type: ignore[arg-type]


def test_nothing_is_given_back_unasked_while_trials_wait() -> None:
    sweep = Sweep()
    sweep.pull("a")
    for second in range(100):
        sweep.giving.tick(float(second))
    assert sweep.lent.names == ["a", "b", "c"]
    assert sweep.giving.words() == ""


def test_an_idle_executor_goes_first_and_at_once() -> None:
    sweep = Sweep()
    sweep.pull("ab")
    sweep.lent.asked = 1
    sweep.giving.tick(0.0)
    assert (sweep.lent.names, sweep.lent.again) == (["a", "b"], [True])
    assert sweep.coordinator.next("c", "c", timeout=0) == "wait"
    assert sweep.stopped == []
    sweep.giving.tick(0.1)
    assert sweep.giving.words() == "2 of 3 executors: 1 given to others who wait"


def test_the_youngest_trial_gets_a_moment_and_is_then_moved() -> None:
    sweep = Sweep()
    sweep.pull("abc")
    sweep.lent.asked = 1
    sweep.giving.tick(0.0)
    assert sweep.giving.words() == "2 of 3 executors: giving back others. Grace waits."
    sweep.giving.tick(MOMENT - 0.1)
    assert sweep.stopped == []
    sweep.giving.tick(MOMENT)
    youngest = sweep.held["c"]
    assert sweep.stopped == [youngest]
    sweep.end("c", "stopped")
    sweep.giving.tick(MOMENT + 0.1)
    assert sweep.lent.names == ["a", "b"]
    moved = sweep.coordinator.records()[youngest]
    assert (moved.state, moved.attempt, moved.reason) == ("queued", 2, giving_back.MOVED)


def test_a_trial_that_ends_in_its_moment_is_not_stopped() -> None:
    sweep = Sweep()
    sweep.pull("abc")
    sweep.lent.asked = 1
    sweep.giving.tick(0.0)
    sweep.end("c")
    sweep.giving.tick(1.0)
    assert sweep.lent.names == ["a", "b"]
    assert sweep.stopped == []


def test_a_trial_that_keeps_a_checkpoint_is_moved_from_there_at_once() -> None:
    sweep = Sweep()
    sweep.pull("abc")
    sweep.kept[sweep.held["c"]] = 3
    sweep.lent.asked = 1
    sweep.giving.tick(0.0)
    sweep.giving.tick(1.0)
    assert sweep.stopped == []
    sweep.kept[sweep.held["c"]] = 4
    sweep.giving.tick(2.0)
    assert sweep.stopped == [sweep.held["c"]]


def test_a_trial_that_hears_nothing_goes_with_its_executor() -> None:
    sweep = Sweep()
    sweep.pull("abc")
    sweep.lent.asked = 1
    for at in (0.0, MOMENT, MOMENT + FORCE - 0.1):
        sweep.giving.tick(at)
    assert len(sweep.lent.names) == 3
    sweep.giving.tick(MOMENT + FORCE)
    assert sweep.lent.names == ["a", "b"]
    sweep.coordinator.lost("c")
    assert sweep.coordinator.records()[sweep.held["c"]].reason == giving_back.MOVED


@pytest.mark.parametrize("asked", [0, None])
def test_an_executor_whose_trial_was_not_told_stays_once_nobody_asks(asked: int | None) -> None:
    """And while it is not known whether somebody does, it goes on."""
    sweep = Sweep()
    sweep.pull("abc")
    sweep.lent.asked = 1
    sweep.giving.tick(0.0)
    sweep.lent.asked = asked
    sweep.giving.tick(1.0)
    sweep.giving.tick(MOMENT)
    assert len(sweep.stopped) == (0 if asked == 0 else 1)


def test_the_last_executor_stays_whatever_is_asked() -> None:
    sweep = Sweep("ab")
    sweep.lent.asked = 2
    sweep.giving.tick(0.0)
    sweep.giving.tick(1.0)
    assert sweep.lent.names == ["b"]


def test_executors_of_the_tail_go_after_a_while_and_come_back_for_a_trial_that_is_lost() -> None:
    sweep = Sweep(planned=1)
    sweep.pull("b")
    sweep.giving.tick(0.0)
    sweep.giving.tick(TAIL - 0.1)
    assert sweep.lent.names == ["a", "b", "c"]
    sweep.giving.tick(TAIL)
    assert (sweep.lent.names, sweep.lent.again) == (["b"], [False, False])
    assert "no trial is left to begin" in sweep.giving.words()
    assert sweep.lent.wanted_all == 0
    sweep.held.clear()
    sweep.coordinator.lost("b")
    sweep.giving.tick(TAIL + 1)
    sweep.giving.tick(TAIL + 2)
    assert sweep.lent.wanted_all == 1


def test_an_executor_that_gets_one_of_the_last_trials_is_not_idle() -> None:
    sweep = Sweep("ab", planned=2)
    sweep.pull("ab")
    sweep.end("b")
    sweep.giving.tick(0.0)
    sweep.coordinator.lost("a")
    del sweep.held["a"]
    sweep.pull("b")
    sweep.giving.tick(TAIL)
    assert sweep.lent.names == ["a", "b"]
