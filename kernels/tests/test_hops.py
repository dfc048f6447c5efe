from __future__ import annotations

import importlib
import json
import pkgutil
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import maggy
from hops import devices, experiment, tensorboard, util
from hopslab.classic.files import keeping
from hopslab.errors import HopslabError
from hopslab.settings import Settings
from platform_double import Platform

PROGRAMS = Path(__file__).parent / "programs"


def program(name: str) -> dict[str, Any]:
    return runpy.run_path(str(PROGRAMS / f"{name}.py"), run_name="__main__")


def trials(folder: str) -> list[Path]:
    return sorted(path for path in Path(folder).iterdir() if path.name.startswith("trial-"))


def outputs(trial: Path) -> Any:
    return json.loads((trial / ".outputs.json").read_text())


def by_name(platform: Platform) -> dict[str, Any]:
    return {one["body"]["name"]: one for one in platform.experiments.values()}


def test_a_program_of_the_first_generation(environment: Settings, platform: Platform) -> None:
    ran = program("hops_06_digits")
    assert [len(trials(ran[name])) for name in ("launched", "searched", "evolved")] == [2, 4, 30]
    first = trials(ran["launched"])[0]
    assert json.loads((first / ".hparams.json").read_text()) == {"C": 0.1, "gamma": 0.001}
    assert (first / "report.txt").read_text() == "0.1 0.001"
    assert (first / "output.log").read_text() == f"accuracy {outputs(first)['metric']}\n"
    assert float((first / ".metric").read_text()) == outputs(first)["metric"]
    assert outputs(trials(ran["launched"])[1])["metric"] > 0.93
    best = max(trials(ran["evolved"]), key=lambda trial: outputs(trial)["metric"])
    assert json.loads((best / ".hparams.json").read_text()) == ran["best"]
    assert platform.faults == []
    assert {one["ended"]["state"] for one in platform.experiments.values()} == {"complete"}
    launched = by_name(platform)["digits"]
    assert launched["body"]["algorithm"] == "points"
    assert launched["body"]["description"] == "by hand"
    assert "def train(C, gamma):" in launched["body"]["code"]
    assert {trial["state"] for trial in launched["trials"].values()} == {"complete"}
    assert launched["trials"][0]["value"] == outputs(first)["metric"]
    algorithms = [one["body"]["algorithm"] for one in platform.experiments.values()]
    assert algorithms[-1] == "de:population=6,mutation=0.5,crossover=0.7"


def test_a_program_of_the_second_generation(environment: Settings, platform: Platform) -> None:
    ran = program("hops_25_digits")
    found = [outputs(trial) for trial in trials(ran["logdir"])]
    assert len(found) == 4
    assert ran["metrics"] == min(found, key=lambda one: one["error"])
    assert 2 <= ran["params"]["depth"] <= 12
    assert ran["params"]["criterion"] in ("gini", "entropy")
    # The file that was returned is in the trial's folder, and was the trial's own.
    assert all(Path(one["tree"]).read_text() == str(one["depth"]) for one in found)
    assert len({one["tree"] for one in found}) == 4
    assert ran["grid_params"] == {"letter": "a", "times": 2}
    assert (ran["grid_metrics"]["length"], ran["grid_metrics"]["word"]) == (2, "aa")
    assert ran["once_outputs"]["answer"] == 42
    assert ran["once_outputs"]["words"] == "no number"
    once = by_name(platform)["once"]
    assert once["body"]["space"] == {}
    assert once["body"]["metric"] == "answer"
    assert once["trials"][0]["value"] == 42
    trees = by_name(platform)["trees"]
    assert trees["body"]["direction"] == "minimize"
    assert trees["trials"][0]["metrics"].keys() == {"error", "depth", "gpus"}
    assert platform.faults == []


