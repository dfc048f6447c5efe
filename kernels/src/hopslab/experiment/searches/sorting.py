"""A genetic search for several metrics, without generations."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import NamedTuple

from hopslab.experiment.front import dominates
from hopslab.experiment.searches.cube import Cube
from hopslab.experiment.searches.search import Told
from hopslab.experiment.space import Params, Scalar, Space

LEAST = 4
# How near children are to their parents, and mutants to what they were: as the authors set it.
SPREAD = 20.0
# Proposals that are remembered, and how often one is changed to be a new one: a small space may have none left.
SEEN = 1000
TRIES = 64

Key = frozenset[tuple[str, Scalar]]


class Member(NamedTuple):
    """A trial of the population: its place, what it came to, and its hyperparameters."""

    at: list[float]
    losses: tuple[float, ...]
    key: Key


class NonDominatedSorting:
    """NSGA-II that waits for nobody.

    Deb, Pratap, Agarwal and Meyarivan, *A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II*, IEEE
    Transactions on Evolutionary Computation 6, 2002. Theirs goes by generations; here each trial joins the population
    as it ends, and the member that is worst leaves it (Durillo et al., *On the Effect of the Steady-State Selection
    Scheme in Multi-Objective Genetic Algorithms*, EMO 2009). It keeps the population only, so a trial costs the same
    after any number. Options of a choice are taken in the order in which they are written.

    Args:
        space: What is searched.
        seed: Makes it propose the same again.
        population: Members; four for each dimension, from 20 to 50, where it is not given.
        mutation: How likely a dimension is changed by itself; once in a child where it is not given.
        crossover: How likely a child has two parents.
    """

    def __init__(
        self,
        space: Space,
        seed: int,
        *,
        population: int | None = None,
        mutation: float | None = None,
        crossover: float = 0.9,
    ) -> None:
        self._cube = Cube(space)
        self._random = random.Random(seed)
        self._size = max(population or min(max(4 * self._cube.sides, 20), 50), LEAST)
        self._mutation = 1 / max(self._cube.sides, 1) if mutation is None else mutation
        self._crossover = crossover
        self._members: list[Member] = []
        self._ranks: list[tuple[int, float]] = []
        self._asked: dict[int, list[float]] = {}
        self._seen: dict[Key, None] = {}
        self._begun = 0

    def ask(self, number: int) -> Params:
        """A chance place until a population of trials was begun, then a child of two that won their tournaments."""
        self._begun += 1
        enough = self._begun > self._size and len(self._members) >= LEAST
        at = self._new(self._child() if enough else self._chance())
        self._asked[number] = at
        params = self._cube.params(at)
        self._see(frozenset(params.items()))
        return params

    def _new(self, at: list[float]) -> list[float]:
        """The place, or another one where it was proposed before: near it, then beside it, then anywhere."""
        known = {member.key for member in self._members}
        for attempt in range(TRIES * bool(at)):
            key = frozenset(self._cube.params(at).items())
            if key not in self._seen and key not in known:
                break
            if attempt >= TRIES // 2:
                at = self._chance()
                continue
            side = self._random.randrange(len(at))
            place = self._mutant(at[side]) if attempt < TRIES // 8 else self._random.random()
            at = [*at[:side], place, *at[side + 1 :]]
        return at

    def _chance(self) -> list[float]:
        return [self._random.random() for _ in range(self._cube.sides)]

    def _see(self, key: Key) -> None:
        self._seen[key] = None
        if len(self._seen) > SEEN:
            del self._seen[next(iter(self._seen))]

    def _winner(self) -> list[float]:
        one, other = self._random.sample(range(len(self._members)), 2)
        return self._members[min(one, other, key=lambda index: self._ranks[index])].at

    def _child(self) -> list[float]:
        one, other = self._winner(), self._winner()
        crossed = self._random.random() < self._crossover
        at = [self._between(a, b) if crossed else a for a, b in zip(one, other, strict=True)]
        return [self._mutant(place) if self._random.random() < self._mutation else place for place in at]

    def _between(self, one: float, other: float) -> float:
        """Simulated binary crossover of one dimension (Deb and Agrawal, Complex Systems 9, 1995)."""
        drawn, half = self._random.random(), self._random.random() < 0.5
        if half:
            return one
        power = 1 / (SPREAD + 1)
        spread: float = (2 * drawn) ** power if drawn <= 0.5 else (1 / (2 * (1 - drawn))) ** power
        if self._random.random() < 0.5:
            one, other = other, one
        return min(max(0.5 * ((1 + spread) * one + (1 - spread) * other), 0.0), 1.0)

    def _mutant(self, place: float) -> float:
        """Polynomial mutation of one dimension."""
        drawn, power = self._random.random(), 1 / (SPREAD + 1)
        step: float = (2 * drawn) ** power - 1 if drawn < 0.5 else 1 - (2 * (1 - drawn)) ** power
        return min(max(place + step, 0.0), 1.0)

    def tell(self, number: int, params: Params, told: Told) -> None:
        """It joins the population, and the worst one of the last rank where it is most crowded leaves."""
        at = self._asked.pop(number, None)
        key = frozenset(params.items())
        self._see(key)
        if told.losses is None:
            return
        self._members.append(Member(self._cube.point(params) if at is None else at, told.losses, key))
        self._ranks = ranks([member.losses for member in self._members])
        if len(self._members) > self._size:
            worst = max(range(len(self._members)), key=lambda index: (self._ranks[index], -index))
            del self._members[worst], self._ranks[worst]


def ranks(losses: Sequence[tuple[float, ...]]) -> list[tuple[int, float]]:
    """For each its front, counted from 0, and how crowded it is there (less is lonelier); small ones are better."""
    below = [[other for other, at in enumerate(losses) if dominates(one, at)] for one in losses]
    above = [0] * len(losses)
    for others in below:
        for other in others:
            above[other] += 1
    found = [(0, 0.0)] * len(losses)
    front, rank = [index for index, count in enumerate(above) if count == 0], 0
    while front:
        for index, room in zip(front, _rooms([losses[index] for index in front]), strict=True):
            found[index] = rank, -room
        for index in front:
            for other in below[index]:
                above[other] -= 1
        front, rank = sorted({o for index in front for o in below[index] if above[o] == 0}), rank + 1
    return found


def _rooms(front: Sequence[tuple[float, ...]]) -> list[float]:
    """The crowding distance of each: how far its neighbours in every metric are from each other."""
    rooms = [0.0] * len(front)
    for metric in range(len(front[0])):
        order = sorted(range(len(front)), key=lambda index: front[index][metric])
        low, high = front[order[0]][metric], front[order[-1]][metric]
        rooms[order[0]] = rooms[order[-1]] = math.inf
        for before, index, after in zip(order, order[1:], order[2:], strict=False):
            if high > low:
                rooms[index] += (front[after][metric] - front[before][metric]) / (high - low)
    return rooms
