"""The models that trials keep in their folders; of a sweep's only the best so far stays."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hopslab.errors import HopslabError
from hopslab.experiment.folders import held_trial, trial_folder
from hopslab.experiment.front import Front
from hopslab.experiment.records import ENDED, TrialRecord
from hopslab.held import copy_files, held

if TYPE_CHECKING:
    from hopslab.model import Model

KEPT = "kept-model"
_DRAFT = ".kept-model-draft"


def save(folder: Path, proof: Path | None, model: Any) -> None:
    """Keep a model in a trial's folder, instead of the one before.

    Everybody in the project can write to that folder. So that nobody's pickle is ever taken for the trial's, its hash
    goes to ``proof``, in the sandbox's own scratch space.
    """
    from hopslab.model.keeping import keep
    from hopslab.model.places import put, remove

    with held_trial(folder, make=True) as inside:
        draft = inside / _DRAFT
        remove(draft)
        draft.mkdir()
        try:
            sha256 = keep(model, draft)
            if proof is not None:
                proof.parent.mkdir(parents=True, exist_ok=True)
                proof.write_text(sha256 or "", encoding="ascii")
            put(draft, inside / KEPT, replace=True)
        except BaseException:
            remove(draft)
            raise


def forget(folder: Path) -> None:
    """Remove what a trial has kept, and its folder where nothing else is in it."""
    from hopslab.model.places import remove

    # Through a link of somebody's, what is elsewhere would be removed.
    with contextlib.suppress(OSError), held_trial(folder) as inside:
        for name in (KEPT, _DRAFT):
            remove(inside / name)
    with contextlib.suppress(OSError):
        folder.rmdir()


class KeptModels:
    """Removes what trials have kept that were overtaken, did not complete, or are not the best, or not on the front.

    Args:
        folder: The experiment's.
        maximize: Whether more is better.
        front: Of several metrics, and empty; None where there is one.
        known: Trials of its earlier drivers.
    """

    def __init__(
        self,
        folder: Path,
        *,
        maximize: bool,
        front: Front | None = None,
        known: Iterable[TrialRecord] = (),
    ) -> None:
        self._folder = folder
        self._sign = 1 if maximize else -1
        self._front = front
        self._best: tuple[float, int] | None = None
        self._ended = deque(record for record in known if record.state in ENDED)

    def ended(self, record: TrialRecord) -> None:
        """Note a record; quick, from any thread."""
        if record.state in ENDED:
            self._ended.append(record)

    def tidy(self) -> None:
        """Remove what is not needed any more; called by one thread."""
        while self._ended:
            record = self._ended.popleft()
            for number in self._overtaken(record):
                forget(trial_folder(self._folder, number))

    def _overtaken(self, record: TrialRecord) -> list[int]:
        """Which trials are not kept because of this one: itself, or those it overtakes."""
        if self._front is not None:
            return [one.number for one in self._front.add(record)]
        if record.state != "complete" or record.value is None:
            return [record.number]
        rank = (self._sign * record.value, -record.number)
        if self._best is not None and rank <= self._best:
            return [record.number]
        before, self._best = self._best, rank
        return [] if before is None else [-before[1]]


def chosen_trial(trials: Iterable[TrialRecord], number: int) -> TrialRecord:
    """The trial of this number.

    Raises:
        HopslabError: ``experiment.no-model``: there is none.
    """
    for record in trials:
        if record.number == number:
            return record
    raise HopslabError("experiment.no-model", f"There is no trial {number!r}; give the number of one.")


def described(name: str, metric: str, trial: int | None) -> str:
    """What a registered model is, where nobody says it in other words."""
    return (f"The best of {name}, by {metric}" if trial is None else f"Trial {trial} of {name}")[:2000]


def _copy(kept: Path, draft: Path) -> None:
    """A copy of what is kept, which everybody can write to: a link there would carry files of mine along."""
    try:
        with held_trial(kept.parent) as trial, held(trial, trial / KEPT) as inside:
            left = copy_files(inside, draft)
    except NotADirectoryError as error:
        raise HopslabError(
            "model.files",
            f"{kept}, or a folder on the way to it, is a link; remove it, and train the model again.",
        ) from error
    if left:
        raise HopslabError(
            "model.files",
            f"In {kept} are links or other things that are no files, and none that the trial has put there: remove"
            f" {', '.join(left[:10])}.",
        )


def register_kept(
    folder: Path,
    record: TrialRecord,
    name: str,
    *,
    experiment: str | None,
    proof: Path | None = None,
    version: int | None = None,
    description: str = "",
    overwrite: bool = False,
) -> Model:
    """Register what a trial has kept, with its metrics, its experiment and its number.

    Raises:
        HopslabError: ``experiment.no-model``: it has kept none; ``model.files``: there are links in it; and those of
            ``hopslab.model.export``.
    """
    from hopslab.model.keeping import sha256_of
    from hopslab.model.publishing import About, numbers, publish

    kept = trial_folder(folder, record.number) / KEPT
    if not kept.is_dir():
        raise HopslabError(
            "experiment.no-model",
            f"Trial {record.number} has kept no model. Call trial.save_model(model) in the function; only what the "
            "best trial has kept stays, or those on the front of several metrics.",
        )

    def write(draft: Path) -> str | None:
        _copy(kept, draft)
        sha256 = sha256_of(draft)
        with contextlib.suppress(OSError):
            if proof is not None and sha256 == proof.read_text(encoding="ascii"):
                return sha256
        return None  # nobody knows that it is the trial's own: whoever loads it has to trust it

    about = About(description, numbers(record.metrics), experiment, record.number)
    return publish(name, version, write, about, overwrite=overwrite)
