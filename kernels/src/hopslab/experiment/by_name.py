"""One experiment of the project by its id or name."""

from __future__ import annotations

import re
from typing import Any

from hopslab.errors import HopslabError
from hopslab.rest import Rest, segment

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def find(rest: Rest, experiment: str) -> dict[str, Any]:
    """The experiment with this id, or the only one with this name.

    Raises:
        HopslabError: ``experiment.unknown`` or ``experiment.ambiguous`` where the name is none's or several's.
    """
    if _ID.fullmatch(experiment):
        found: dict[str, Any] = rest.in_project("GET", f"/experiments/{segment(experiment)}")
        return found
    named = [one for one in rest.listed("/experiments") if one["name"] == experiment]
    if not named:
        raise HopslabError("experiment.unknown", f"There is no experiment {experiment!r} in {rest.project}.")
    if len(named) > 1:
        each = "; ".join(f"{one['id']} of {one['startedAt']} ({one['state']})" for one in named[:20])
        raise HopslabError(
            "experiment.ambiguous",
            f"{len(named)} experiments are called {experiment!r}; give the id of one: {each}.",
        )
    return dict(named[0])
