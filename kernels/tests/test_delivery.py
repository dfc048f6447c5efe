from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from conftest import eventually
from hopslab.errors import HopslabError
from hopslab.experiment.delivery import Delivery
from hopslab.experiment.records import TrialRecord, now
from hopslab.experiment.recovery import recover
from hopslab.experiment.spool import Spool, abandoned, spool_path
from hopslab.rest import Rest, connect
from hopslab.rest.ways import SocketWay
from hopslab.settings import Settings
from platform_double import Platform

BODY: dict[str, Any] = {
    "name": "digits",
    "description": "",
    "metric": "accuracy",
    "direction": "maximize",
    "algorithm": "random",
    "space": {"C": {"kind": "uniform", "low": 0, "high": 1}},
    "planned": 50,
    "parallel": 2,
    "code": "",
}


def spool_of(settings: Settings, key: str = "sweep-1") -> Spool:
    return Spool(spool_path(settings.state / "spool", key))


def delivery_of(settings: Settings, spool: Spool, stops: list[str] | None = None) -> Delivery:
    rest = connect(settings)
    assert rest is not None
    return Delivery(rest, spool, on_stop=(stops if stops is not None else []).append)


def complete(number: int, attempt: int = 1) -> TrialRecord:
    return TrialRecord(
        number,
        "complete",
        {"C": 0.5},
        attempt,
        0.9,
        {"accuracy": 0.9},
        None,
        None,
        "executor 0",
        now(),
        now(),
    )


def running(number: int) -> TrialRecord:
    return TrialRecord(number, "running", {"C": 0.5}, started_at=now())


def test_a_sweep_is_delivered_whole_and_its_spool_goes(inside: Settings, platform: Platform) -> None:
    spool = spool_of(inside)
    delivery = delivery_of(inside, spool)
    delivery.begin("sweep-1", BODY)
    assert delivery.registered(30) in platform.experiments
    for number in range(50):
        delivery.put(running(number))
        delivery.put(complete(number))
    delivery.finish("complete", None)
    assert delivery.join(30)
    assert set(platform.only["trials"]) == set(range(50))
    assert all(trial["state"] == "complete" for trial in platform.only["trials"].values())
    assert platform.only["ended"] == {"state": "complete"}
    assert platform.only["body"] == BODY
    assert platform.faults == []
    assert not spool.path.exists()


def test_a_heartbeat_comes_without_news(inside: Settings, platform: Platform) -> None:
    delivery = delivery_of(inside, spool_of(inside))
    delivery.begin("sweep-1", BODY)
    eventually(lambda: platform.batches >= 2)
    delivery.abandon()


def test_nothing_is_lost_or_doubled_while_the_platform_is_away(inside: Settings, platform: Platform) -> None:
    delivery = delivery_of(inside, spool_of(inside))
    delivery.begin("sweep-1", BODY)
    delivery.registered(30)
    delivery.put(complete(0))
    eventually(lambda: 0 in platform.only["trials"])
    with platform.away():
        for number in range(1, 20):
            delivery.put(complete(number))
        delivery.finish("complete", None)
        assert not delivery.join(0.5)
    assert delivery.join(30)
    assert set(platform.only["trials"]) == set(range(20))
    assert platform.only["ended"] == {"state": "complete"}


def test_lost_answers_double_nothing(inside: Settings, platform: Platform) -> None:
    platform.drop_answers = 3
    delivery = delivery_of(inside, spool_of(inside))
    delivery.begin("sweep-1", BODY)
    for number in range(5):
        delivery.put(complete(number))
    delivery.finish("complete", None)
    assert delivery.join(30)
    assert len(platform.experiments) == 1
    assert set(platform.only["trials"]) == set(range(5))


def test_a_platform_that_is_away_from_the_start_is_registered_at_later(
    inside: Settings, platform: Platform
) -> None:
    with platform.away():
        delivery = delivery_of(inside, spool_of(inside))
        delivery.begin("sweep-1", BODY)
        assert delivery.registered(0.5) is None
        delivery.put(complete(0))
    delivery.finish("complete", None)
    assert delivery.join(30)
    assert set(platform.only["trials"]) == {0}


def test_a_refused_sweep_is_told_and_leaves_no_spool(inside: Settings, platform: Platform) -> None:
    platform.refuse = (403, "access.denied")
    spool = spool_of(inside)
    delivery = delivery_of(inside, spool)
    delivery.begin("sweep-1", BODY)
    with pytest.raises(HopslabError) as caught:
        delivery.registered(30)
    assert caught.value.code == "access.denied"
    eventually(lambda: not spool.path.exists())


def test_a_stop_of_the_platform_reaches_the_sweep(inside: Settings, platform: Platform) -> None:
    stops: list[str] = []
    delivery = delivery_of(inside, spool_of(inside), stops)
    delivery.begin("sweep-1", BODY)
    platform.answer_state = "stopping"
    eventually(lambda: bool(stops))
    assert stops[0] == "Stopped on request."
    delivery.finish("stopped", stops[0])
    assert delivery.join(30)
    assert platform.only["ended"] == {"state": "stopped", "reason": "Stopped on request."}