def test_an_experiment_that_is_the_program_itself(environment: Settings, platform: Platform) -> None:
    ran = program("hops_by_itself")
    assert Path(ran["logdir"]).parent == Path(ran["folder"])
    assert Path(ran["folder"]).is_dir()
    assert platform.only["body"]["name"] == "calculate pi"
    assert platform.only["ended"] == {"state": "complete"}
    assert platform.only["trials"][0]["state"] == "complete"
    assert platform.only["trials"][0]["value"] == pytest.approx(3.14059, abs=1e-5)
    assert platform.faults == []
    with pytest.raises(HopslabError, match="inside the function"):
        tensorboard.logdir()
    with pytest.raises(HopslabError, match=r"call experiment\.begin"):
        experiment.end()


def test_within_one_nothing_else_is_started(environment: Settings, platform: Platform) -> None:
    experiment.begin("outer")
    try:
        for start in (experiment.begin, lambda: experiment.launch(lambda: 1)):
            with pytest.raises(HopslabError, match=r"call experiment\.end\(\) first") as caught:
                start()
            assert caught.value.code == "experiment.running"
    finally:
        experiment.end({"accuracy": 0.5, "words": "none"})
    assert platform.only["trials"][0]["metrics"] == {"accuracy": 0.5}
    assert platform.only["trials"][0]["value"] is None


