from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Settings, eventually, variables
from hopslab.settings import MIB
from notebooks import Kernel, kernel
from platform_double import Platform

# jupyter_client and zmq leave sockets to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SWEEP = """\
%%experiment --name digits --metric accuracy --direction maximize --trials 10 --parallel 3 --algorithm random --seed 5
C = loguniform(1e-3, 1e3)
kernel = choice("rbf", "poly")
epochs = 3

def train(C, kernel, epochs, trial):
    for epoch in range(epochs):
        trial.report(helper(epoch))
    if trial.number == 4:
        raise ValueError("diverged")
    return {"accuracy": helper(C), "loss": 1.0}
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """One kernel without executors and without a platform for the whole module."""
    settings = Settings(None, None, None, 0, 3, 512 * MIB, 0, tmp_path_factory.mktemp("scratch"))
    with kernel(variables(settings)) as client:
        client.run("offset = 0.5\ndef helper(value): return value + offset")
        yield client


def test_a_sweep_in_a_cell_shows_its_progress_and_leaves_its_result(lab: Kernel) -> None:
    answer = lab.run(SWEEP)
    assert answer.reply["status"] == "ok"
    (shown,) = [output for output in answer.outputs if "data" in output]
    assert "digits: complete, 10 trials" in shown["data"]["text/plain"]
    assert (
        "1 failed: ValueError: diverged (see experiment_result.trials[4].traceback)"
        in shown["data"]["text/plain"]
    )
    assert "<table" in shown["data"]["text/html"]
    assert "var(--jp-" in shown["data"]["text/html"]
    assert len(answer.outputs) == 1, "no noise"
    after = lab.run(
        "assert best == experiment_result.best_params == _experiment.best_params\n"
        "assert experiment_result.best_value == helper(best['C']) and best['epochs'] == 3\n"
        "assert 'raise ValueError(\"diverged\")' in experiment_result.trials[4].traceback\n"
        "assert 'line 10' in experiment_result.trials[4].traceback\n"
        "assert len(experiment_result.to_dataframe()) == len(experiment_result.trials) == 10\n"
        "assert not {'C', 'kernel', 'uniform', 'loguniform', 'randint', 'choice'} & set(globals())\n"
        "epochs, train(1.5, 'rbf', 0, type('Trial', (), {'number': 0}))['accuracy']"
    )
    assert after.error == ""
    assert after.text == "(3, 2.0)"


def test_a_cell_with_steps_and_conditions_runs_its_grid_whole(lab: Kernel) -> None:
    answer = lab.run(
        "%%experiment --name grid --metric score --algorithm grid --tags 'night, seed 3' "
        "--pruner median:startup=2,warmup=1 --time 10m\n"
        "kernel = choice('linear', 'rbf')\n"
        "C = quniform(0.5, 1.5, 0.5)\n"
        "gamma = choice(0.1, 1).when(kernel='rbf')\n"
        "def train(kernel, C, trial, gamma=None):\n"
        "    trial.report(C)\n"
        "    return C + (0 if gamma is None else gamma) + 10 * (kernel == 'linear' and C < 1)\n"
    )
    assert answer.error == ""
    assert "grid: complete, 9 trials" in answer.text
    assert "best score 10.5 (trial 0: kernel = linear, C = 0.5)" in answer.text
    (shown,) = [output for output in answer.outputs if "data" in output]
    assert "<th style='text-align:left'>gamma</th>" in shown["data"]["text/html"]
    assert (
        lab.run("sorted({'gamma' in trial.params for trial in experiment_result.trials})").text
        == "[False, True]"
    )


def test_a_cell_about_several_metrics_leaves_their_front(lab: Kernel) -> None:
    answer = lab.run(
        "%%experiment --name two --metric accuracy,size --direction maximize,minimize --trials 4 --algorithm random\n"
        "x = choice(1)\n"
        "def train(x, trial):\n"
        "    return {'accuracy': trial.number % 2, 'size': 10 * (trial.number % 2) + trial.number}\n"
    )
    assert answer.error == ""
    assert "two: complete, 4 trials" in answer.text
    assert "2 trials on the front of accuracy (maximize), size (minimize)" in answer.text
    assert lab.run("best, [trial.number for trial in experiment_result.front]").text == "(None, [1, 0])"
    refused = lab.run("%%experiment --metric a,b --direction maximize\nx = choice(1, 2)\ndef f(x): return x")
    assert "direction: 1 given for 2 metrics" in refused.error


