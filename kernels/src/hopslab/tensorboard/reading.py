"""What the platform knows of an experiment, read again and again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from hopslab.errors import HopslabError
from hopslab.rest import Rest, segment

_ENDED = frozenset({"complete", "stopped", "failed"})
_WANTED = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})((?:\.[0-9]{1,7})*)")
# A curve's page holds as many at 128 points; one trial's alone is a request of its own.
_CURVES_PER_PAGE = 256

Trial = Mapping[str, Any]
Curve = Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """An experiment, and which of its trials; None for all."""

    experiment: str
    trials: frozenset[int] | None = None


def wanted(text: str) -> Wanted:
    """An experiment's id, with ``.`` and a number for each of the trials where it shall not be all: ``3f2a….1.5``.

    Raises:
        HopslabError: ``tensorboard.invalid`` where it is neither.
    """
    match = _WANTED.fullmatch(text)
    if match is None:
        raise HopslabError(
            "tensorboard.invalid",
            f"{text[:100]!r} is no experiment: give its id, with .NUMBER for each trial where not all are meant.",
        )
    numbers = frozenset(int(number) for number in match[2].split(".")[1:])
    return Wanted(match[1], numbers or None)


class Followed:
    """One experiment. Called by one thread.

    Attributes:
        experiment: As the REST API showed it last.
        trials: By number; of those that are wanted, all until some are picked.
    """

    def __init__(self, rest: Rest, which: Wanted) -> None:
        self._rest = rest
        self._which = which
        self._path = f"/experiments/{segment(which.experiment)}"
        self._cursor: str | None = None
        self._settled = False
        self.trials: dict[int, Trial] = {}
        self.experiment: Mapping[str, Any] = rest.in_project("GET", self._path)

    def look(self) -> list[Trial]:
        """The trials that have changed since the last look; none of an experiment that has ended before it."""
        self.experiment = self._rest.in_project("GET", self._path)
        if self.experiment["state"] not in _ENDED:
            self._settled = False
        elif self._settled:
            return []
        else:
            self._settled = True
        return list(self._changed())

    def _changed(self) -> Iterable[Trial]:
        """Trials come by number, so all before the first page with one that has not ended stay as they are."""
        cursor, first_open = self._cursor, False
        while True:
            query = {"limit": "1000", **({} if cursor is None else {"cursor": cursor})}
            page = self._rest.in_project("GET", f"{self._path}/trials?{urlencode(query)}")
            if not first_open:
                self._cursor = cursor
                first_open = any(trial["endedAt"] is None for trial in page["items"])
            for trial in page["items"]:
                number = trial["number"]
                mine = self._which.trials is None or number in self._which.trials
                if mine and trial != self.trials.get(number):
                    self.trials[number] = trial
                    yield trial
            cursor = page.get("nextCursor")
            if cursor is None:
                return

    def pick(self, numbers: Iterable[int]) -> None:
        """Forget the others: there may be a hundred times as many."""
        self.trials = {number: self.trials[number] for number in numbers}

    def curves(self, numbers: Iterable[int]) -> dict[int, Curve]:
        """The learning curves of these trials, where they have any."""
        asked = set(numbers)
        if len(asked) <= max(1, sum(self.experiment["trialCounts"].values()) // _CURVES_PER_PAGE):
            queries: list[dict[str, str]] = [{"trial": str(number)} for number in sorted(asked)]
        else:
            queries = [{}]
        found: dict[int, Curve] = {}
        for query in queries:
            for curve in self._rest.listed(f"{self._path}/metrics", query):
                if curve["number"] in asked:
                    found[curve["number"]] = curve
        return found