@pytest.fixture
def tensorflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name only: what it would do is the function's business."""
    (tmp_path / "tensorflow.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))


def test_a_program_that_trains_on_all_executors(
    environment: Settings, platform: Platform, tensorflow: None
) -> None:
    ran = program("hops_together")
    (trial,) = trials(ran["logdir"])
    assert ran["metrics"]["accuracy"] == 0.5
    assert ran["metrics"]["workers"] == 1
    assert ran["metrics"]["words"] == "no number"
    assert (trial / "index").read_text() == "0"
    assert (trial / "output.log").read_text() == "worker 0\n"
    assert Path(ran["older"]).name.startswith("silent-")
    mirrored = by_name(platform)["mirrored"]
    assert (mirrored["body"]["metric"], mirrored["trials"][0]["value"]) == ("accuracy", 0.5)
    assert "def train():" in mirrored["body"]["code"]
    assert by_name(platform)["silent"]["trials"][0]["state"] == "complete"
    assert platform.faults == []


def test_a_training_that_fails_says_why(
    environment: Settings, tensorflow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def train() -> None:
        raise ValueError("diverged")

    with pytest.raises(HopslabError, match="diverged") as caught:
        experiment.mirrored(train)
    assert caught.value.code == "experiment.failed"
    for start, words in (
        (lambda: experiment.mirrored(train, evaluator=True), "evaluator: every worker trains"),
        (lambda: experiment.mirrored(lambda x: x), "needs x; it is called without arguments"),
        (lambda: experiment.mirrored(None), "None is no function"),
        (lambda: experiment.collective_all_reduce(train), "There is one executor"),
        (lambda: experiment.parameter_server(train), "needs 2 workers"),
    ):
        with pytest.raises(HopslabError, match=words) as caught:
            start()  # type: ignore[no-untyped-call]
        assert caught.value.code == "experiment.invalid"


def test_what_is_returned_fits_both_generations() -> None:
    from hops._returned import Returned

    returned = Returned("/project/Experiments/digits-1", {"C": 1}, {"accuracy": 0.9})
    folder, best = returned
    assert (folder, best) == ("/project/Experiments/digits-1", {"C": 1})
    folder, best, metrics = returned
    assert metrics == {"accuracy": 0.9}
    first, *others = returned
    assert (first, len(others)) == ("/project/Experiments/digits-1", 2)
    assert tuple(returned)[2] == returned[2] == metrics
    assert returned + "/x" == f"{returned}/x" == "/project/Experiments/digits-1/x"
    assert returned[9:20] == "Experiments"
    assert Path(returned) / "x" == Path("/project/Experiments/digits-1/x")
    assert type(str(returned)) is str
    with pytest.raises(ValueError, match="not enough values"):
        _a, _b, _c, _d = returned


def test_values_of_any_kind_are_launched(environment: Settings, platform: Platform) -> None:
    def train(layers: list[int], rate: Any, maker: Callable[[int], int]) -> float:
        return float(sum(layers) * rate * maker(2))

    lists: dict[str, Any] = {
        "layers": [[32, 16], [64], [32, 16]],
        "rate": [0.5, float("inf"), 2.0],
        "maker": [abs, len, abs],
    }
    lists["maker"][1] = lambda _value: 0
    _folder, params, metrics = experiment.grid_search(
        train, {name: values[:2] for name, values in lists.items()}, optimization_key="metric"
    )
    assert params["layers"] == [64]
    assert params["rate"] == 0.5
    assert params["maker"] is abs
    assert metrics["metric"] == 64.0
    body = platform.only["body"]
    assert body["space"]["layers"]["options"] == ["[32, 16]", "[64]"]
    assert body["space"]["rate"]["options"] == ["0.5", "inf"]
    states = [trial["state"] for trial in platform.only["trials"].values()]
    assert states.count("complete") == 4
    assert states.count("failed") == 4  # inf and nan are no results


def test_a_launch_of_many_runs_has_some_that_fail(environment: Settings, platform: Platform) -> None:
    def train(x: int) -> Any:
        if x == 1:
            raise ValueError("diverged")
        return None if x == 2 else "done"

    folder, nothing = experiment.launch(train, {"x": [0, 1, 2]}, name="some")
    assert nothing is None
    assert [(trial / ".outputs.json").exists() for trial in trials(folder)] == [True, False, True]
    assert outputs(trials(folder)[0])["metric"] == "done"
    assert [platform.only["trials"][n]["state"] for n in range(3)] == ["complete", "failed", "complete"]
    with pytest.raises(HopslabError, match="diverged") as caught:
        experiment.launch(train, {"x": [1]})
    assert caught.value.code == "experiment.failed"
    assert 'raise ValueError("diverged")' in str(caught.value)


def test_a_link_that_somebody_else_put_there_leads_nowhere(settings: Settings, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("somebody's data")
    folder = tmp_path / "trial-00000"
    folder.mkdir()
    for name in (".hparams.json", ".outputs.json", ".metric", "output.log", "written.txt"):
        (folder / name).symlink_to(other)
    with keeping(folder, {"x": 1}) as kept:
        Path("written.txt").write_text("by the function")
        Path("folder").mkdir()
        Path("folder", "inner").write_text("inner")
        print("printed")  # noqa: T201
        returned = kept.outputs(
            {"metric": 1, "file": "written.txt", "more": "folder", "odd": "a\0b"}, "metric"
        )
    assert other.read_text() == "somebody's data"
    assert returned["file"] == str(folder / "written.txt")
    assert (folder / "written.txt").read_text() == "by the function"
    assert (folder / "folder" / "inner").read_text() == "inner"
    assert (folder / "output.log").read_text() == "printed\n"
    assert outputs(folder)["odd"] == "a\0b"
    assert {path.name for path in folder.iterdir() if path.is_symlink()} == set()
    assert sorted(path.name for path in folder.iterdir() if path.name.endswith(".draft")) == []


def test_resources_are_kept_with_the_experiment(environment: Settings, tmp_path: Path) -> None:
    resource = tmp_path / "config.yml"
    resource.write_text("a: 1")
    folder = experiment.launch(lambda: 1, name="kept", versioned_resources=[str(resource)])
    assert (Path(folder) / "versioned_resources" / "config.yml").read_text() == "a: 1"
    with pytest.raises(HopslabError, match="there is no 'nowhere'"):
        experiment.launch(lambda: 1, versioned_resources=["nowhere"])


def train(x: float) -> float:
    return x


BOUNDS = {"x": [0, 1]}


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (lambda: experiment.launch(train, {"x": [1, 2], "y": [1]}), ["x has 2, y has 1"]),
        (lambda: experiment.launch(train, {"y": [1]}), ["train has no parameter y", "train needs x"]),
        (lambda: experiment.launch(train, {}), ["args_dict is empty"]),
        (lambda: experiment.launch(train, {"x": []}), ["args_dict['x'] is empty"]),
        (lambda: experiment.launch(train, {"x": "abc"}), ["args_dict['x'] is 'abc'; give a list"]),
        (lambda: experiment.launch(train), ["train needs x"]),
        (lambda: experiment.launch(None), ["None is no function"]),
        (lambda: experiment.grid_search(train, {"x": [1]}, direction="up"), ["direction is 'up'; use 'max'"]),
        (lambda: experiment.grid_search(train, {"x": 3}), ["grid_dict['x'] is 3; give a list"]),
        (lambda: experiment.random_search(train, {}), ["boundary_dict is empty"]),
        (lambda: experiment.random_search(train, {"x": [1, 2, 3]}), ["has 3 values; give two"]),
        (lambda: experiment.random_search(train, {"x": [2, 1]}), ["low (2) is above high (1)"]),
        (lambda: experiment.random_search(train, BOUNDS, samples=0), ["trials is 0"]),
        (lambda: experiment.differential_evolution(train, BOUNDS, population=3), ["population is 3"]),
        (lambda: experiment.differential_evolution(train, BOUNDS, generations=0), ["generations is 0"]),
        (lambda: experiment.differential_evolution(train, BOUNDS, mutation=3), ["mutation goes up to 2"]),
    ],
)
def test_what_makes_no_sense_is_told(
    environment: Settings, platform: Platform, start: Callable[[], Any], words: list[str]
) -> None:
    with pytest.raises(HopslabError) as caught:
        start()
    assert caught.value.code == "experiment.invalid"
    for each in words:
        assert each in str(caught.value)
    assert platform.experiments == {}


def test_the_lease_and_its_devices(environment: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert util.num_executors() == 1
    monkeypatch.setenv("HOPSLAB_EXECUTORS", "3")
    assert util.num_executors() == 3
    assert util.num_param_servers() == 0
    monkeypatch.setenv("NUM_TF_PS", "1")
    assert util.num_param_servers() == 1
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert devices.get_num_gpus() == 0
    monkeypatch.setenv("HOPSLAB_GPUS", "2")
    assert devices.get_num_gpus() == 2
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4")
    assert devices.get_num_gpus() == 1
    assert util.grid_params({"lr": [0.1, 0.3], "n": [2, 9]}) == {
        "lr": [0.1, 0.1, 0.3, 0.3],
        "n": [2, 9, 2, 9],
    }


def test_what_is_not_there_says_so() -> None:
    with pytest.raises(ImportError, match=r"hops\.kafka is not here yet; of hops there is: devices"):
        from hops import kafka  # noqa: F401
    with pytest.raises(ImportError, match=r"folders below /project"):
        from hops import hdfs  # noqa: F401
    with pytest.raises(ImportError):
        from hops import nonsense  # noqa: F401
    for module, words in {
        "hops.hdfs": r"hops\.hdfs is not here; .* folders below /project",
        "hops.featurestore": r"hops\.featurestore is not here yet; of hops there is: devices",
        "hops.nonsense": r"hops\.nonsense is not here; of hops there is",
        "maggy.pruner": r"maggy\.pruner is not here; give the config optimizer=.asha",
        "maggy.nonsense": r"of maggy there is: ablation, callbacks, ",
    }.items():
        with pytest.raises(ModuleNotFoundError, match=words):
            importlib.import_module(module)
    for one in pkgutil.iter_modules(maggy.__path__):
        if not one.name.startswith("_") and one.name != "core":
            assert one.name in maggy._THERE.split(", ")
    with pytest.raises(ModuleNotFoundError, match="No module named 'nonsense'"):
        importlib.import_module("nonsense")