def test_names_of_the_notebook_that_the_cell_uses_for_itself_are_put_back(lab: Kernel) -> None:
    lab.run("from random import choice, uniform\nC = 'mine'")
    answer = lab.run("%%experiment --trials 2 --seed 1\nC = uniform(0, 1)\ndef f(C):\n    return C")
    assert answer.error == ""
    assert lab.run("C, choice([3]), uniform(1, 1)").text == "('mine', 3, 1.0)"
    lab.run("del C, choice, uniform")


def test_help_shows_the_options_and_an_example(lab: Kernel) -> None:
    answer = lab.run("%%experiment?")
    (page,) = answer.reply["payload"]
    text = page["data"]["text/plain"]
    for word in (
        "--name",
        "--metric",
        "--trials",
        "--parallel",
        "--seed",
        "loguniform(1e-3, 1e3)",
        "def train(",
    ):
        assert word in text


def test_an_interrupt_keeps_what_is_done(lab: Kernel) -> None:
    cell = (
        "%%experiment --name long --trials 50\nC = uniform(0, 1)\n"
        "def train(C, trial):\n    import time\n    if trial.number > 1:\n        time.sleep(600)\n    return C\n"
    )
    answer = lab.run(cell, interrupt_when="2 complete, 3 running")
    assert answer.error == ""
    assert "long: stopped" in answer.text
    states = lab.run("sorted({trial.state for trial in experiment_result.trials}), best is not None")
    assert states.text == "(['complete', 'stopped'], True)"


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (
            "%%experiment --trails 3\nC = uniform(0, 1)\ndef f(C): return C",
            ["line 1: --trails is not known; did you mean --trials?"],
        ),
        (
            "%%experiment --time soon --pruner median:warm=1\nC = uniform(0, 1)\ndef f(C): return C",
            ["time is 'soon'; give seconds", "'warm=1' is no option of median; did you mean warmup=...?"],
        ),
        (
            "%%experiment\ng = uniform(0, 1).when(kernel='rbf')\ndef f(g=1): return g",
            ["line 2: g: when(kernel=...): there is no hyperparameter kernel"],
        ),
        (
            "%%experiment --trials many\nC = uniform(0, 1)\ndef f(C): return C",
            ["line 1: --trials is 'many'; give a whole number"],
        ),
        (
            "%%experiment --trials\nC = uniform(0, 1)\ndef f(C): return C",
            ["line 1: ", "--trials", "expected one argument"],
        ),
        (
            "%%experiment --name 'x\nC = uniform(0, 1)\ndef f(C): return C",
            ["line 1: a quotation is not closed"],
        ),
        (
            "%%experiment my sweep\nC = uniform(0, 1)\ndef f(C): return C",
            ["line 1: my is not known; put quotes around"],
        ),
        (
            "%%experiment --direction up --trials 0\nC = uniform(0, 1)\ndef f(C): return C",
            ["direction is 'up'", "trials is 0"],
        ),
        (
            "%%experiment\nC = uniform(0, 1\ndef f(C): return C",
            ["line 2: '(' was never closed", "C = uniform(0, 1"],
        ),
        (
            "%%experiment\nC = uniform(0, 1)\nreturn C\ndef f(C): return C",
            ["line 3: 'return' outside function"],
        ),
        (
            "%%experiment\nC = unifrom(0, 1)\ndef f(C): return C",
            ["line 2: NameError", "did you mean uniform?"],
        ),
        ("%%experiment\nC = uniform(0)\ndef f(C): return C", ["line 2: TypeError", "'high'"]),
        ("%%experiment\nx = 1 / 0\nC = uniform(0, 1)\ndef f(C): return C", ["line 2: ZeroDivisionError"]),
        ("%%experiment\nC = uniform(0, 1)", ["There is no function to run"]),
        ("%%experiment\nC = uniform(0, 1)\nasync def f(C): return C", ["line 3: f is async"]),
        ("%%experiment\ndef f(C=1): return C", ["declares no hyperparameter"]),
        ("%%experiment\nC = uniform\ndef f(C): return C", ["line 2: C is uniform itself; call it"]),
        ("%%experiment\nC = [1, 2]\ndef f(C): return 1", ["line 2: C is a list; use uniform"]),
        (
            "%%experiment\nC = uniform(1, 0)\nD = loguniform(0, 1)\n\ndef f(C, E): return C",
            [
                "line 2: C: uniform: low (1) is above high (0)",
                "line 3: D: loguniform",
                "line 5: f has no parameter D",
                "f needs E",
            ],
        ),
        (
            "%%experiment\nC = uniform(0, 1)\ndef f(C): return lock",
            ["f cannot be sent to the workers"],
        ),
    ],
)
def test_a_cell_that_makes_no_sense_says_where_and_changes_nothing(
    lab: Kernel, cell: str, words: list[str]
) -> None:
    lab.run("import threading\nlock = threading.Lock()\nbest = experiment_result = 'as before'")
    lab.run("known = {'known', *globals()}")
    answer = lab.run(cell)
    assert answer.reply["status"] == "error"
    for word in words:
        assert word in answer.error
    assert "Traceback" not in answer.error
    assert len(answer.error.splitlines()) <= 8
    after = lab.run(
        "best, experiment_result, set(globals()) - known - {n for n in globals() if n[:2] == '_i'}"
    )
    assert after.text == "('as before', 'as before', set())"


