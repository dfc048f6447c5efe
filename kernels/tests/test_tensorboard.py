"""Experiments in TensorBoard: what is written, and the real TensorBoard over it."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import json
import os
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tensorboardX import SummaryWriter

from conftest import eventually, variables
from hopslab.errors import HopslabError
from hopslab.experiment.folders import experiment_folder, trial_folder
from hopslab.experiment.result import Result
from hopslab.rest import Rest, connect
from hopslab.settings import Settings
from hopslab.tensorboard import address, visualize
from hopslab.tensorboard.board import MOST_TRIALS, Board, best_first
from hopslab.tensorboard.reading import Wanted, wanted
from platform_double import Platform
from recorded import END, PARAMS, put, trial


class Asked:
    """The real TensorBoard in a process of its own, asked over its socket."""

    def __init__(self, settings: Settings, folder: Path, *experiments: str) -> None:
        self.folder = folder
        folder.mkdir()
        command = [sys.executable, "-m", "hopslab.tensorboard", "--at", str(folder), "--prefix", "/t/b"]
        with (folder / "log").open("w") as log:
            self.process = subprocess.Popen(
                [*command, *experiments],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, **variables(settings)},
            )

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def get(self, path: str, body: object = None) -> Any:
        connection = http.client.HTTPConnection("localhost", timeout=120)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(120)
        connection.sock.connect(str(self.folder / "socket"))
        sent = None if body is None else json.dumps(body)
        connection.request("GET" if body is None else "POST", f"/t/b{path}", body=sent)
        with contextlib.closing(connection):
            answer = connection.getresponse()
            data = answer.read()
        assert answer.status == 200, (answer.status, data[:500], self.log)
        return json.loads(data) if "json" in answer.headers["Content-Type"] else data.decode()

    def ready(self) -> None:
        eventually(lambda: (self.folder / "socket").exists() or self.process.poll() is not None)
        assert self.process.poll() is None, self.log

    def groups(self) -> dict[str, Any]:
        statuses = [f"STATUS_{name}" for name in ("SUCCESS", "FAILURE", "RUNNING", "UNKNOWN")]
        asked = {"experimentName": "", "allowedStatuses": statuses, "startIndex": 0, "sliceSize": 1000}
        answer = self.get("/data/plugin/hparams/session_groups", asked)
        return {group["name"]: group for group in answer["sessionGroups"]}

    def runs(self) -> set[str]:
        return set(self.get("/data/runs"))

    def close(self) -> None:
        """Ends it as whoever started it does by being gone."""
        had_ended = self.process.poll() is not None
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(timeout=120) == 0 or had_ended, self.log


@pytest.fixture
def started(inside: Settings, scratch: Path) -> Iterator[Any]:
    """Starts TensorBoard over experiments; each ends with its standard input."""
    all_of_them: list[Asked] = []

    def start(*experiments: str) -> Asked:
        asked = Asked(inside, scratch / f"b{len(all_of_them)}", *experiments)
        all_of_them.append(asked)
        return asked

    yield start
    for asked in all_of_them:
        asked.close()


@pytest.fixture
def rest(inside: Settings) -> Rest:
    found = connect(inside)
    assert found is not None
    return found


def board(rest: Rest, settings: Settings, scratch: Path, *which: Wanted) -> tuple[Board, Path, list[str]]:
    said: list[str] = []
    logs = scratch / "logs"
    return Board(rest, settings, logs, which, said.append), logs, said


def folders(logs: Path) -> set[str]:
    return {path.name for path in logs.iterdir() if path.is_dir()}


def test_all_trials_are_in_the_hparams_table_with_their_curves_and_own_files(
    platform: Platform, inside: Settings, started: Any
) -> None:
    one = put(platform, ended=False)
    one["body"]["also"] = [{"metric": "size", "direction": "minimize"}]
    one["trials"] = {
        0: trial(0),
        1: trial(1),
        2: trial(2, "pruned", params={"lr": 0.2, "depth": float("nan"), "kernel": "poly"}),
        3: trial(3, "failed"),
        4: trial(4, "queued"),
        5: trial(5, "running"),
    }
    one["curves"] = {(0, 1): {0: 0.1, 1: 0.2, 2: 0.3}, (5, 1): {0: 0.4}}
    own = trial_folder(experiment_folder(inside, "digits", one["id"]), 0)
    with SummaryWriter(str(own)) as writer:
        writer.add_scalar("loss", 0.75, 7)
    with SummaryWriter(str(own / "train")) as writer:
        writer.add_scalar("loss", 0.5, 7)
    os.mkfifo(own / "events.out.tfevents.pipe")
    os.mkfifo(own / "train" / "events.out.tfevents.pipe")  # who reads it waits for ever
    elsewhere = inside.scratch / "elsewhere"
    with SummaryWriter(str(elsewhere)) as writer:
        writer.add_scalar("secret", 1.0, 0)
    (own / "linked").symlink_to(elsewhere)
    (own / "train" / "linked").symlink_to(elsewhere)
    for path in list(elsewhere.iterdir()):
        (own / path.name.replace("tfevents", "tfevents.linked")).symlink_to(path)
    shown = started(one["id"])
    shown.ready()
    eventually(lambda: "trial-00000/train" in shown.runs())
    groups = shown.groups()
    assert set(groups) == {f"trial-0000{n}" for n in (0, 1, 2, 3, 5)}
    # JSON leaves out what is null, and a text stands for it in a column of several types.
    assert groups["trial-00000"]["hparams"] == {**PARAMS, "mixed": "None"}
    assert groups["trial-00002"]["hparams"] == {"lr": 0.2, "kernel": "poly"}
    values = {value["name"]["tag"]: value["value"] for value in groups["trial-00001"]["metricValues"]}
    assert values == {"value/accuracy": pytest.approx(0.01), "value/f1": 0.5}
    statuses = {name: group["sessions"][0].get("status") for name, group in groups.items()}
    assert statuses["trial-00001"] == statuses["trial-00002"] == "STATUS_SUCCESS"
    assert statuses["trial-00003"] == "STATUS_FAILURE"
    table = shown.get("/data/plugin/hparams/experiment", {"experimentName": ""})
    columns = {info["name"]: info for info in table["hparamInfos"]}
    assert columns["lr"]["domainInterval"] == {"minValue": 1e-4, "maxValue": 1.0}
    assert columns["kernel"]["domainDiscrete"] == ["rbf", "poly"]
    assert columns["mixed"]["type"] == "DATA_TYPE_STRING"
    assert [info["displayName"] for info in table["metricInfos"]] == ["accuracy", "size", "f1"]
    curve = shown.get("/data/plugin/scalars/scalars?run=trial-00000&tag=curve/accuracy")
    assert [point[1:] for point in curve] == [
        [0, pytest.approx(0.1)],
        [1, pytest.approx(0.2)],
        [2, pytest.approx(0.3)],
    ]
    seconds = [point[0] - curve[0][0] for point in curve]
    assert seconds == [0.0, pytest.approx(100 / 3), pytest.approx(200 / 3)]
    assert shown.get("/data/plugin/scalars/scalars?run=trial-00000&tag=loss")[0][1:] == [7, 0.75]
    tags = shown.get("/data/plugin/scalars/tags")
    assert not any("secret" in theirs or "linked" in run for run, theirs in tags.items())
    # It goes on with the experiment, and another attempt stands beside the one before.
    with platform.lock:
        one["trials"] |= {
            5: trial(5),
            3: trial(3, "running", attempt=2, startedAt=END),
            4: trial(4, "running"),
        }
        one["curves"][5, 1] |= {1: 0.45}
    eventually(lambda: {"trial-00004", "trial-00003-attempt-2"} <= shown.runs())
    eventually(lambda: len(shown.groups()["trial-00005"]["metricValues"]) == 2)
    assert len(shown.get("/data/plugin/scalars/scalars?run=trial-00005&tag=curve/accuracy")) == 2
    assert len(shown.groups()["trial-00003"]["sessions"]) == 2


def test_a_selection_across_experiments_is_one_table(platform: Platform, started: Any) -> None:
    one, other = (
        put(platform),
        put(platform, "a name\nof \u202etwo lines", space={"lr": {"kind": "choice", "options": ["low"]}}),
    )
    one["trials"] = {n: trial(n) for n in range(5)}
    hostile = {"acc\nuracy\u202e": 1.0, "x" * 200: 2.0}
    other["trials"] = {0: trial(0, params={"lr": "low", "new": "\ud800\n"}, metrics=hostile)}
    empty = put(platform, "empty")
    shown = started(f"{one['id']}.1.4.4.77", other["id"], empty["id"])
    shown.ready()
    eventually(lambda: len(shown.groups()) == 3)
    assert {name.split("/")[0][:6] for name in shown.runs() - {"."}} == {"digits", "a-name"}
    columns = {info["name"]: info for info in shown.get("/data/plugin/hparams/experiment", {})["hparamInfos"]}
    # A number in one and a word in the other.
    assert columns["lr"]["type"] == "DATA_TYPE_STRING"
    tags = shown.get("/data/plugin/scalars/tags")
    (theirs,) = [found for run, found in tags.items() if run.startswith("a-name")]
    assert "value/acc\ufffduracy\ufffd" in theirs
    assert "</html>" in shown.get("/")


def test_no_trial_and_no_hyperparameter_are_shown_as_nothing(platform: Platform, started: Any) -> None:
    shown = started(put(platform, space={})["id"])
    shown.ready()
    assert shown.groups() == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [("11111111-1111-1111-1111-111111111111", "member.unknown"), ("../../etc", "tensorboard.invalid")],
)
def test_what_cannot_be_shown_ends_with_words(started: Any, text: str, words: str) -> None:
    shown = started(text)
    assert shown.process.wait(timeout=120) == 1
    assert words in (shown.folder / "progress").read_text()


def test_those_on_the_front_of_several_metrics_come_first() -> None:
    trials = [trial(0, front=True), trial(1), trial(2, "failed"), trial(3, front=True)]
    assert [one["number"] for one in best_first(trials, "maximize")] == [3, 0, 1, 2]


def test_of_many_trials_the_best_are_shown_and_it_says_so(
    platform: Platform, rest: Rest, inside: Settings, scratch: Path
) -> None:
    one = put(platform)
    more = MOST_TRIALS + 20
    one["trials"] = {n: trial(n) for n in range(more)} | {more: trial(more, "pruned")}
    _, logs, said = board(rest, inside, scratch, Wanted(one["id"]))
    assert folders(logs) == {f"trial-{n:05d}" for n in range(20, more)}
    assert said[-1].startswith(f"Of {more + 1} trials of digits the best {MOST_TRIALS} are shown.")


def test_what_has_not_changed_is_not_read_again(
    platform: Platform, rest: Rest, inside: Settings, scratch: Path
) -> None:
    one = put(platform, ended=False)
    one["trials"] = {n: trial(n) for n in range(7)} | {7: trial(7, "running")}
    shown, logs, _ = board(rest, inside, scratch, Wanted(one["id"]))
    platform.asked.clear()
    one["trials"][7] = trial(7)
    shown.refresh()
    # Pages of three: only the one with the trial that ran.
    pages = [path for path in platform.asked if "/trials" in path]
    assert len(pages) == 1
    one["ended"] = {"state": "complete"}
    shown.refresh()
    platform.asked.clear()
    shown.refresh()
    assert platform.asked == [f"/projects/demo/experiments/{one['id']}"]
    # Resumed: it is looked at again.
    one |= {"ended": None, "epoch": 2}
    one["trials"][8] = trial(8, "running")
    shown.refresh()
    assert "trial-00008" in folders(logs)


def test_a_platform_that_is_away_only_delays(
    platform: Platform, rest: Rest, inside: Settings, scratch: Path
) -> None:
    one = put(platform, ended=False)
    shown, logs, _ = board(rest, inside, scratch, Wanted(one["id"]))
    one["trials"] = {0: trial(0)}
    with platform.away(), pytest.raises(HopslabError, match=str(platform.socket)):
        shown.refresh()
    shown.refresh()
    assert folders(logs) == {"trial-00000"}


def test_what_is_wanted_is_written_in_one_way() -> None:
    one = str(uuid.uuid4())
    assert wanted(one) == Wanted(one)
    assert wanted(f"{one}.3.1.3") == Wanted(one, frozenset({1, 3}))
    for text in ("", one.upper(), f"{one}.", f"{one}.-1", f"{one}.1x", f" {one}", f"{one}\n"):
        with pytest.raises(HopslabError, match=r"tensorboard\.invalid|is no experiment"):
            wanted(text)


def test_it_is_opened_from_a_notebook_by_name_id_result_or_folder(
    platform: Platform, environment: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = put(platform), put(platform, "other")
    whole = f"https://notebook/{one['id']}?{{}}"
    assert address("digits") == address(one["id"]) == whole
    own = trial_folder(experiment_folder(environment, "digits", one["id"]), 7)
    inside = Path("/project/Experiments") / own.parent.name
    assert address(inside) == address(f"{inside}/") == whole
    for folder in (inside / own.name, inside / own.name / "train"):
        assert json.loads(address(folder).split("?")[1]) == {"trials": [7]}
    result = Result(one["id"], "digits", "complete", None, "accuracy", "maximize", [], 1.0, True, None)
    theirs = f"/project/Experiments/other-{other['id'][:8]}/trial-00007"
    both = json.loads(address(result, theirs, trials=[5, 3, 5]).split("?")[1])
    assert both == {"trials": [3, 5], "with": [{"experiment": other["id"], "trials": [7]}]}
    visualize("digits")
    assert capsys.readouterr().out == f"{whole}\n"
    put(platform, "other")
    for what, code in (
        ("nothing", "experiment.unknown"),
        ("other", "experiment.ambiguous"),
        ("/project/Experiments/digits-00000000/trial-00007", "experiment.unknown"),
        (dataclasses.replace(result, id=None), "experiment.unknown"),
    ):
        with pytest.raises(HopslabError) as refused:
            address(what)
        assert refused.value.code == code
    assert platform.faults == []
