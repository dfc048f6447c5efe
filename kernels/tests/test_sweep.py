from __future__ import annotations

import math
import os
import socket
import sys
import threading
import time
from multiprocessing.connection import Client, Listener
from pathlib import Path
from typing import Any

import cloudpickle
import pytest

from conftest import eventually
from hopslab import experiment
from hopslab.errors import HopslabError
from hopslab.experiment import choice, loguniform, uniform
from hopslab.experiment.coordinator import Coordinator
from hopslab.experiment.driver import send_at_once
from hopslab.experiment.pools import LocalPool
from hopslab.experiment.protocol import (
    End,
    Ended,
    Hello,
    Next,
    Report,
    Run,
    Setup,
    Stop,
    Verdict,
    decode,
    encode,
)
from hopslab.experiment.trial_server import TrialServer
from hopslab.experiment.worker import work
from hopslab.settings import Settings
from platform_double import Platform
from sweeps import (
    check_interrupted,
    check_losing_a_worker,
    check_sometimes_raising,
    interrupted,
    losing_a_worker,
    sometimes_raising,
    states,
    swept,
)
from test_coordinator import Numbers


def test_a_raising_trial_is_recorded_and_the_sweep_goes_on(settings: Settings) -> None:
    check_sometimes_raising(sometimes_raising(settings))


def test_a_trial_whose_process_is_killed_runs_again(settings: Settings) -> None:
    check_losing_a_worker(losing_a_worker(settings, "process"))


def test_an_interrupt_stops_the_trials_and_keeps_what_is_done(settings: Settings) -> None:
    check_interrupted(interrupted(settings))


def test_the_whole_way_to_the_platform(environment: Settings, platform: Platform) -> None:
    def train(C: float, kernel: str) -> float:  # noqa: N803
        return C if kernel == "rbf" else -C

    space = {"C": loguniform(1e-3, 1e3), "kernel": choice("rbf", "poly")}
    result = experiment.run(
        train, space, trials=10, parallel=2, metric="accuracy", algorithm="random", seed=3
    )
    assert result.delivered
    assert result.id in platform.experiments
    assert platform.faults == []
    assert {n: t["value"] for n, t in platform.only["trials"].items()} == {
        t.number: t.value for t in result.trials
    }
    assert platform.only["ended"] == {"state": "complete"}
    assert platform.only["body"]["planned"] == 10
    assert "def train(C: float, kernel: str)" in platform.only["body"]["code"]
    frame = result.to_dataframe()
    assert list(frame.columns[:6]) == ["number", "state", "value", "seconds", "params.C", "params.kernel"]
    assert len(frame) == 10


def test_a_sweep_goes_on_while_the_platform_is_away(inside: Settings, platform: Platform) -> None:
    marker = inside.scratch / "away"

    def train(C: float, trial: Any) -> float:  # noqa: N803
        while trial.number > 0 and not marker.exists():
            time.sleep(0.01)
        return C

    def leave_and_come_back(progress: experiment.Progress) -> None:
        if progress.stand.ended == 1:
            platform.close()
            marker.touch()
        if progress.stand.ended == 30:
            platform.open()

    result = swept(inside, train, trials=30, on_progress=leave_and_come_back)
    assert result.state == "complete"
    eventually(lambda: platform.only["ended"] is not None)
    assert {t["state"] for t in platform.only["trials"].values()} == {"complete"}
    assert set(platform.only["trials"]) == set(range(30))


def test_a_stop_from_the_panel_ends_running_trials(inside: Settings, platform: Platform) -> None:
    def train(C: float, trial: Any) -> float:  # noqa: N803
        for step in range(100_000):
            trial.report(C, step)
            time.sleep(0.01)
        return C

    def ask(progress: experiment.Progress) -> None:
        if progress.stand.counts.get("running") == 2:
            platform.answer_state = "stopping"

    result = swept(inside, train, trials=20, on_progress=ask)
    assert result.state == "stopped"
    assert set(states(result)) == {"stopped"}
    assert platform.only["ended"] == {"state": "stopped", "reason": "Stopped on request."}


