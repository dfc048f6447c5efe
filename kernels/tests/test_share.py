"""A session's share of the executors against a cluster that only counts, and what the platform could answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hopslab import spark
from hopslab.spark.executors import Executors
from hopslab.spark.share import Share

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MOST = 4


class Lent:
    """A keeper whose platform answers when it likes, for what was said first."""

    def __init__(self) -> None:
        self.held = MOST
        self.kept = MOST
        self.said: list[int] = []
        self.last = MOST
        self.elastic = False

    def want(self, executors: int, *, elastic: bool = False) -> None:
        self.said.append(executors)
        self.elastic = elastic

    @property
    def granted(self) -> int:
        return min([self.held, self.last, *self.said])

    @property
    def keep(self) -> tuple[int | None, str | None]:
        return (None if self.said else self.kept), "why"

    def answer(self, there: int) -> None:
        if self.said:
            self.last = self.said.pop(0)
        if self.elastic and self.held > there:
            self.held = min(self.held, self.last)
        else:
            self.held = self.last if self.last <= self.held else max(self.held, min(self.last, there))
        self.kept = min(self.held, there) if self.elastic else self.held


class Cluster:
    def __init__(self) -> None:
        self.count = MOST
        self.alive = [str(number) for number in range(MOST)]
        self.began = MOST

    def ids(self) -> list[str]:
        return list(self.alive)

    def release(self, ids: Sequence[str]) -> int:
        for name in ids:
            self.alive.remove(name)
        self.count -= len(ids)
        return self.count

    def grow(self, to: int) -> None:
        for _ in range(to - self.count):
            self.alive.append(str(self.began))
            self.began += 1
        self.count = to


class Shares(RuleBasedStateMachine):
    """Whatever is answered and whenever, no more executors live than are held."""

    def __init__(self) -> None:
        super().__init__()
        self.lent, self.cluster = Lent(), Cluster()
        self.share = Share(self.cluster, self.lent, MOST)
        self.share.begin()
        self.sweeps = 1

    @rule(there=st.integers(1, MOST))
    def answer(self, there: int) -> None:
        self.lent.answer(there)

    @rule()
    def tend(self) -> None:
        self.share.tend()

    @rule(again=st.booleans())
    def give_back_what_is_asked(self, again: bool) -> None:
        asked, _why = self.share.asked_back
        if asked:
            self.share.give_back(self.share.ids()[:asked], again=again)

    @rule()
    def give_one_back(self) -> None:
        if len(self.share.ids()) > 1:
            self.share.give_back(self.share.ids()[-1:], again=False)

    @rule()
    def want_all(self) -> None:
        self.share.want_all()

    @rule()
    def begin(self) -> None:
        self.share.begin()
        self.sweeps += 1
        assert self.share.is_one_sweeps == (self.sweeps == 1)

    @rule()
    def end(self) -> None:
        if self.sweeps:
            self.share.end()
            self.sweeps -= 1
            assert self.share.is_one_sweeps == (self.sweeps == 1)

    @invariant()
    def no_more_live_than_are_held(self) -> None:
        assert len(self.cluster.alive) <= self.lent.held
        assert len(self.share.ids()) == self.share.count >= 1

    def teardown(self) -> None:
        """Once the sweep has ended and all are free, all come back."""
        for _ in range(self.sweeps):
            self.share.end()
        for _ in range(2 * MOST):
            self.share.tend()
            while self.lent.said:
                self.lent.answer(MOST)
            self.lent.answer(MOST)
        assert self.cluster.count == self.share.count == MOST


TestShares = Shares.TestCase


def test_a_driver_that_has_ended_has_no_executors() -> None:
    """A sweep looks at them until it has heard of its end."""

    class Gone:
        """A session whose JVM answers nothing."""

        _jvm = None

        def __getattr__(self, name: str) -> Any:
            return self

        def sc(self) -> Any:
            return self

        def getExecutorIds(self) -> Any:  # noqa: N802
            raise ConnectionRefusedError

    assert Executors(cast("SparkSession", Gone()), 0, 1, 512, 2).ids() == []


def test_what_needs_all_executors_together_waits_until_they_are_back(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = iter([1, 1, 2])

    class Growing:
        most = 3

        @property
        def count(self) -> int:
            return next(counts)

    monkeypatch.setattr(spark, "share", Growing)
    spark.enough(2)
    assert list(counts) == []
