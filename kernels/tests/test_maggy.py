from __future__ import annotations

import json
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hopslab.errors import HopslabError
from hopslab.settings import Settings
from maggy import EarlyStopException, Searchspace, experiment
from maggy.ablation import AblationStudy
from maggy.callbacks import KerasBatchEnd, KerasEpochEnd
from maggy.config import (
    AblationConfig,
    BaseConfig,
    HyperparameterOptConfig,
    TfDistributedConfig,
    TorchDistributedConfig,
)
from maggy.core.exceptions import BroadcastMetricTypeError, BroadcastStepTypeError, BroadcastStepValueError
from maggy.earlystop import NoStoppingRule
from maggy.experiment.ablating import Without
from maggy.experiment.joining import Shared
from maggy.optimizer import AbstractOptimizer, Asha, RandomSearch
from platform_double import Platform
from test_hops import program, trials


def folder_of(settings: Settings, name: str) -> Path:
    (folder,) = (settings.state / "experiments").glob(f"{name}-*")
    return folder


def test_a_program_of_the_first_generation(environment: Settings, platform: Platform) -> None:
    result = program("maggy_04_digits")["result"]
    assert result["num_trials"] == 5
    assert result["early_stopped"] == 0
    assert result["best_val"] == max(result["metric_list"]) > 0.7
    assert result["worst_val"] == min(result["metric_list"])
    assert result["avg"] == pytest.approx(sum(result["metric_list"]) / 5)
    assert set(result["best_config"]) == {"alpha", "epochs", "loss"}
    folder = folder_of(environment, "sgd")
    best = folder / result["best_id"]
    assert json.loads((best / ".hparams.json").read_text()) == result["best_config"]
    log = (best / "output.log").read_text().splitlines()
    assert len(log) == result["best_config"]["epochs"]
    assert f"epoch 0: {platform.only['curves'][int(best.name[-5:]), 1][0]}" in log[0]
    assert platform.only["body"]["metric"] == "metric"
    assert platform.faults == []


def test_a_trial_that_catches_the_early_stop_is_pruned_all_the_same(
    environment: Settings, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "HOPSLAB_CORES", "1"
    )  # one after another, so that it is known who is compared with whom
    result = program("maggy_1_stopping")["result"]
    states = [platform.only["trials"][number]["state"] for number in range(6)]
    assert states == ["complete", "complete", "pruned", "pruned", "pruned", "pruned"]
    assert result["early_stopped"] == 4
    assert result["num_trials"] == 6
    assert result["best_config"] == {"index": 5}
    assert (result["best_val"], result["worst_val"]) == (0.6, 0.1)
    assert "caught" in (folder_of(environment, "hp_tuning_test") / "trial-00005" / "output.log").read_text()
    assert platform.faults == []


def test_asha_gives_the_best_more(environment: Settings, platform: Platform) -> None:
    result = program("maggy_asha")["result"]
    budgets = [trial["params"]["budget"] for trial in platform.only["trials"].values()]
    assert budgets[0] == 1
    assert budgets.count(1) > budgets.count(2) > budgets.count(4) > 0
    best = result["best_config"]
    assert result["best_val"] == max(result["metric_list"]) == pytest.approx(best["x"] * best["budget"])
    assert platform.only["body"]["algorithm"] == "promotion:factor=2"
    assert platform.only["body"]["space"]["budget"] == {"kind": "choice", "options": [1, 2, 4]}


