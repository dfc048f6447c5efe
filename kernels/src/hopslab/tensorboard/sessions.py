"""One trial as runs of TensorBoard."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tensorboard.plugins.hparams import api_pb2, metadata
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData, SessionEndInfo, SessionStartInfo

from hopslab.experiment.records import time_of
from hopslab.tensorboard.columns import Columns, curve_tag, value_tag
from hopslab.tensorboard.events import Run

# One that was pruned has done what it should.
_STATUS = {
    "complete": api_pb2.STATUS_SUCCESS,
    "pruned": api_pb2.STATUS_SUCCESS,
    "failed": api_pb2.STATUS_FAILURE,
    "stopped": api_pb2.STATUS_UNKNOWN,
}
_MOST_ENTRIES = 100
_MOST_DEPTH = 4


def _seconds(moment: str | None, otherwise: float) -> float:
    told = time_of(moment)
    return otherwise if told is None else told.timestamp()


class Session:
    """A trial's own run: hyperparameters, the curve, what it reached. Another attempt is another run of its group.

    Args:
        folder: Where its run is to be.
        own: Where the trial itself may have put event files.
        metric: The experiment's.
        columns: Of the table.
    """

    def __init__(self, folder: Path, own: Path, metric: str, columns: Columns) -> None:
        self._folder = folder
        self._own = own
        self._metric = metric
        self._columns = columns
        self._run: Run | None = None
        self._attempt = 0
        self._step = -1
        self._ended = False

    def tell(self, trial: Mapping[str, Any], curve: Mapping[str, Any] | None) -> None:
        """Write what is new."""
        if trial["state"] == "queued":
            return
        if self._run is None or trial["attempt"] != self._attempt:
            self._begin(trial)
        if self._run is None or self._ended:
            return
        if curve is not None and curve["attempt"] == self._attempt:
            self._draw(self._run, trial, curve)
        if trial["endedAt"] is not None:
            self._end(self._run, trial)
        self._run.flush()

    def _begin(self, trial: Mapping[str, Any]) -> None:
        again = "" if self._run is None else f"-attempt-{trial['attempt']}"
        self._run = Run(self._folder.with_name(f"{self._folder.name}{again}"))
        self._attempt, self._step, self._ended = trial["attempt"], -1, False
        at = _seconds(trial["startedAt"], time.time())
        started = SessionStartInfo(group_name=self._folder.name, start_time_secs=at)
        for name, value in self._columns.values(trial["params"]).items():
            started.hparams[name].CopyFrom(value)
        self._run.hparams(
            metadata.SESSION_START_INFO_TAG, HParamsPluginData(session_start_info=started), at=at
        )

    def _draw(self, run: Run, trial: Mapping[str, Any], curve: Mapping[str, Any]) -> None:
        """The points that are not there yet. When each was reported nobody has kept: evenly over the time."""
        points = sorted(zip(curve["steps"], curve["values"], strict=True))
        begun = _seconds(trial["startedAt"], time.time())
        each = (_seconds(trial["endedAt"], time.time()) - begun) / max(1, len(points))
        for index, (step, value) in enumerate(points, 1):
            if step > self._step:
                run.scalar(curve_tag(self._metric), value, step=step, at=begun + index * each)
        self._step = max([self._step, *curve["steps"]])

    def _end(self, run: Run, trial: Mapping[str, Any]) -> None:
        self._ended = True
        at = _seconds(trial["endedAt"], time.time())
        reached = dict(trial["metrics"])
        if trial["value"] is not None:
            reached[self._metric] = trial["value"]
        for metric, value in reached.items():
            run.scalar(value_tag(metric), value, step=0, at=at)
        ended = SessionEndInfo(status=_STATUS[trial["state"]], end_time_secs=at)
        run.hparams(metadata.SESSION_END_INFO_TAG, HParamsPluginData(session_end_info=ended), at=at)

    def link(self) -> None:
        """Show what the trial has written itself beside what is known of it: its files and its folders."""
        if self._run is not None:
            _mirror(self._own, self._run.folder, _MOST_ENTRIES, _MOST_DEPTH)


def _mirror(own: Path, shown: Path, most: int, depth: int) -> int:
    """Link files into a folder, and those of folders into folders there; how many more entries may be looked at.

    Links and pipes are no event files, also deeper in: one leads elsewhere, and who waits for the other waits for ever.
    """
    try:
        at = os.open(own, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return most
    try:
        with contextlib.suppress(OSError), os.scandir(at) as entries:
            for entry in entries:
                if most <= 0:
                    break
                most -= 1
                if not entry.name.isprintable():
                    continue
                place = shown / entry.name
                if entry.is_file(follow_symlinks=False) and "tfevents" in entry.name:
                    with contextlib.suppress(FileExistsError):
                        place.symlink_to(own / entry.name)
                elif entry.is_dir(follow_symlinks=False) and depth > 0:
                    place.mkdir(exist_ok=True)
                    most = _mirror(own / entry.name, place, most, depth - 1)
    finally:
        os.close(at)
    return most
