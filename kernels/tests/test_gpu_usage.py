"""What trials do with GPUs, with a pretended driver's library below everything else."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import LIMIT, eventually
from hopslab.experiment import gpu_meter
from hopslab.experiment.gpu_meter import GpuMeter, GpuUsage
from hopslab.experiment.nvml import visible
from hopslab.experiment.records import TrialRecord
from hopslab.experiment.result import trials_frame
from hopslab.experiment.usage import Usage, used
from hopslab.settings import Settings
from nvml_double import Nvml, loading, site_folder
from sweeps import swept

MIB = 1 << 20


@pytest.fixture(autouse=True)
def nothing_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_meter, "_opened", {})
    monkeypatch.setattr(gpu_meter, "PATIENCE", LIMIT)  # a machine at work may need longer than a trial waits


def pretend(patch: pytest.MonkeyPatch, nvml: object) -> None:
    patch.setattr(ctypes, "CDLL", loading(nvml))


def test_the_mean_and_the_most_of_all_looks_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: Iterator[tuple[int, int]] = iter([(100, 5 * MIB), (80, 9 * MIB), (30, 1 * MIB)])
    asked = threading.Event()
    now = (0, 0)

    def memory_then_busy() -> tuple[int, int]:
        # Asked twice in each look, memory first.
        nonlocal now
        if asked.is_set():
            asked.clear()
            return now
        asked.set()
        now = next(looks, (30, 1 * MIB))
        return now

    pretend(monkeypatch, Nvml({"GPU-0": memory_then_busy}))
    meter = GpuMeter(["GPU-0"], every=0.001)
    eventually(lambda: len(meter._looks) >= 3)
    used_here = meter.read()
    assert used_here is not None and used_here.busy is not None
    assert (used_here.count, used_here.peak_memory) == (1, 9 * MIB)
    assert 30 <= used_here.busy <= 70


def test_a_short_trial_is_seen_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, Nvml({"GPU-0": lambda: (50, 3 * MIB), "MIG-1": lambda: (None, 4 * MIB)}))
    assert GpuMeter(["GPU-0", "MIG-1"]).read() == GpuUsage(2, 50.0, 7 * MIB)
    assert GpuMeter(["MIG-1"]).read() == GpuUsage(1, None, 4 * MIB)
    assert GpuMeter(["0"]).read() == GpuUsage(1, 50.0, 3 * MIB)


def test_there_is_no_figure_where_there_is_nobody_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, None)
    assert GpuMeter(["GPU-0"]).read() is None
    pretend(monkeypatch, Nvml({}))
    assert GpuMeter(["GPU-0"]).read() is None
    pretend(monkeypatch, object())  # a driver that is too old
    assert GpuMeter(["GPU-0"]).read() is None


def test_a_driver_that_never_answers_holds_no_trial_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, released = threading.Event(), threading.Event()

    def never() -> tuple[int, int]:
        asked.set()
        released.wait()
        return 0, 0

    monkeypatch.setattr(gpu_meter, "PATIENCE", 0.01)
    pretend(monkeypatch, Nvml({"GPU-0": never}))
    first = GpuMeter(["GPU-0"])
    assert asked.wait(LIMIT)
    assert first.read() is None
    second = GpuMeter(["GPU-0"])
    second._thread.join()  # and it is not asked again meanwhile
    assert second.read() is None
    released.set()
    first._thread.join()


def test_a_process_sees_what_cuda_would_show_it() -> None:
    assert visible({"CUDA_VISIBLE_DEVICES": "GPU-a, GPU-b"}) == ["GPU-a", "GPU-b"]
    assert visible({"CUDA_VISIBLE_DEVICES": "1,-1,0"}) == ["1"]
    assert visible({"CUDA_VISIBLE_DEVICES": ""}) == visible({}) == []


def test_trials_tell_it_from_their_own_processes(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def train(C: float) -> float:  # noqa: N803
        return C

    monkeypatch.setenv("PYTHONPATH", f"{site_folder(tmp_path)}:{os.environ['PYTHONPATH']}")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "GPU-0,GPU-1")
    trials = swept(settings, train, trials=2, parallel=1).trials
    assert [trial.usage and trial.usage.gpu for trial in trials] == [GpuUsage(2, 37.5, 3 * MIB)] * 2
    assert list(trials_frame(trials, [])["gpu_busy"]) == [37.5, 37.5]


def test_it_goes_to_the_platform_and_back() -> None:
    for gpu in (GpuUsage(2, 37.5, 1024), GpuUsage(1, None, 1024)):
        record = TrialRecord(0, "complete", {}, value=1.0, usage=Usage(1.5, 1024, gpu))
        assert TrialRecord.of_contract(record.to_contract()).usage == record.usage
    assert used((1.5, 1024), (1, None, 3)) == Usage(1.5, 1024, GpuUsage(1, None, 3))
    assert "gpu" not in TrialRecord(0, "complete", {}, usage=Usage(1.5, 1024)).to_contract()["usage"]
    assert "gpu_busy" not in trials_frame([TrialRecord(0, "queued", {})], [])
