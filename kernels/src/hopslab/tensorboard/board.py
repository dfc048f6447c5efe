"""All that one TensorBoard shows, in a folder of event files that is kept up to date."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tensorboard.plugins.hparams import metadata
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

from hopslab.errors import HopslabError
from hopslab.experiment.folders import experiment_folder, trial_folder
from hopslab.experiment.objectives import of_contract
from hopslab.rest import Rest
from hopslab.settings import Settings
from hopslab.tensorboard.columns import MOST_METRICS, Columns
from hopslab.tensorboard.events import Run
from hopslab.tensorboard.reading import Followed, Trial, Wanted
from hopslab.tensorboard.sessions import Session

# TensorBoard's pages get slow with more.
MOST_TRIALS = 500


def best_first(trials: Sequence[Trial], direction: str) -> list[Trial]:
    """Those on the front of several metrics, complete ones by their value, then the others, the newest first."""
    sign = -1 if direction == "maximize" else 1

    def rank(trial: Trial) -> tuple[bool, bool, float, int]:
        value = trial["value"]
        return (
            not trial.get("front"),
            value is None,
            0.0 if value is None else sign * value,
            -trial["number"],
        )

    return sorted(trials, key=rank)


class _Shown:
    """One experiment's part of the board."""

    def __init__(self, followed: Followed, columns: Columns, folder: Path, own: Path, most: int) -> None:
        self._followed = followed
        self._columns = columns
        self._folder = folder
        self._own = own
        self._most = most
        self._sessions: dict[int, Session] = {}
        # How many trials there were to choose from at first.
        self.offered = 0

    def take(self, changed: Sequence[Trial]) -> None:
        told = [trial for trial in changed if trial["state"] != "queued"]
        for trial in best_first(told, self._followed.experiment["direction"]):
            if trial["number"] not in self._sessions and len(self._sessions) < self._most:
                name = trial_folder(self._folder, trial["number"]).name
                self._sessions[trial["number"]] = Session(
                    self._folder / name,
                    trial_folder(self._own, trial["number"]),
                    self._followed.experiment["metric"],
                    self._columns,
                )
        self.offered = self.offered or len(told)
        self._followed.pick(self._sessions)
        mine = [trial for trial in told if trial["number"] in self._sessions]
        # What runs goes on along its curve without any change of its own.
        running = [self._followed.trials[number] for number in self._sessions]
        mine += [trial for trial in running if trial["state"] == "running" and trial not in mine]
        curves = self._followed.curves(trial["number"] for trial in mine) if mine else {}
        for trial in mine:
            self._sessions[trial["number"]].tell(trial, curves.get(trial["number"]))
        for session in self._sessions.values():
            session.link()

    @property
    def count(self) -> int:
        """How many trials are shown."""
        return len(self._sessions)


class Board:
    """Experiments and trials as TensorBoard's runs.

    Args:
        rest: The project.
        settings: Of this process.
        folder: An empty folder for TensorBoard to read.
        which: What is shown.
        say: Told in words how far it is.
    """

    def __init__(
        self,
        rest: Rest,
        settings: Settings,
        folder: Path,
        which: Sequence[Wanted],
        say: Callable[[str], None] = lambda _words: None,
    ) -> None:
        self._say = say
        self._followed: list[tuple[Followed, list[Trial]]] = []
        for one in which:
            followed = Followed(rest, one)
            say(f"Reading the trials of {followed.experiment['name']}")
            self._followed.append((followed, followed.look()))
        columns = Columns(followed.experiment["space"] for followed, _ in self._followed)
        self._write_table(Run(folder), columns)
        self._shown: list[_Shown] = []
        for followed, changed in self._followed:
            say(f"Drawing the trials of {followed.experiment['name']}")
            own = experiment_folder(settings, followed.experiment["name"], followed.experiment["id"])
            # One experiment's runs need not be called by its name.
            inside = folder / own.name if len(which) > 1 else folder
            shown = _Shown(followed, columns, inside, own, max(1, MOST_TRIALS // len(which)))
            shown.take(changed)
            self._shown.append(shown)
        self._tell_bound()

    def _write_table(self, run: Run, columns: Columns) -> None:
        experiments = [followed.experiment for followed, _ in self._followed]
        metrics = dict.fromkeys(aim.metric for one in experiments for aim in of_contract(one))
        for _, trials in self._followed:
            for trial in trials:
                if len(metrics) < MOST_METRICS:
                    metrics.update(dict.fromkeys(trial["metrics"]))
        names = ", ".join(one["name"] for one in experiments)
        table = columns.experiment(names, list(metrics))
        run.hparams(metadata.EXPERIMENT_TAG, HParamsPluginData(experiment=table), at=time.time())
        run.flush()

    def _tell_bound(self) -> None:
        for (followed, _), shown in zip(self._followed, self._shown, strict=True):
            if shown.count < shown.offered:
                self._say(
                    f"Of {shown.offered} trials of {followed.experiment['name']} the best {shown.count} are shown."
                    " Select trials to see others."
                )

    def refresh(self) -> None:
        """Write what has happened since.

        Raises:
            HopslabError: the platform is away or refuses; what was written stays, and the next call goes on.
        """
        fault: HopslabError | None = None
        for (followed, _), shown in zip(self._followed, self._shown, strict=True):
            try:
                shown.take(followed.look())
            except HopslabError as error:
                fault = error
        if fault is not None:
            raise fault