def test_a_metric_that_is_not_returned_fails_the_cell_with_the_keys(lab: Kernel) -> None:
    answer = lab.run("%%experiment --metric accuracy\nC = uniform(0, 1)\ndef f(C): return {'acc': C}")
    assert answer.reply["status"] == "error"
    assert "f failed: The function does not return the metric 'accuracy'; it returned: acc." in answer.error
    (shown,) = [output["data"] for output in answer.outputs if "data" in output]
    assert re.fullmatch(r"f: failed, \d trials? in 0:\d\d\nno trial completed", shown["text/plain"])
    assert "does not return" not in shown["text/html"], "the error says it"
    assert "experiment_result" not in shown["text/html"], "there is nothing useful in it"
    assert lab.run("experiment_result.state, best").text == "('failed', None)"


def test_spark_without_executors_says_what_to_do(lab: Kernel) -> None:
    answer = lab.run("spark.range(3)")
    assert "no executors" in answer.error
    assert len(answer.error.splitlines()) == 1


def test_the_platform_gets_the_cell_and_an_earlier_kernels_results(
    inside: Settings, platform: Platform
) -> None:
    spool = inside.state / "spool" / "dead.jsonl"
    spool.parent.mkdir(parents=True)
    body = {
        "name": "earlier",
        "metric": "m",
        "direction": "maximize",
        "algorithm": "tpe",
        "planned": 1,
        "parallel": 1,
    }
    body["space"] = {"C": {"kind": "uniform", "low": 0, "high": 1}}  # type: ignore[assignment]
    spool.write_text(json.dumps({"kind": "experiment", "key": "dead", "body": body}) + "\n")
    with kernel(variables(inside)) as client:
        answer = client.run(SWEEP.replace("helper(", "float("))
        assert answer.error == ""
        eventually(lambda: [bool(e["ended"]) for e in platform.experiments.values()] == [True, True])
    found = {experiment["body"]["name"]: experiment for experiment in platform.experiments.values()}
    assert found["earlier"]["ended"]["state"] == "failed"
    assert found["digits"]["ended"] == {"state": "complete"}
    assert found["digits"]["body"]["code"].startswith("%%experiment --name digits")
    assert found["digits"]["body"]["space"]["epochs"] == {"kind": "choice", "options": [3]}
    assert len(found["digits"]["trials"]) == 10
    assert platform.faults == []


def test_the_kernel_is_found_by_the_notebook_server() -> None:
    spec = json.loads((Path(__file__).parents[1] / "share/jupyter/kernels/hopslab/kernel.json").read_text())
    assert spec["display_name"] == "Hopslab (Python)"
    assert spec["argv"][0] == "/opt/hopslab/base/bin/python"
    assert "hopslab.kernel" in spec["argv"]


def test_spark_begins_with_the_kernel(inside: Settings) -> None:
    with kernel(variables(dataclasses.replace(inside, executors=1, cores=1, memory=1024 * MIB))) as client:
        assert client.run("spark.range(4).count()").text.endswith("4")
        assert client.run("type(spark).__name__").text == "'SparkSession'"
