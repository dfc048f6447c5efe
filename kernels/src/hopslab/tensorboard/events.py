"""Event files as TensorBoard reads them, written without a thread and without an open file per run."""

from __future__ import annotations

import io
import time
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.plugins.hparams import metadata
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
from tensorboard.summary.writer.record_writer import RecordWriter


def printable(text: str) -> str:
    """The text without what breaks lines, turns their direction or is no UTF-8."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


class Run:
    """The event file of one run. What is added is in the file after ``flush``, whole."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._file = folder / f"events.out.tfevents.{int(time.time()):010d}.hopslab"
        self._added: list[bytes] = []
        self._add(Event(wall_time=time.time(), file_version="brain.Event:2"))

    def _add(self, event: Event) -> None:
        self._added.append(event.SerializeToString())

    def scalar(self, tag: str, value: float, *, step: int, at: float) -> None:
        """One number; ``at`` in seconds since the epoch."""
        summary = Summary(value=[Summary.Value(tag=printable(tag), simple_value=value)])
        self._add(Event(wall_time=at, step=step, summary=summary))

    def hparams(self, tag: str, data: HParamsPluginData, *, at: float) -> None:
        """What the HParams plugin knows of this run, under one of its tags."""
        value = Summary.Value(
            tag=tag,
            tensor=metadata.NULL_TENSOR,
            metadata=SummaryMetadata.FromString(metadata.create_summary_metadata(data).SerializeToString()),
        )
        self._add(Event(wall_time=at, summary=Summary(value=[value])))

    def flush(self) -> None:
        """Append what was added."""
        if not self._added:
            return
        whole = io.BytesIO()
        records = RecordWriter(whole)
        for event in self._added:
            records.write(event)
        with self._file.open("ab") as file:
            file.write(whole.getvalue())
        self._added.clear()
