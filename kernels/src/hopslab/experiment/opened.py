"""An experiment of the project, whoever runs it: to look at, and to steer from another cell or program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from hopslab.errors import HopslabError
from hopslab.experiment.by_name import find
from hopslab.experiment.front import front_of
from hopslab.experiment.objectives import Objective, of_contract
from hopslab.experiment.points import point_faults, space_of
from hopslab.experiment.records import ENDED, TrialRecord
from hopslab.experiment.result import trials_frame
from hopslab.experiment.space import Params, Scalar
from hopslab.rest import Rest, platform, segment

if TYPE_CHECKING:
    import pandas as pd

_OVER = ("complete", "stopped", "failed")


def _say(words: str) -> None:
    print(words)  # noqa: T201


class Opened:
    """An experiment as the platform has it now; each look asks it anew.

    Your own experiments are yours to steer, data owners steer all. Orders are obeyed by its driver within about a
    second; those that are given again change nothing. To stop what has ended is no fault: it is only said.
    """

    def __init__(self, rest: Rest, experiment: str) -> None:
        self._rest = rest
        self.id = experiment

    def _call(self, method: str, path: str = "", body: object | None = None) -> Any:
        return self._rest.in_project(method, f"/experiments/{segment(self.id)}{path}", body)

    def info(self) -> dict[str, Any]:
        """Everything about it but its trials, as the REST API has it."""
        found: dict[str, Any] = self._call("GET")
        return found

    @property
    def state(self) -> str:
        """``running``, ``paused``, ``draining`` or ``stopping``; ``complete``, ``stopped`` or ``failed``."""
        return str(self.info()["state"])

    @property
    def trials(self) -> list[TrialRecord]:
        """Its trials, by number."""
        return [TrialRecord.of_contract(one) for one in self._listed("/trials")]

    @property
    def best_params(self) -> Params | None:
        """The hyperparameters of the best trial; None where none is complete or there are several metrics."""
        best = self.info()["best"]
        return None if best is None else dict(best["params"])

    @property
    def front(self) -> list[TrialRecord]:
        """The complete trials that no other is better than: as good in every metric, and better in one."""
        return front_of(self.trials, self._objectives())

    def _objectives(self) -> tuple[Objective, ...]:
        return of_contract(self.info())

    def pause(self) -> None:
        """Begin no new trial; those that run go on to their end.

        Raises:
            HopslabError: ``experiment.ended`` or ``experiment.stopping`` where nothing is begun any more.
        """
        self._call("POST", "/pause")

    def go_on(self) -> None:
        """Begin new trials again after a pause.

        Raises:
            HopslabError: as ``pause``; what has ended goes on by ``experiment.resume``.
        """
        self._call("POST", "/continue")

    def stop(self, *, after: Literal["running"] | None = None) -> None:
        """Stop it now, or with ``after="running"`` once the trials that run have ended. What is done is kept."""
        if after not in (None, "running"):
            raise HopslabError("experiment.invalid", f"after is {after!r}; use 'running', or leave it out.")
        now = self._call("POST", "/stop?after=running" if after else "/stop")
        if now["state"] in _OVER:
            _say(f"The experiment {now['name']} is {now['state']}; there is nothing to stop.")

    def stop_trial(self, number: int) -> None:
        """Stop one trial, for good; the others go on. One that has ended stays as it is."""
        now = self._call("POST", f"/trials/{int(number)}/stop")
        if now["state"] in ENDED:
            _say(f"Trial {now['number']} is {now['state']}; there is nothing to stop.")

    def enqueue(self, point: Mapping[str, Scalar]) -> None:
        """Have a point tried next, in addition to the planned trials.

        Args:
            point: A value for every hyperparameter, such as ``{"C": 1.0}``.

        Raises:
            HopslabError: ``experiment.invalid`` with every fault of it; ``experiment.ended`` where nobody would try it.
        """
        faults = point_faults(space_of(self.info()["space"]), point)
        if faults:
            raise HopslabError(
                "experiment.invalid",
                "The point makes no sense in this space; nothing was added.",
                faults=faults,
            )
        self._call("POST", "/trials", {"params": dict(point)})

    def annotate(self, *, tags: Iterable[str] | None = None, note: str | None = None) -> None:
        """Set its tags, its note, or both."""
        given = {"tags": None if tags is None else list(tags), "note": note}
        self._call("PATCH", "", {name: value for name, value in given.items() if value is not None})

    def to_dataframe(self) -> pd.DataFrame:
        """One row per trial: number, state, value, seconds, ``params.*``, ``metrics.*``, reason, executor.

        ``value`` is the first metric; of several there is a column ``front``, which is True for those on it.
        """
        return trials_frame(self.trials, self._objectives())

    def curves(self) -> pd.DataFrame:
        """One row per value that a trial reported on its way: number, attempt, step, value."""
        import pandas as pd

        rows = [
            (one["number"], one["attempt"], step, value)
            for one in self._listed("/metrics")
            for step, value in zip(one["steps"], one["values"], strict=True)
        ]
        return pd.DataFrame(rows, columns=["number", "attempt", "step", "value"])

    def _listed(self, path: str) -> Iterable[dict[str, Any]]:
        return self._rest.listed(f"/experiments/{segment(self.id)}{path}")

    def __repr__(self) -> str:
        one = self.info()
        ended = sum(n for state, n in one["trialCounts"].items() if state not in ("queued", "running"))
        return f"<Experiment {one['name']!r} {self.id}: {one['state']}, {ended} of {one['planned']} trials>"


def open_experiment(experiment: str) -> Opened:
    """An experiment of the project, to look at and to steer: anybody's, running or not.

    >>> experiment.open("digits").pause()  # doctest: +SKIP

    Args:
        experiment: Its id, or its name where only one has it.

    Raises:
        HopslabError: ``experiment.unknown`` or ``experiment.ambiguous`` where the name is none's or several's;
            ``platform.none`` where there is no platform.
    """
    rest = platform()
    return Opened(rest, str(find(rest, experiment)["id"]))
