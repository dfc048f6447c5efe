from __future__ import annotations

from typing import Any

from hopslab.experiment.records import TrialRecord
from hopslab.experiment.usage import Usage
from hopslab.settings import MIB, Settings
from sweeps import swept


def test_each_trial_tells_what_it_took_itself(settings: Settings) -> None:
    def train(C: float, trial: Any) -> float:  # noqa: N803
        if trial.number == 0:
            held = bytearray(200 * MIB)
            held[::4096] = b"x" * len(held[::4096])
            sum(n * n for n in range(2_000_000))
        return C

    # One worker, so that the second has to begin anew.
    large, small = swept(settings, train, trials=2, parallel=1).trials
    assert large.usage is not None and small.usage is not None
    assert large.usage.cpu_seconds > 0.02
    assert large.usage.peak_memory > 200 * MIB
    assert 0 < small.usage.peak_memory < large.usage.peak_memory - 100 * MIB
    assert small.usage.cpu_seconds < large.usage.cpu_seconds


def test_it_goes_to_the_platform_and_back() -> None:
    record = TrialRecord(0, "complete", {}, value=1.0, usage=Usage(1.5, 1024))
    report = record.to_contract()
    assert report["usage"] == {"cpuSeconds": 1.5, "peakMemory": 1024}
    assert TrialRecord.of_contract(report).usage == record.usage
    assert "usage" not in TrialRecord(0, "queued", {}).to_contract()