def test_a_refused_sweep_starts_nothing(inside: Settings, platform: Platform) -> None:
    platform.refuse = (403, "access.denied")
    with pytest.raises(HopslabError) as caught:
        swept(inside, lambda C: C)  # noqa: N803
    assert caught.value.code == "access.denied"


def test_a_metric_that_is_not_returned_ends_the_sweep_with_the_keys(settings: Settings) -> None:
    result = swept(settings, lambda C: {"acc": C, "loss": 1 - C}, trials=20)  # noqa: N803
    assert result.state == "failed"
    assert "does not return the metric 'accuracy'; it returned: acc, loss" in (result.reason or "")
    assert len(result.trials) <= 2


def test_nan_none_and_texts_fail_as_what_they_are(settings: Settings) -> None:
    def train(C: float, trial: Any) -> Any:  # noqa: N803
        return [C, math.nan, None, "high", math.inf, C][trial.number]

    result = swept(settings, train, trials=6, parallel=1)
    assert states(result) == ["complete", "failed", "failed", "failed", "failed", "complete"]
    reasons = [trial.reason or "" for trial in result.trials]
    assert "is nan" in reasons[1]
    assert "returned nothing" in reasons[2]
    assert "is str 'high'" in reasons[3]
    assert "is inf" in reasons[4]


def test_exits_of_the_function_are_failures(settings: Settings) -> None:
    def train(C: float, trial: Any) -> float:  # noqa: N803
        if trial.number == 0:
            sys.exit(3)
        if trial.number == 1:
            raise KeyboardInterrupt
        return C

    result = swept(settings, train, trials=3, parallel=1)
    assert states(result) == ["failed", "failed", "complete"]
    assert result.trials[0].reason == "SystemExit: 3"


def test_a_trial_may_give_itself_up(settings: Settings) -> None:
    def train(C: float, trial: Any) -> float:  # noqa: N803
        import optuna

        from hopslab.experiment import TrialPruned

        trial.report(math.nan)
        if trial.number == 0:
            raise TrialPruned
        if trial.number == 1:
            raise optuna.TrialPruned
        return C

    result = swept(settings, train, trials=3, parallel=1)
    assert states(result) == ["pruned", "pruned", "complete"]
    assert result.trials[0].reason == "The function gave it up itself."


def test_a_pruner_ends_what_is_not_worth_going_on_with(settings: Settings) -> None:
    def train(C: float, trial: Any) -> float:  # noqa: N803
        for step in range(20):
            trial.report(1.0 if trial.number < 5 else 0.0, step)
        return C

    result = swept(settings, train, trials=8, parallel=1, pruner="median")
    assert states(result) == ["complete"] * 5 + ["pruned"] * 3
    assert result.trials[7].metrics == {"accuracy": 0.0}
    behind = "at its best still behind the median of the complete trials at this step"
    assert result.trials[7].reason == f"median: 0 at step 0 is {behind}."


def test_a_function_that_always_kills_its_process_fails_trial_by_trial(settings: Settings) -> None:
    result = swept(settings, lambda C: os._exit(1), trials=3)  # noqa: N803
    assert result.state == "failed"
    assert states(result) == ["failed"] * 3
    assert all("was lost" in (trial.reason or "") for trial in result.trials)


