"""The data of a training among its workers: each rank has files of its own."""

from __future__ import annotations

import glob
import shutil
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hopslab.errors import HopslabError
from hopslab.experiment.checkpoints import forget_old

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Shard:
    """One worker's part of the data."""

    files: tuple[Path, ...]

    def to_pandas(self) -> pd.DataFrame:
        """All rows of the files, which are Parquet or CSV.

        Raises:
            TypeError: a file is of another kind; read ``files`` yourself then.
        """
        import pandas as pd

        readers: dict[str, Callable[[Path], pd.DataFrame]]
        readers = {".parquet": pd.read_parquet, ".csv": pd.read_csv}
        for file in self.files:
            if file.suffix not in readers:
                raise TypeError(
                    f"{file.name} is neither .parquet nor .csv; read worker.shard.files yourself."
                )
        if not self.files:
            return pd.DataFrame()
        return pd.concat([readers[file.suffix](file) for file in self.files], ignore_index=True)


def is_frame(data: object) -> bool:
    """Whether it is a DataFrame of Spark's."""
    return type(data).__module__.startswith("pyspark.sql")


def _found(pattern: str | Path) -> list[str]:
    text = str(pattern)
    if Path(text).is_dir():
        return [
            str(file)
            for file in Path(text).iterdir()
            if file.is_file() and not file.name.startswith((".", "_"))
        ]
    return glob.glob(text, recursive=True)  # noqa: PTH207  (Path.glob takes no absolute patterns)


def data_faults(data: object, workers: int) -> list[str]:
    """Every fault of what was given as data, with its remedy."""
    if data is None or is_frame(data):
        return []
    patterns = [data] if isinstance(data, (str, Path)) else data
    if not isinstance(patterns, Sequence) or not all(isinstance(one, (str, Path)) for one in patterns):
        return [
            f"data is {type(data).__name__}; give a Spark DataFrame, a pattern of files or a list of files."
        ]
    faults = [f"data: there is no file {one}." for one in patterns if not _found(one)][:10]
    count = len(files_of(patterns))
    if not faults and count < workers:
        faults.append(
            f"data has {count} file{'' if count == 1 else 's'} for {workers} workers; each needs one of its own: "
            "split them, take fewer workers or give a Spark DataFrame."
        )
    return faults


def files_of(data: Any) -> list[str]:
    """The files that a pattern, a folder or a list of such stands for, in order and each once."""
    patterns = [data] if isinstance(data, (str, Path)) else data
    found = {str(Path(file).resolve()) for one in patterns for file in _found(one)}
    return sorted(file for file in found if Path(file).is_file())


class Shards:
    """Shares data out, and removes what it has written for that.

    Args:
        folder: Where parts of a DataFrame are kept while they are needed.
    """

    def __init__(self, folder: Path) -> None:
        forget_old(folder)
        self._own = folder / str(uuid.uuid4())

    def share(self, data: Any, workers: int) -> list[list[str]]:
        """Each worker's files, by rank. A DataFrame is written once, so that epochs and attempts read the same.

        Raises:
            HopslabError: ``experiment.invalid``; a DataFrame has too few rows.
        """
        if data is None:
            return [[] for _ in range(workers)]
        if is_frame(data):
            data.repartition(workers).write.parquet(self._own.as_uri())
            files = sorted(str(file) for file in self._own.glob("part-*"))
            if len(files) < workers:
                fault = f"data has too few rows for {workers} workers; take fewer."
                raise HopslabError(
                    "experiment.invalid",
                    "The training makes no sense yet; nothing was started.",
                    faults=[fault],
                )
        else:
            files = files_of(data)
        return [files[rank::workers] for rank in range(workers)]

    def forget(self) -> None:
        """Nobody reads them any more."""
        shutil.rmtree(self._own, ignore_errors=True)
