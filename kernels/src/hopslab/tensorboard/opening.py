"""TensorBoard over experiments of the project, opened from a notebook."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from hopslab.display import in_notebook
from hopslab.errors import HopslabError
from hopslab.experiment.by_name import find
from hopslab.rest import Rest, platform, segment

if TYPE_CHECKING:
    from hopslab.experiment.result import Result

# A folder of an experiment, and perhaps of one of its trials.
_FOLDER = re.compile(r".*/Experiments/[^/]+-([0-9a-f]{8})(?:/trial-(\d{5,7})(?:/.*)?)?/?", re.DOTALL)

Shown: TypeAlias = "str | os.PathLike[str] | Result"


def address(what: Shown, *others: Shown, trials: Iterable[int] | None = None) -> str:
    """Where TensorBoard shows these experiments of the project: an address on your notebook server.

    Args:
        what: An experiment's id, its name where only one has it, a result, or a folder of an experiment or a trial
            in the ``Experiments`` dataset, such as ``logdir()`` gives.
        others: More of them, in the same TensorBoard.
        trials: Numbers of those of the first one that are shown; the best 500 where it is not given.

    Raises:
        HopslabError: ``experiment.unknown`` or ``experiment.ambiguous``; ``notebook.absent`` where your notebook server
            does not run; ``platform.none``; or the platform's refusal.
    """
    rest = platform()
    (first, own), *more = [_meant(rest, each) for each in (what, *others)]
    chosen = own if trials is None else sorted(set(trials))
    body: dict[str, Any] = {} if chosen is None else {"trials": chosen}
    if more:
        body["with"] = [
            {"experiment": one, **({} if numbers is None else {"trials": numbers})} for one, numbers in more
        ]
    answer = rest.in_project("POST", f"/experiments/{segment(first)}/tensorboard", body)
    return str(answer["url"])


def visualize(what: Shown, *others: Shown, trials: Iterable[int] | None = None) -> None:
    """Show a link to the TensorBoard of these experiments; it starts as the link is opened.

    >>> tensorboard.visualize("digits")                      # doctest: +SKIP
    >>> tensorboard.visualize("digits", trials=[3, 17])      # doctest: +SKIP
    >>> tensorboard.visualize(first_result, second_result)   # doctest: +SKIP

    Arguments and errors are those of ``address``.
    """
    url = address(what, *others, trials=trials)
    if not in_notebook():
        print(url)  # noqa: T201 -- where there is nothing to show a link in
        return
    from IPython.display import display

    link = f'<a href="{escape(url)}" target="_blank" rel="noopener">Open TensorBoard</a>'
    display({"text/html": link, "text/plain": url}, raw=True)  # type: ignore[no-untyped-call]


def _meant(rest: Rest, what: Shown) -> tuple[str, list[int] | None]:
    """The id of the experiment, and the numbers of its trials where they are not all meant."""
    if isinstance(what, str | os.PathLike):
        folder = _FOLDER.fullmatch(os.fspath(what))
        if folder is None:
            return str(find(rest, os.fspath(what))["id"]), None
        number = None if folder[2] is None else [int(folder[2])]
        return _of_folder(rest, folder[1], Path(what)), number
    if what.id is None:
        raise HopslabError(
            "experiment.unknown",
            f"The experiment {what.name} is not known to the platform: it ran without one.",
        )
    return what.id, None


def _of_folder(rest: Rest, beginning: str, folder: Path) -> str:
    for one in rest.listed("/experiments"):
        if one["id"].startswith(beginning):
            return str(one["id"])
    raise HopslabError("experiment.unknown", f"{folder} is no folder of an experiment in {rest.project}.")
