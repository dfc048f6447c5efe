# ruff: noqa: D102, ARG002, DTZ005 - the methods are Optuna's, with its documentation, parameters and local times
"""An Optuna storage that shows its study a bounded part of what was tried."""

from __future__ import annotations

import copy
import random
from bisect import insort
from collections import deque
from collections.abc import Container, Sequence
from datetime import datetime
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.storages import BaseStorage
from optuna.study import StudyDirection
from optuna.study._frozen import FrozenStudy
from optuna.trial import FrozenTrial, TrialState

BEST = 50
LATEST = 50
EARLIER = 50


class Window(BaseStorage):
    """The trials of one study in memory, as many as a sampler needs: an ask costs the same after any number.

    It keeps what runs, the ``best`` complete trials (of several metrics: the Pareto front), the ``latest`` and a fair
    sample of the ``earlier`` ones; failed ones teach nothing. Up to ``latest`` and ``earlier`` together it is as if all
    were kept. Used by one thread, so nothing is copied.
    """

    def __init__(self, seed: int, *, best: int = BEST, latest: int = LATEST, earlier: int = EARLIER) -> None:
        self._random = random.Random(seed)
        self._directions: list[StudyDirection] = []
        self._attributes: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
        self._running: dict[int, FrozenTrial] = {}
        self._best: list[tuple[float, int, FrozenTrial]] = []
        self._latest: deque[FrozenTrial] = deque()
        self._earlier: list[FrozenTrial] = []
        self._most = (best, latest, earlier)
        self._passed = 0
        self._count = 0
        self._last: FrozenTrial | None = None
        self._ended: list[FrozenTrial] | None = None

    def create_new_study(self, directions: Sequence[StudyDirection], study_name: str | None = None) -> int:
        self._directions = list(directions)
        return 0

    def delete_study(self, study_id: int) -> None:
        raise NotImplementedError

    def set_study_user_attr(self, study_id: int, key: str, value: Any) -> None:
        self._attributes[0][key] = value

    def set_study_system_attr(self, study_id: int, key: str, value: Any) -> None:
        kept = self._attributes[1]
        kept[key] = value
        if len(kept) > LATEST:  # genetic samplers leave one for each generation
            del kept[next(iter(kept))]

    def get_study_id_from_name(self, study_name: str) -> int:
        return 0

    def get_study_name_from_id(self, study_id: int) -> str:
        return "search"

    def get_study_directions(self, study_id: int) -> list[StudyDirection]:
        return self._directions

    def get_study_user_attrs(self, study_id: int) -> dict[str, Any]:
        return self._attributes[0]

    def get_study_system_attrs(self, study_id: int) -> dict[str, Any]:
        return self._attributes[1]

    def get_all_studies(self) -> list[FrozenStudy]:
        raise NotImplementedError

    def create_new_trial(self, study_id: int, template_trial: FrozenTrial | None = None) -> int:
        if template_trial is None:
            trial = FrozenTrial(
                number=-1, trial_id=-1, state=TrialState.RUNNING, value=None, params={}, distributions={},
                user_attrs={}, system_attrs={}, intermediate_values={},
                datetime_start=datetime.now(), datetime_complete=None,
            )  # fmt: skip
        else:
            trial = copy.copy(template_trial)
        trial.number = trial._trial_id = self._count
        self._count += 1
        if trial.state.is_finished():
            self._keep(trial)
        else:
            self._running[trial._trial_id] = trial
        return int(trial._trial_id)

    def set_trial_param(
        self, trial_id: int, param_name: str, param_value_internal: float, distribution: BaseDistribution
    ) -> None:
        trial = self._running[trial_id]
        trial.params[param_name] = distribution.to_external_repr(param_value_internal)
        trial.distributions[param_name] = distribution

    def set_trial_state_values(
        self, trial_id: int, state: TrialState, values: Sequence[float] | None = None
    ) -> bool:
        trial = self._running[trial_id]
        if state == TrialState.RUNNING and trial.state != TrialState.WAITING:
            return False
        trial.state = state
        if values is not None:
            trial.values = values
        if state.is_finished():
            trial.datetime_complete = datetime.now()
            self._last = self._running.pop(trial_id)
            self._keep(trial)
        return True

    def set_trial_intermediate_value(self, trial_id: int, step: int, intermediate_value: float) -> None:
        self._running[trial_id].intermediate_values[step] = intermediate_value

    def set_trial_user_attr(self, trial_id: int, key: str, value: Any) -> None:
        self._running[trial_id].user_attrs[key] = value

    def set_trial_system_attr(self, trial_id: int, key: str, value: Any) -> None:
        self._running[trial_id].system_attrs[key] = value

    def get_trial(self, trial_id: int) -> FrozenTrial:
        if self._last is not None and self._last._trial_id == trial_id:
            return self._last
        return self._running[trial_id]

    def get_all_trials(
        self, study_id: int, deepcopy: bool = True, states: Container[TrialState] | None = None
    ) -> list[FrozenTrial]:
        if self._ended is None:
            kept = {one.number: one for _, _, one in self._best}
            kept |= {one.number: one for one in (*self._earlier, *self._latest)}
            self._ended = [kept[number] for number in sorted(kept)]
        trials = [*self._ended, *self._running.values()]
        if states is not None:
            trials = [trial for trial in trials if trial.state in states]
        trials.sort(key=lambda trial: trial.number)
        return copy.deepcopy(trials) if deepcopy else trials

    def _keep(self, trial: FrozenTrial) -> None:
        if trial.state == TrialState.FAIL:
            return
        self._ended = None
        best, latest, earlier = self._most
        if trial.state == TrialState.COMPLETE:
            self._rank(trial, best)
        self._latest.append(trial)
        if len(self._latest) <= latest:
            return
        # Algorithm R (Vitter, Random Sampling with a Reservoir, 1985): each one has the same chance to be kept.
        gone = self._latest.popleft()
        self._passed += 1
        if len(self._earlier) < earlier:
            self._earlier.append(gone)
        elif (place := self._random.randrange(self._passed)) < earlier:
            self._earlier[place] = gone

    def _rank(self, trial: FrozenTrial, most: int) -> None:
        if len(self._directions) == 1:
            sign = 1 if self._directions[0] == StudyDirection.MINIMIZE else -1
            insort(self._best, (sign * trial.values[0], trial.number, trial))
            del self._best[most:]
            return
        if any(_dominates(other, trial) for _, _, other in self._best):
            return
        self._best = [kept for kept in self._best if not _dominates(trial, kept[2])]
        self._best.append((0.0, trial.number, trial))
        if len(self._best) > most:
            del self._best[self._random.randrange(len(self._best) - 1)]


def _dominates(one: FrozenTrial, other: FrozenTrial) -> bool:
    """Whether one is as good in every metric, all of which are to be made small, and better in some."""
    pairs = list(zip(one.values, other.values, strict=True))
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)
