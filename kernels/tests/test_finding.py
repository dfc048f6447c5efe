from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from hopslab.errors import HopslabError
from hopslab.experiment.finding import find
from hopslab.experiment.proposing import Known, direction_of, proposal
from hopslab.experiment.space import Choice, Dimension, LogUniform, RandInt, Scalar, Uniform

PROGRAM = '''\
"""A program."""
from typing import Literal

raise SystemExit("nothing of it is run")


def helper(value, /):
    return value


class Model:
    def fit(self, x=1):
        return {"not": "a metric"}


def train(lr=0.01, units: int = 64, dropout=0.2, optimizer="adam", shuffle=False, loss: Literal["a", "b"] = "a",
          epochs=5, callback=print, *, alpha, depth: int, trial=None):
    """Fit the model.

    More.
    """
    def inner():
        return {"inner": 1}
    for epoch in range(epochs):
        trial.report(0.5, epoch)
    if lr > 1:
        return {"val_loss": 1.0}
    return {"accuracy": 0.5, "val_loss": 0.1}
'''


def notebook(folder: Path, *cells: str, name: str = "a.ipynb") -> Path:
    path = folder / name
    sources: list[Any] = [
        {"cell_type": "markdown", "source": ["# def no(): pass"]},
        *({"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells),
    ]
    path.write_text(json.dumps({"cells": sources, "nbformat": 4}))
    return path


def program(folder: Path, text: str | bytes, name: str = "a.py") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_files_function_is_found_with_a_space_its_metrics_and_where_it_is(tmp_path: Path) -> None:
    (train,) = find(program(tmp_path, PROGRAM)).to_json()["functions"]
    assert (train["name"], train["cell"], train["line"]) == ("train", None, 16)
    assert train["summary"] == "Fit the model."
    assert train["metrics"] == ["val_loss", "accuracy"]
    assert train["direction"] == "minimize"
    assert train["reports"] is True
    proposals = {one["name"]: one.get("proposal") for one in train["parameters"]}
    assert proposals == {
        "lr": {"kind": "loguniform", "low": 0.001, "high": 0.1},
        "units": {"kind": "randint", "low": 32, "high": 128},
        "dropout": {"kind": "uniform", "low": 0.0, "high": 0.99},
        "optimizer": {"kind": "choice", "options": ["adam", "sgd", "rmsprop"]},
        "shuffle": {"kind": "choice", "options": [False, True]},
        "loss": {"kind": "choice", "options": ["a", "b"]},
        "epochs": None,
        "callback": None,
        "alpha": {"kind": "uniform", "low": 0.0, "high": 1.0},
        "depth": {"kind": "randint", "low": 1, "high": 10},
    }
    required = [one["name"] for one in train["parameters"] if one["required"]]
    assert required == ["alpha", "depth"]
    defaults = {one["name"]: one["default"] for one in train["parameters"] if "default" in one}
    assert defaults["epochs"] == 5 and "callback" not in defaults


def test_a_notebooks_functions_are_found_the_last_first_whatever_magics_there_are(tmp_path: Path) -> None:
    path = notebook(
        tmp_path,
        "%matplotlib inline\n!ls\nimport os",
        "%%bash\ndef not_python() {",
        "def first(a=1):\n    return a",
        "def broken(:",
        "def first(a=2):\n    return a\n\ndef second(b=1.0):\n    return dict(score=b)",
    )
    found = find(path).to_json()
    assert [(one["name"], one["cell"]) for one in found["functions"]] == [("second", 5), ("first", 5)]
    assert found["functions"][0]["metrics"] == ["score"]
    assert found["functions"][1]["parameters"][0]["default"] == 2
    (note,) = found["notes"]
    assert note.startswith("cell 4, line 1: ")


def test_a_cell_of_an_experiment_proposes_what_it_declares(tmp_path: Path) -> None:
    path = notebook(
        tmp_path,
        "%%experiment --name digits --metric accuracy --trials 7 --pruner median\n"
        "C = loguniform(1e-3, 1e3)\nkernel = choice('rbf', 'poly')\nepochs = 3\ngamma = uniform(5, 1)\n"
        "def helper(x=1): return x\n"
        "def train(C, kernel, epochs, gamma):\n    return {'accuracy': C}\n",
    )
    (train,) = find(path).to_json()["functions"]
    assert train["line"] == 7
    assert train["options"]["name"] == "digits" and train["options"]["trials"] == 7
    proposals = {one["name"]: one["proposal"] for one in train["parameters"]}
    assert proposals["C"] == {"kind": "loguniform", "low": 0.001, "high": 1000.0}
    assert proposals["kernel"] == {"kind": "choice", "options": ["rbf", "poly"]}
    assert proposals["epochs"] == {"kind": "choice", "options": [3]}
    assert proposals["gamma"] == {"kind": "uniform", "low": 0.0, "high": 1.0}, "a faulty one is proposed anew"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def train(:\n", "line 1"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"# -*- coding: nonsense -*-\n", "UTF-8"),
        ("x = 1\n\0", "cannot be read as Python"),
        ("(" * 20_000, "line 1"),
        ("-" * 200_000 + "1", "cannot be read as Python"),
    ],
)
def test_what_is_no_python_is_told_in_words(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(HopslabError) as refused:
        find(program(tmp_path, text))
    assert refused.value.code == "experiment.program"
    assert said in refused.value.detail


@pytest.mark.parametrize("text", ["", "[]", '{"cells": 5}', "[" * 100_000])
def test_what_is_no_notebook_is_told_in_words(tmp_path: Path, text: str) -> None:
    with pytest.raises(HopslabError, match=r"notebook|cells"):
        find(program(tmp_path, text, "a.ipynb"))


def test_strange_cells_are_passed_over(tmp_path: Path) -> None:
    cells = [5, {"cell_type": "code"}, {"cell_type": "code", "source": [1, "def f(a=1):\n", " return a"]}]
    path = program(tmp_path, json.dumps({"cells": cells}), "a.ipynb")
    assert [one.name for one in find(path).functions] == ["f"]


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    for name in ("pipe.py", "missing.py"):
        with pytest.raises(HopslabError, match=r"no file|cannot be read"):
            find(tmp_path / name)
    with pytest.raises(HopslabError, match=r"\.ipynb or \.py"):
        find(program(tmp_path, "x", "data.csv"))


@pytest.mark.parametrize(
    ("default", "expected"),
    [
        (0.3, LogUniform(0.03, 3.0)),
        (0.0, Uniform(0.0, 1.0)),
        (-2.0, Uniform(-4.0, 0.0)),
        (1, RandInt(1, 4)),
        (0, RandInt(0, 10)),
        (-3, RandInt(-6, 0)),
        (True, Choice((False, True))),
        ("somewhere", None),
        (None, None),
        (1e300, None),
        (5e-324, None),
        (float("inf"), None),
        (10**30, None),
    ],
)
def test_a_default_gives_a_range_around_it_or_stays(default: Scalar, expected: Dimension | None) -> None:
    assert proposal(Known("x", has_default=True, default=default)) == expected


def test_the_better_direction_is_read_from_the_metrics_name() -> None:
    assert [direction_of(name) for name in ("accuracy", "val_loss", "rmse", "closs")] == [
        "maximize",
        "minimize",
        "minimize",
        "maximize",
    ]