def test_a_model_is_trained_by_one_worker_and_that_is_said(
    environment: Settings,
    platform: Platform,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result = program("maggy_1_model")["result"]
    assert result == {"slope": pytest.approx(3.0), "rows": 2}
    assert "one worker" not in capsys.readouterr().out
    assert platform.only["trials"][0]["metrics"] == {"slope": pytest.approx(3.0), "rows": 2}

    def sets(module: Any, train_set: int, test_set: int) -> float:
        return float(module(train_set) + test_set)

    config = TfDistributedConfig(process_data=lambda a, b: (a + 1, b + 1), train_set=-2, test_set=3)
    assert experiment.lagom(lambda train_set, test_set: train_set + test_set, config) == 3
    assert {one["trials"][0]["value"] for one in platform.experiments.values()} == {None, 3}
    monkeypatch.setattr("maggy.experiment.distributing.num_executors", lambda: 3)
    assert experiment.lagom(sets, TorchDistributedConfig(abs, train_set=-2, test_set=3)) == 5.0
    assert "by one worker, not by all 3 executors" in capsys.readouterr().out
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    with pytest.raises(HopslabError, match=r"workers is 3, and this notebook server has 2 cores"):
        experiment.lagom(lambda train_set, test_set: 1, TfDistributedConfig(train_set=-2, test_set=3))


@pytest.mark.parametrize(
    ("spec", "fits"),
    [
        (None, True),  # Keras itself says what it takes
        (((32, 64), (32,)), True),
        (((None, 64), (None,)), False),
        (((31, 64), (31,)), False),
        ((32,), True),
        ((), False),
    ],
)
def test_only_sets_that_are_as_long_for_each_worker_are_shared_out(spec: Any, fits: bool) -> None:
    def tensor(shape: tuple[int | None, ...]) -> Any:
        return types.SimpleNamespace(shape=shape)

    nested = bool(spec) and isinstance(spec[0], tuple)
    given = tuple(map(tensor, spec)) if nested else tensor(spec)
    data = 1 if spec is None else types.SimpleNamespace(element_spec=given)
    ready = Shared(lambda given, _params: given, 2)
    if fits:
        assert ready({"train_set": data}, {}) == {"train_set": data}
        return
    with pytest.raises(
        ValueError, match=r"train_set can't be shared out to 2 workers: batch it with drop_rem"
    ):
        ready({"train_set": data}, {})


def test_each_part_is_left_out_once(environment: Settings, platform: Platform) -> None:
    ran = program("maggy_ablation")
    result = ran["result"]
    found = {
        (trial["params"]["ablated_feature"], trial["params"]["ablated_layer"]): trial["value"]
        for trial in platform.only["trials"].values()
    }
    assert found == {
        ("None", "None"): 11,
        ("None", "my_dense_two"): 10,
        ("None", "sigmoid"): 10,
        ("None", "my_dense_three, sigmoid"): 9,
        ("None", "Layers prefixed my_dense"): 9,
        ("None", "Custom model: tiny"): 7,
        ("fare", "None"): 9,
        ("class", "None"): 9,
    }
    assert (result["best_val"], result["num_trials"]) == (11, 8)
    assert result["best_config"] == {"ablated_feature": "None", "ablated_layer": "None"}
    assert platform.faults == []
    for layers, words in (
        (("first",), "no layer first between the first and the last; there are: my_dense_two"),
        (("sigmoid", "no"), "no layer no between"),
        ("conv", "no layer conv between"),
    ):
        with pytest.raises(ValueError, match=words):
            Without(ran["base_model_generator"], layers)()

    class Functional:
        def get_config(self) -> dict[str, Any]:
            return {"layers": [{"config": {"name": "x"}, "inbound_nodes": []}]}

    with pytest.raises(ValueError, match="Sequential models only, and this is a Functional"):
        Without(Functional, ("x",))()


def test_functions_are_called_with_what_they_take(environment: Settings, platform: Platform) -> None:
    space = Searchspace(x=("DISCRETE", [1, 2]))

    def by_name(x: int, model: str, train_set: list[int]) -> dict[str, Any]:
        return {"good": x + len(model) + train_set[0], "Metric": 0.0}

    config = HyperparameterOptConfig(
        9, "gridsearch", space, "good", model="abc", train_set=[10], name="by-name", es_policy=NoStoppingRule
    )
    assert experiment.lagom(by_name, config)["metric_list"] == [14.0, 15.0]

    def as_dict(hparams: dict[str, Any], x: int, **others: Any) -> list[float]:
        return {"first": "a", "second": hparams["x"] * x}  # type: ignore[return-value]

    unnamed = HyperparameterOptConfig(9, "gridsearch", space, direction="MIN", name="as-dict")
    assert experiment.lagom(as_dict, unnamed)["best_val"] == 1.0

    def again() -> float:
        return 1.0

    assert experiment.lagom(again, optimizer=None, num_trials=2)["metric_list"] == [1.0, 1.0]
    assert experiment.lagom(
        lambda hparams, model: {"a": hparams["a"], "b": model}, BaseConfig(hparams={"a": 1})
    ) == {
        "a": 1,
        "b": None,
    }
    assert experiment.lagom(again) == 1.0
    assert platform.faults == []


def test_a_space_is_made_and_read_as_before() -> None:
    space = Searchspace(kernel=("INTEGER", [2, 8]), pool=("integer", [2, 8]))
    space.add("dropout", ("DOUBLE", [0.01, 0.99]))
    space.add("act", ["CATEGORICAL", ["relu", "tanh"]])
    assert space.keys() == ["kernel", "pool", "dropout", "act"]
    assert space.get("dropout") == space.dropout == [0.01, 0.99]  # type: ignore[attr-defined]
    assert space.get("nothing", 3) == 3
    assert space.names() == {
        "kernel": "INTEGER",
        "pool": "INTEGER",
        "dropout": "DOUBLE",
        "act": "CATEGORICAL",
    }
    assert Searchspace(**space.to_dict()).to_dict() == space.to_dict()
    assert next(iter(space)) == {"name": "kernel", "type": "INTEGER", "values": [2, 8]}
    assert list(space) == list(space.items())
    assert space.values()[3] == ("CATEGORICAL", ["relu", "tanh"])
    assert "pool" in space
    assert "stride" not in space
    assert json.loads(str(space))["pool"] == ["INTEGER", [2, 8]]
    (one,) = space.get_random_parameter_values(1)
    assert 2 <= one["kernel"] <= 8
    assert one["act"] in ("relu", "tanh")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("x", ("REAL", [0, 1]), "is of the type 'REAL'; use one of: DOUBLE"),
        ("x", ("DOUBLE", [0, 1, 2]), "DOUBLE has 3 values"),
        ("x", ("DOUBLE", [1.0, 0.5]), r"low \(1.0\) is above high"),
        ("x", ("DOUBLE", ["a", "b"]), "give a number"),
        ("x", ("INTEGER", [0.5, 2]), "give a whole number"),
        ("x", ("DISCRETE", []), "give a list of at least one"),
        ("x", ("CATEGORICAL", [object()]), "object is no text"),
        ("x", 3, "give a type and values"),
        ("keys", ("DOUBLE", [0, 1]), "is a word of the space itself"),
        ("not a name", ("DOUBLE", [0, 1]), "is no name"),
    ],
)
def test_a_space_that_makes_no_sense_is_told(name: str, value: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Searchspace(**{name: value})


SPACE = Searchspace(x=("DOUBLE", [0.0, 1.0]))


def train(x: float, reporter: Any) -> float:
    return x


def featured() -> AblationStudy:
    study = AblationStudy(dataset_generator=lambda epochs: epochs)
    study.features.include("fare")
    return study


class Own(AbstractOptimizer):
    pass


def opt(**more: Any) -> Callable[[], Any]:
    given = {"num_trials": 3, "optimizer": "randomsearch", "searchspace": SPACE, **more}
    return lambda: experiment.lagom(given.pop("fn", train), HyperparameterOptConfig(**given))


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (opt(optimizer="genetic"), "optimizer is 'genetic'; use one of: randomsearch, asha"),
        (opt(optimizer=Own()), "or one of maggy.optimizer"),
        (opt(optimizer="none"), "the search space is not empty"),
        (opt(optimizer="gridsearch"), "uniform has no end of values"),
        (opt(searchspace={"x": 1}), "give a maggy.Searchspace"),
        (opt(direction="up"), "direction is 'up'; use 'max' or 'min'"),
        (opt(num_trials=0), "num_trials is 0"),
        (opt(es_policy="mean"), "es_policy is 'mean'; use 'median' or 'none'"),
        (opt(es_interval=0), "es_interval is 0"),
        (opt(fn=lambda y: y), "has no parameter x"),
        (opt(fn=lambda hparams, z: z), "needs z"),
        (opt(fn=3), "3 is no function"),
        (lambda: Asha(1), "reduction_factor is 1"),
        (lambda: Asha(2, 4, 4), r"resource_min (4) is not below"),
        (lambda: RandomSearch(pruner="hyperband"), "pruner is 'hyperband'"),
        (lambda: experiment.lagom(train, "digits", "ablation", ablation_study=1), "ablation_study is 1"),
        (lambda: experiment.lagom(train, AblationConfig(AblationStudy(), "lofo")), "ablator is 'lofo'"),
        (lambda: experiment.lagom(train, AblationConfig(AblationStudy())), "needs x"),
        (
            lambda: experiment.lagom(lambda dataset_function: 1, AblationConfig(AblationStudy())),
            "no feature store",
        ),
        (
            lambda: experiment.lagom(lambda model_function: 1, AblationConfig(AblationStudy())),
            "no base model",
        ),
        (lambda: experiment.lagom(lambda: 1, AblationConfig(featured())), "takes no ablated_feature"),
        (lambda: AblationStudy().features.include(3), "features.include takes names, not 3"),
        (lambda: AblationStudy().model.layers.include_groups(["one"]), "lists of two names or more"),
        (lambda: experiment.lagom(train, "digits", "other"), "experiment_type is 'other'"),
        (lambda: experiment.lagom(train, 3), "config is 3"),  # type: ignore[arg-type]
        (lambda: TorchDistributedConfig(backend="deepspeed"), "backend is 'deepspeed'"),
        (lambda: TorchDistributedConfig(zero_lvl=3), "zero_lvl"),
    ],
)
def test_what_makes_no_sense_is_told(
    environment: Settings, platform: Platform, start: Callable[[], Any], words: str
) -> None:
    with pytest.raises(HopslabError) as caught:
        start()
    assert caught.value.code == "experiment.invalid"
    assert words in str(caught.value)
    assert platform.experiments == {}


