"""Differential evolution without generations."""

from __future__ import annotations

import random

from hopslab.experiment.searches.cube import Cube
from hopslab.experiment.searches.search import Told
from hopslab.experiment.space import Params, Space

LEAST = 4


class DifferentialEvolution:
    """Differential evolution (DE/rand/1/bin) that waits for nobody.

    Storn and Price, *Differential Evolution: A Simple and Efficient Heuristic for Global Optimization over
    Continuous Spaces*, Journal of Global Optimization 11, 1997. Theirs goes by generations; here the members of the
    population take turns, and each trial competes with its member as soon as it ends. Conditional dimensions keep
    their place in a member while they are not active.

    Args:
        space: What is searched.
        seed: Makes it propose the same again.
        population: Members; two for each dimension, from 10 to 40, where it is not given: searches are short.
        mutation: How far a difference of two members is gone along (F).
        crossover: How likely each dimension is the mutant's (CR).
    """

    def __init__(
        self,
        space: Space,
        seed: int,
        *,
        population: int | None = None,
        mutation: float = 0.5,
        crossover: float = 0.7,
    ) -> None:
        self._cube = Cube(space)
        self._random = random.Random(seed)
        self._size = max(population or min(max(2 * self._cube.sides, 10), 40), LEAST)
        self._mutation = mutation
        self._crossover = crossover
        self._members: dict[int, tuple[list[float], float]] = {}
        self._asked: dict[int, tuple[int, list[float]]] = {}
        self._turn = 0

    def ask(self, number: int) -> Params:
        """A chance place while there are no members enough, else a member's mutant."""
        member, self._turn = self._turn, (self._turn + 1) % self._size
        at = self._chance() if member not in self._members else self._mutant(member)
        self._asked[number] = member, at
        return self._cube.params(at)

    def _chance(self) -> list[float]:
        return [self._random.random() for _ in range(self._cube.sides)]

    def _mutant(self, member: int) -> list[float]:
        others = [other for other in self._members if other != member]
        if len(others) < LEAST - 1:
            return self._chance()
        own = self._members[member][0]
        base, one, two = (self._members[other][0] for other in self._random.sample(others, 3))
        always = self._random.randrange(max(self._cube.sides, 1))

        def side(index: int) -> float:
            if index != always and self._random.random() >= self._crossover:
                return own[index]
            at = base[index] + self._mutation * (one[index] - two[index])
            # Beyond an edge: somewhere between the edge and the base.
            edge = 0.0 if at < 0 else 1.0
            return at if 0 <= at <= 1 else edge + self._random.random() * (base[index] - edge)

        return [side(index) for index in range(self._cube.sides)]

    def tell(self, number: int, params: Params, told: Told) -> None:
        """The better one of the trial and its member stays; a trial that was not asked for challenges the worst."""
        asked = self._asked.pop(number, None)
        if told.losses is None:
            return
        member, at = asked or (self._worst(), self._cube.point(params))
        loss = told.losses[0]
        if member not in self._members or loss <= self._members[member][1]:
            self._members[member] = at, loss

    def _worst(self) -> int:
        free = next((member for member in range(self._size) if member not in self._members), None)
        return max(self._members, key=lambda one: self._members[one][1]) if free is None else free
