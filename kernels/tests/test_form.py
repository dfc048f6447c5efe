from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hopslab.errors import HopslabError
from hopslab.experiment.form import read_form

PROGRAM = "def train(lr=0.01, units=4, *, depth):\n    return {'accuracy': lr}\n"


def ask(question: dict[str, Any]) -> dict[str, Any]:
    """As the notebook server asks."""
    command = [sys.executable, "-P", "-m", "hopslab.experiment.asking"]
    done = subprocess.run(command, input=json.dumps(question), capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def form(program: Path, **changes: Any) -> dict[str, Any]:
    space = {"lr": {"kind": "loguniform", "low": 0.001, "high": 0.1}}
    depth = {"kind": "choice", "options": [3]}
    return {
        "program": str(program),
        "function": "train",
        "cell": None,
        "space": {**space, "depth": depth},
        "metric": "accuracy",
        "trials": 4,
        **changes,
    }


def test_a_program_is_read_and_its_form_judged_in_a_process_of_its_own(tmp_path: Path) -> None:
    program = tmp_path / "a.py"
    program.write_text(PROGRAM)
    found = ask({"what": "find", "program": str(program)})
    assert [one["name"] for one in found["functions"]] == ["train"]
    assert "tpe" in found["algorithms"] and "asha" in found["pruners"]
    assert ask({"what": "check", "form": form(program)}) == {"faults": []}

    space = {
        "lr": {"kind": "loguniform", "low": 0, "high": -1},
        "unit": {"kind": "randint", "low": 1, "high": 2},
    }
    faulty = form(program, space=space, trials=0, algorithm="tpa", pruner="best", seed=-1, name="")
    faults = ask({"what": "check", "form": faulty})["faults"]
    fields = {one["field"] for one in faults}
    assert fields >= {"space/lr", "space/depth", "trials", "algorithm", "pruner", "seed", "name"}
    assert any(one["detail"].startswith("loguniform: low (0) is above high (-1)") for one in faults)
    assert any("no parameter unit" in one["detail"] for one in faults)

    several = {"metric": ["accuracy", "size"], "pruner": "median"}
    (place, early) = ask({"what": "check", "form": form(program, **several)})["faults"]
    assert (place["field"], early["field"]) == ("direction", "pruner")
    several = {"metric": ["accuracy", "size"], "direction": ["maximize", "minimize"]}
    assert ask({"what": "check", "form": form(program, **several)}) == {"faults": []}

    program.write_text("def other(a=1): return a")
    (gone,) = ask({"what": "check", "form": form(program)})["faults"]
    assert gone["field"] == "function"
    program.write_text("def train(:")
    assert "line 1" in ask({"what": "check", "form": form(program)})["refused"]["detail"]


@pytest.mark.parametrize(
    "broken",
    [
        5,
        {},
        {"program": 1, "function": "f", "space": {}},
        {"program": "a", "function": "f", "cell": True, "space": {}},
        {"program": "a", "function": "f", "space": []},
        {"program": "a", "function": "f", "space": {"x": {"kind": "uniform"}}},
        {"program": "a", "function": "f", "space": {"x": {"kind": "choice", "options": 5}}},
        {"program": "a", "function": "f", "space": {"x": 5}},
        {"program": "a", "function": "f", "space": {"x": {"kind": "made up"}}},
    ],
)
def test_what_is_no_form_is_refused(broken: object) -> None:
    with pytest.raises(HopslabError) as refused:
        read_form(broken)
    assert refused.value.code in ("experiment.form", "experiment.invalid")