def test_reports_of_no_sense_are_told(environment: Settings, platform: Platform) -> None:
    def train(hparams: dict[str, int], reporter: Any) -> float:
        reporter.broadcast(0.5, 3)
        reporter.broadcast(0.5)  # step 4
        reporter.log("said", jupyter=True)
        metric, step = [("high", 5), (0.5, 2), (0.5, "six"), (0.5, 5.0)][hparams["case"]]
        reporter.broadcast(metric, step)
        return 0.5

    space = Searchspace(case=("DISCRETE", [0, 1, 2, 3]))
    experiment.lagom(train, HyperparameterOptConfig(4, "gridsearch", space, name="cases", es_policy="none"))
    reasons = [platform.only["trials"][number].get("reason", "") for number in range(4)]
    for reason, error in zip(
        reasons, [BroadcastMetricTypeError, BroadcastStepValueError, BroadcastStepTypeError], strict=False
    ):
        assert error.__name__ in reason
    assert reasons[3] == ""
    assert [*platform.only["curves"][3, 1]] == [3, 4, 5]
    assert (folder_of(environment, "cases") / "trial-00003" / "output.log").read_text().endswith("said\n")
    assert len(trials(str(folder_of(environment, "cases")))) == 4


class Heard:
    def __init__(self) -> None:
        self.reports: list[tuple[Any, Any]] = []

    def broadcast(self, metric: Any, step: Any = None) -> None:
        self.reports.append((metric, step))
        if metric == 0.0:
            raise EarlyStopException(metric)