def test_an_experiment_that_is_gone_stops_the_sweep_and_its_spool_is_kept(
    inside: Settings, platform: Platform
) -> None:
    stops: list[str] = []
    spool = spool_of(inside)
    delivery = delivery_of(inside, spool, stops)
    delivery.begin("sweep-1", BODY)
    delivery.registered(30)
    with platform.lock:
        platform.experiments.clear()
    delivery.put(complete(0))
    eventually(lambda: bool(stops))
    assert not delivery.join(30)
    assert spool.path.with_suffix(".refused").exists()


def test_one_report_that_is_not_valid_holds_no_other_up(inside: Settings, platform: Platform) -> None:
    delivery = delivery_of(inside, spool_of(inside))
    delivery.begin("sweep-1", BODY)
    delivery.registered(30)
    delivery.put(complete(0))
    delivery.put(TrialRecord(1, "complete", {"not a name": 1}, 1, 0.5))
    delivery.put(complete(2))
    delivery.finish("complete", None)
    assert delivery.join(30)
    assert set(platform.only["trials"]) == {0, 2}


def left_behind(settings: Settings, *, finished: bool) -> Path:
    """A spool as a killed kernel leaves it, with a line that was cut off."""
    spool = spool_of(settings, "dead-kernel")
    spool.append({"kind": "experiment", "key": "dead-kernel", "body": BODY})
    spool.append({"kind": "trial", "report": running(0).to_contract()})
    spool.append({"kind": "trial", "report": complete(0).to_contract()})
    spool.append({"kind": "trial", "report": running(1).to_contract()})
    if finished:
        spool.append({"kind": "trial", "report": complete(1).to_contract()})
        spool.append({"kind": "finish", "report": {"state": "complete"}})
    spool.close()
    with spool.path.open("ab") as file:
        file.write(b'{"kind": "trial", "repo')
    return spool.path


def test_the_next_kernel_delivers_what_a_dead_one_could_not(inside: Settings, platform: Platform) -> None:
    path = left_behind(inside, finished=True)
    (delivery,) = recover(inside)
    assert delivery.join(30)
    assert {n: t["state"] for n, t in platform.only["trials"].items()} == {0: "complete", 1: "complete"}
    assert platform.only["ended"] == {"state": "complete"}
    assert not path.exists()


def test_a_sweep_that_its_kernel_did_not_end_is_ended_as_failed(inside: Settings, platform: Platform) -> None:
    left_behind(inside, finished=False)
    (delivery,) = recover(inside)
    assert delivery.join(30)
    assert {n: t["state"] for n, t in platform.only["trials"].items()} == {0: "complete", 1: "stopped"}
    assert platform.only["ended"] == {"state": "failed", "reason": "The kernel ended before the sweep did."}


def test_a_living_kernels_spool_is_left_alone(inside: Settings) -> None:
    spool = spool_of(inside)
    assert list(abandoned(inside.state / "spool")) == []
    with pytest.raises(BlockingIOError):
        spool_of(inside)
    spool.close()
    (other,) = abandoned(inside.state / "spool")
    other.close()


def test_an_empty_spool_is_removed(inside: Settings) -> None:
    spool = spool_of(inside)
    spool.close()
    assert recover(inside) == []
    assert not spool.path.exists()


def test_a_full_disk_ends_no_sweep_and_the_spool_goes_on_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path / "sweep.jsonl")
    given, room = os.write, [10]

    def write(file: int, data: bytes) -> int:
        part = given(file, data[: room[0]])
        room[0] -= part
        if part == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return part

    monkeypatch.setattr(os, "write", write)
    spool.append({"kind": "trial", "number": 1}, durable=True)
    room[0] = 1000
    spool.append({"kind": "trial", "number": 2}, durable=True)
    assert [entry["number"] for entry in spool.read()] == [1, 2]
    spool.remove()


def test_a_problem_is_raised_with_its_code_and_faults(inside: Settings, platform: Platform) -> None:
    rest = connect(inside)
    assert rest is not None
    with pytest.raises(HopslabError) as caught:
        rest.in_project("POST", "/experiments", {**BODY, "planned": 0})
    assert caught.value.code == "request.invalid"
    assert not caught.value.retriable


def test_nobody_there_is_retriable(tmp_path: Path) -> None:
    with pytest.raises(HopslabError) as caught:
        Rest(SocketWay(tmp_path / "none.sock"), "demo").call("GET", "/x")
    assert caught.value.retriable
    assert "does not answer" in str(caught.value)


def test_outside_a_sandbox_there_is_no_platform(settings: Settings) -> None:
    assert connect(settings) is None
    assert recover(settings) == []


def test_reports_fit_the_contract_whatever_a_trial_left(inside: Settings, platform: Platform) -> None:
    record = TrialRecord(
        0, "failed", {}, 2, None, {"m" * 300: 1.0}, "r" * 5000, "t" * 200_000, "e" * 300, now(), now()
    )
    delivery = delivery_of(inside, spool_of(inside))
    delivery.begin("sweep-1", BODY)
    delivery.put(record)
    delivery.finish("failed", "x" * 5000)
    assert delivery.join(30)
    assert platform.faults == []
    assert len(json.dumps(platform.only["trials"][0])) < 30_000
