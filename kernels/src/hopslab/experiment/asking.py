"""What JupyterLab asks: ``python -m hopslab.experiment.asking`` about a program or a trial's model, JSON in, JSON out.

A process of its own, because the text is anybody's, and the notebook server's own environment lacks this package's
dependencies.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from hopslab.errors import HopslabError
from hopslab.experiment.finding import find
from hopslab.experiment.form import faults_of, read_form
from hopslab.experiment.pruners import PRUNERS
from hopslab.experiment.registering import register_model
from hopslab.experiment.searches import ALGORITHMS


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """``find``: the functions of a program. ``check``: the faults of a filled-in form. ``register``: a trial's model.

    Raises:
        HopslabError: the program or the form cannot be read, or the model cannot be registered.
    """
    if asked["what"] == "register":
        made = register_model(
            asked["experiment"], asked["name"], trial=asked["trial"], description=asked["description"]
        )
        return {"name": made.name, "version": made.version}
    if asked["what"] == "find":
        found = find(Path(asked["program"])).to_json()
        return {**found, "algorithms": list(ALGORITHMS), "pruners": list(PRUNERS)}
    form = read_form(asked["form"])
    matching = [one for one in find(Path(form.program)).functions if one.name == form.function]
    if not matching:
        detail = (
            f"There is no {form.function} in {Path(form.program).name} any more; choose another function."
        )
        return {"faults": [{"field": "function", "detail": detail}]}
    return {"faults": faults_of(form, matching[0])}


def main() -> None:
    """Answer one question."""
    try:
        said: dict[str, Any] = answer(json.load(sys.stdin))
    except HopslabError as error:
        said = {"refused": {"code": error.code, "detail": str(error)}}
    json.dump(said, sys.stdout, allow_nan=False)


if __name__ == "__main__":
    main()
