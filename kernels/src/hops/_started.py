"""How a function of a program is started, and what is made of its result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hops import _begun
from hops._program import Program
from hops._returned import Returned
from hops._versioned import keep, versioned
from hopslab import experiment
from hopslab.classic.files import outputs_of
from hopslab.classic.programs import direction_of, finished
from hopslab.experiment import Result
from hopslab.experiment.folders import trial_folder
from hopslab.experiment.plan import UNNAMED
from hopslab.experiment.space import Dimension

NO_NAME = "no-name"
KEY = "metric"


def label_of(fn: object, name: str) -> str:
    """What people find an experiment by: the function's name, where the program gives none."""
    return str(getattr(fn, "__name__", NO_NAME)) if name == NO_NAME else name


@dataclass(frozen=True)
class Start:
    """What every kind of experiment is asked with. ``key`` None: nothing is compared."""

    fn: Any
    name: str
    description: str | None
    resources: Sequence[str] | None
    key: str | None = KEY
    direction: object = "max"
    label: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", label_of(self.fn, self.name))

    def points(self, points: list[dict[str, Any]]) -> Result:
        """Run the function with each of these."""
        return self._run(lambda program, **more: experiment.launch(program, points, metric=self.key, **more))

    def search(self, space: dict[str, Dimension], trials: int, algorithm: str) -> Result:
        """Run the function with what an algorithm proposes."""
        return self._run(
            lambda program, **more: experiment.run(
                program, space, trials=trials, metric=self.key or KEY, algorithm=algorithm, **more
            )
        )

    def _run(self, start: Callable[..., Result]) -> Result:
        _begun.nothing_open()
        resources = versioned(self.resources)
        direction = direction_of(self.direction)
        program = Program(self.fn, self.key or KEY, self.key or UNNAMED)
        result = start(program, direction=direction, name=self.label, description=self.description or "")
        _kept(finished(result).folder, resources)
        print(f"Finished experiment {self.label}: {len(result.trials)} trials in {result.folder}")  # noqa: T201
        return result


def _kept(folder: Path, resources: list[Path]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    keep(resources, folder)


def best_of(result: Result, points: list[dict[str, Any]] | None = None) -> Returned:
    """The folder, the best hyperparameters (of these points, where they were given) and what came of them."""
    best = result.best_trial
    if best is None:
        return Returned(str(result.folder), None, {})
    params = dict(best.params) if points is None else points[best.number]
    return Returned(str(result.folder), params, outputs_of(trial_folder(result.folder, best.number)) or {})
