"""A session's share of the executors: what the platform grants of it, and what is given back while it runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol


class Cluster(Protocol):
    """What can have fewer and more executors while it runs, here or on any other cluster."""

    count: int

    def ids(self) -> list[str]:
        """The numbers of those that Spark can use now."""

    def release(self, ids: Sequence[str]) -> int:
        """End some, wait until they have ended, and answer how many are left."""

    def grow(self, to: int) -> None:
        """Have so many."""


class Lent(Protocol):
    """What the keeper of the lease knows."""

    @property
    def granted(self) -> int:
        """How many executors may live."""

    @property
    def keep(self) -> tuple[int | None, str | None]:
        """How many of them may be kept, and why not more; None while that is not known."""

    def want(self, executors: int, *, elastic: bool = False) -> None:
        """Want so many from now on; those that are fewer have ended."""


class Share:
    """Between the session and its lease. A sweep says what it gives back; one thread of the session does it.

    Args:
        cluster: The session's executors.
        lent: The lease's keeper.
        most: How many the notebook server was started with.
    """

    def __init__(self, cluster: Cluster, lent: Lent, most: int) -> None:
        self._cluster = cluster
        self._lent = lent
        self.most = most
        self._count = cluster.count
        self._sweeps = 0
        self._leaving: list[str] = []
        self._again = True
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """How many there are, without those that are given back."""
        return self._count

    def ids(self) -> list[str]:
        """The numbers of those that Spark can use and nobody has given back."""
        with self._lock:
            leaving = set(self._leaving)
        return [name for name in self._cluster.ids() if name not in leaving]

    @property
    def asked_back(self) -> tuple[int | None, str | None]:
        """How many more are to be given back, and why; None while that is not known."""
        keep, why = self._lent.keep
        return (None if keep is None else max(0, self._count - keep)), why

    @property
    def _elastic(self) -> bool:
        return self._sweeps > 0

    @property
    def is_one_sweeps(self) -> bool:
        """Whether there is one sweep only: of several none knows on which executors the others' trials run."""
        return self._sweeps == 1

    def begin(self) -> None:
        """A sweep has begun: fewer are of use too, and some may be asked back."""
        self._sweeps += 1
        if self._sweeps == 1:
            self._lent.want(self.most, elastic=True)

    def end(self) -> None:
        """A sweep has ended; after the last one nothing is given back any more, and all are wanted again."""
        self._sweeps -= 1
        if self._sweeps == 0:
            self.want_all()

    def want_all(self) -> None:
        """Want all of them again."""
        with self._lock:
            self._again = True
            if not self._leaving:
                self._lent.want(self.most, elastic=self._elastic)

    def give_back(self, ids: Sequence[str], *, again: bool) -> None:
        """Give some back, soon.

        Args:
            ids: Their numbers.
            again: Whether to wait for as many, behind who waits already.
        """
        with self._lock:
            self._leaving += ids
            self._count -= len(ids)
            self._again = again or not self._elastic

    def tend(self, lives: Callable[[], bool] = lambda: True) -> None:
        """Give back and take what is to be given and taken; for one thread, which this may keep for seconds.

        Args:
            lives: Whether the session is still there: the lease of one that has ended is not this one's to change.
        """
        leaving = list(self._leaving)
        if leaving:
            left = self._cluster.release(leaving)
            with self._lock:
                self._leaving = self._leaving[len(leaving) :]
                if lives():
                    self._tell(left)
            return
        granted, (keep, _why) = self._lent.granted, self._lent.keep
        may = granted if keep is None else min(granted, keep)
        if may > self._cluster.count:
            with self._lock:
                self._count += may - self._cluster.count
            self._cluster.grow(may)
        elif may < granted and self._count == may:  # what is asked back was not begun yet
            with self._lock:
                self._tell(may)

    def _tell(self, left: int) -> None:
        self._lent.want(left, elastic=self._elastic)
        if self._again and not self._leaving:
            self._lent.want(self.most, elastic=self._elastic)