def test_callbacks_report_what_they_are_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "keras", raising=False)
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    heard = Heard()
    batch, epoch = KerasBatchEnd(heard), KerasEpochEnd(heard, "val_acc")  # type: ignore[arg-type]
    batch.on_train_begin()
    batch.on_train_batch_end(0, {"loss": 0.5})
    epoch.on_epoch_end(1, {"loss": 0.4, "val_accuracy": 0.9})
    assert heard.reports == [(0.5, None), (0.9, 1)]
    with pytest.raises(ValueError, match="reports 'val_acc', and there is: loss"):
        epoch.on_epoch_end(2, {"loss": 0.4})
    with pytest.raises(EarlyStopException):
        batch.on_batch_end(0, {"loss": 0.0})
    with pytest.raises(AttributeError):
        _ = batch.nothing


def test_callbacks_are_keras_own_where_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    class Callback:
        def __init__(self) -> None:
            self.params: Any = None

        def set_params(self, params: Any) -> None:
            self.params = params

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            raise AssertionError("not of this callback")

    keras = types.ModuleType("keras")
    keras.callbacks = types.SimpleNamespace(Callback=Callback)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keras", keras)

    class Mine(KerasEpochEnd):
        def __init__(self, reporter: Any) -> None:
            super().__init__(reporter, "loss")

    heard = Heard()
    for callback in KerasEpochEnd(heard, "loss"), Mine(heard):  # type: ignore[arg-type]
        assert isinstance(callback, Callback)
        assert isinstance(callback, KerasEpochEnd)
        callback.set_params({"epochs": 3})
        assert callback.params == {"epochs": 3}
        callback.on_epoch_end(0, {"loss": 1.0})
    assert heard.reports == [(1.0, 0), (1.0, 0)]
