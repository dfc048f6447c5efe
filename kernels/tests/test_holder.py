from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import eventually
from hopslab.errors import HopslabError
from hopslab.lease.processes import end_session, session_members
from hopslab.spark.activity import Activity
from hopslab.spark.ending import minutes
from hopslab.spark.holder import Holder
from hopslab.spark.waiting import CANCELLED, NOT_FREE, Waiting


def test_one_has_it_and_says_who_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "/project/Jupyter/digits_sweep.ipynb")
    first, second = Holder(tmp_path / "lock"), Holder(tmp_path / "lock")
    assert first.take()
    assert first.take()
    assert not second.take()
    assert second.in_words().startswith("digits_sweep.ipynb since ")
    first.give_back()
    first.give_back()
    assert second.take()


def test_who_wants_it_is_seen_while_they_do(tmp_path: Path) -> None:
    first, second = Holder(tmp_path / "lock"), Holder(tmp_path / "lock")
    first.take()
    assert not first.is_wanted()
    with second.wanted(), Holder(tmp_path / "lock").wanted():
        assert first.is_wanted()
        assert first.is_wanted()
    assert not first.is_wanted()


def test_the_dead_have_nothing_and_want_nothing(tmp_path: Path) -> None:
    code = (
        "import os, sys, time; from pathlib import Path; from hopslab.spark.holder import Holder\n"
        "holder = Holder(Path(sys.argv[1])); holder.take(); wish = holder.wanted(); wish.__enter__()\n"
        "if os.fork() == 0: time.sleep(60); os._exit(0)\n"  # what a cell forked lives on
        "print('has', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "lock")]
    other = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    assert other.stdout is not None
    assert other.stdout.readline() == b"has\n"
    mine = Holder(tmp_path / "lock")
    assert not mine.take()
    other.kill()
    other.wait()
    other.stdout.close()
    try:
        eventually(mine.take)  # what was forked closes its copy as soon as it runs
    finally:
        end_session(other.pid)


def test_what_is_not_needed_is_not_waited_for_long(tmp_path: Path) -> None:
    first, second = Holder(tmp_path / "lock"), Holder(tmp_path / "lock")
    first.take()
    with pytest.raises(HopslabError) as caught:
        Waiting(needed=False, tell=lambda _words: None).lock(second)
    assert caught.value.code == NOT_FREE


def test_who_waits_is_told_who_has_them_and_can_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "other.ipynb")
    first, second = Holder(tmp_path / "lock"), Holder(tmp_path / "lock")
    first.take()
    told: list[str] = []
    waiting = Waiting(needed=True, tell=lambda words: (told.append(words), waiting.cancel())[0])
    with pytest.raises(HopslabError) as caught:
        waiting.lock(second)
    assert caught.value.code == CANCELLED
    assert "other.ipynb since" in told[0]
    assert not first.is_wanted()


def test_a_session_of_processes_ends_whole() -> None:
    script = 'trap "" TERM; (sleep 60; true) & wait'
    leader = subprocess.Popen(["/bin/bash", "-c", script], start_new_session=True)
    eventually(lambda: len(session_members(leader.pid)) == 3)
    end_session(leader.pid)
    assert leader.wait() == -signal.SIGKILL
    assert session_members(leader.pid) == []


class _Session:
    """As much of a session as tells what it does."""

    def __init__(self) -> None:
        self.jobs = 0
        self.running: list[int] = []
        self.sparkContext = self._jsc = self

    def sc(self) -> _Session:
        return self

    dagScheduler = statusTracker = sc  # noqa: N815

    def numTotalJobs(self) -> int:  # noqa: N802
        return self.jobs

    def getActiveJobsIds(self) -> list[int]:  # noqa: N802
        return self.running


def test_cells_and_jobs_are_use() -> None:
    at = 0.0
    activity = Activity(now=lambda: at)
    session = _Session()

    def idle(seconds: float) -> float:
        nonlocal at
        at += seconds
        return activity.idle(session)  # type: ignore[arg-type]

    assert idle(100) == 0  # a program that is no notebook
    activity.cell(True)
    assert idle(100) == 0
    activity.cell(False)
    assert idle(5) == 5
    session.running = [1]
    assert idle(5) == 0
    session.running = []
    assert idle(3) == 3
    session.jobs += 1  # one that came and went
    assert idle(5) == 0
    assert idle(7) == 7


def test_times_for_people() -> None:
    assert [minutes(seconds) for seconds in (5, 60, 600)] == ["5 seconds", "1 minute", "10 minutes"]