def test_the_function_uses_what_is_around_it_and_the_notebooks_folder(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    offset = 10.0
    (settings.scratch / "factor.txt").write_text("3")
    (settings.scratch / "beside_the_notebook.py").write_text("HUNDRED = 100\n")
    monkeypatch.chdir(settings.scratch)

    def train(C: float) -> float:  # noqa: N803
        from pathlib import Path

        import beside_the_notebook  # type: ignore[import-not-found]

        return float(Path("factor.txt").read_text()) + offset + beside_the_notebook.HUNDRED + 0 * C

    monkeypatch.syspath_prepend(str(settings.scratch))
    assert swept(settings, train, trials=1).best_value == 113.0


def test_what_cannot_be_sent_is_named_before_anything_starts(settings: Settings) -> None:
    lock = threading.Lock()
    with pytest.raises(HopslabError) as caught:
        swept(settings, lambda C: lock)  # noqa: N803
    assert caught.value.code == "experiment.function"
    assert "make it inside the function" in caught.value.detail


def test_every_fault_of_what_was_asked_is_told_at_once() -> None:
    with pytest.raises(HopslabError) as caught:
        experiment.run(
            lambda C, gamma: 0,  # noqa: N803
            {"C": uniform(1, 0)},
            trials=0,
            parallel=-1,
            metric="",
            direction="up",  # type: ignore[arg-type]
            algorithm="guess",
            pruner="best",
            seed=-1,
        )
    assert caught.value.code == "experiment.invalid"
    assert len(caught.value.faults) == 9
    assert "\n  - trials is 0; give a number from 1 to 1000000." in str(caught.value)


def test_never_more_at_once_than_the_lease_has_cores(settings: Settings) -> None:
    shown: list[experiment.Progress] = []
    swept(settings, lambda C: C, trials=4, parallel=100, on_progress=shown.append)  # noqa: N803
    assert {progress.parallel for progress in shown} == {2}


def test_who_does_not_know_the_secret_gets_nothing() -> None:
    coordinator = Coordinator(Numbers(), planned=1, metric="m", maximize=True)
    server = TrialServer(coordinator, Setup("m", "/", [], {}), b"")
    try:
        silent = socket.create_connection(server.address)
        with pytest.raises(Exception, match="digest"):
            work(server.address, b"x" * 32, "stranger")
        assert coordinator.records() == []
        assert server.workers == 0
        silent.close()
    finally:
        server.close()


def test_a_verdict_that_a_stop_overtakes_is_no_answer_to_what_comes_after(tmp_path: Path) -> None:
    def train(x: int, trial: Any) -> float:
        trial.report(x, 0)
        return float(x)

    key = b"k" * 32
    setup = Setup("m", str(tmp_path), [str(Path(__file__).parent)], {})
    with Listener(("127.0.0.1", 0), family="AF_INET", authkey=key) as listener:
        pool = LocalPool(1, tmp_path)
        pool.start(listener.address, key, lambda: None)  # type: ignore[arg-type]
        with listener.accept() as line:

            def says() -> object:
                assert line.poll(120)
                return decode(line.recv_bytes())

            assert isinstance(says(), Hello)
            line.send_bytes(encode(setup))
            line.send_bytes(cloudpickle.dumps(train))
            assert says() == Next()
            line.send_bytes(encode(Run(0, 1, {"x": 1})))
            assert says() == Report(0, 1.0, 0)
            line.send_bytes(encode(Stop(0)))
            stopped = says()
            assert isinstance(stopped, Ended) and stopped.state == "stopped"
            line.send_bytes(encode(Verdict("go")))
            assert says() == Next()
            line.send_bytes(encode(Run(1, 1, {"x": 2})))
            assert says() == Report(1, 2.0, 0)
            line.send_bytes(encode(Verdict("go")))
            ended = says()
            assert isinstance(ended, Ended) and (ended.state, ended.value) == ("complete", 2.0)
            assert says() == Next()
            line.send_bytes(encode(End()))
        pool.end()


def test_a_trial_lost_twice_with_the_same_driver_runs_again() -> None:
    coordinator = Coordinator(Numbers(), planned=1, metric="m", maximize=True)
    server = TrialServer(coordinator, Setup("m", "/", [], {}), b"")

    def lose_with_trial(attempt: int) -> None:
        with Client(server.address, authkey=server.key) as line:
            line.send_bytes(encode(Hello("executor")))
            line.recv_bytes(), line.recv_bytes()
            line.send_bytes(encode(Next()))
            assert decode(line.recv_bytes()) == Run(0, attempt, {"x": 0})

    try:
        lose_with_trial(1)
        lose_with_trial(2)
        server.collapse()
        eventually(lambda: coordinator.records()[0].state != "running")
        assert coordinator.records()[0].state == "queued"
        lose_with_trial(3)
        eventually(lambda: coordinator.records()[0].state == "failed")
    finally:
        server.close()


def test_a_worker_that_comes_too_late_goes_again() -> None:
    assert work(("127.0.0.1", 9), b"x" * 32, "late") == 0


def test_a_worker_sends_without_delay() -> None:
    with Listener(("127.0.0.1", 0)) as listener, Client(listener.address) as connection:
        send_at_once(connection)
        with socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as line:
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
        listener.accept().close()
