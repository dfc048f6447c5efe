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
        if self._run is None:
            return
        with contextlib.suppress(OSError), os.scandir(self._own) as entries:
            for _, entry in zip(range(_MOST_ENTRIES), entries, strict=False):
                # Links and pipes are no event files, and who waits for a pipe waits for ever.
                file = "tfevents" in entry.name and entry.is_file(follow_symlinks=False)
                if entry.name.isprintable() and (file or entry.is_dir(follow_symlinks=False)):
                    with contextlib.suppress(FileExistsError):
                        (self._run.folder / entry.name).symlink_to(entry.path)
