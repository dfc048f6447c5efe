"""The executors' lease: its keeper as a process, and real sessions that come and go with it."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import eventually, variables
from hopslab.errors import HopslabError
from hopslab.lease import HELD, Lease, keeping
from hopslab.lease.keeping import Keeping
from hopslab.lease.processes import end_session, session_members
from hopslab.settings import MIB, Settings
from hopslab.spark.holder import Holder
from hopslab.spark.lifecycle import Lifecycle
from platform_double import Platform

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def lease(environment: Settings) -> Lease:
    found = Lease.of(environment, "sweep.ipynb")
    assert found is not None
    return found


@contextmanager
def _kept(scratch: Path) -> Iterator[Keeping]:
    holder = Holder(scratch / "lock")
    assert holder.take()
    assert holder.file is not None
    kept = Keeping("sweep.ipynb", holder.file)
    holder.give_back()
    try:
        yield kept
    finally:
        kept.end()


def test_outside_a_sandbox_there_is_none(settings: Settings) -> None:
    assert Lease.of(settings, "x") is None


def test_what_is_asked_for_is_held_or_waited_for(lease: Lease, platform: Platform) -> None:
    assert lease.ask(wait=True).state == HELD
    assert platform.holder == "sweep.ipynb"
    platform.free = False
    stand = lease.ask(wait=True)
    assert (stand.state, stand.position) == ("queued", 1)
    assert stand.reason is not None
    assert "0 cores free" in stand.reason
    with pytest.raises(HopslabError, match="0 cores free"):
        lease.ask(wait=False)
    assert platform.faults == []


def test_a_platform_that_is_away_for_a_moment_gets_it_back(lease: Lease, platform: Platform) -> None:
    lease.ask(wait=True)
    platform.close()
    threading.Timer(0.5, platform.open).start()
    lease.give_back()
    assert platform.holder is None


def test_the_keeper_renews_what_it_keeps(
    environment: Settings, scratch: Path, platform: Platform, hurry: None
) -> None:
    with _kept(scratch) as kept:
        eventually(lambda: platform.asked.count("PUT") >= 3)
        with platform.away():
            time.sleep(0.3)
        asked = len(platform.asked)
        eventually(lambda: len(platform.asked) > asked)
        assert kept.lost is None
    assert platform.asked[-1] == "DELETE"


def test_the_keeper_tells_what_is_lost_and_gives_nothing_back_then(
    environment: Settings, scratch: Path, platform: Platform, hurry: None
) -> None:
    platform.free = False
    with _kept(scratch) as kept:
        eventually(lambda: kept.lost is not None)
        assert "0 cores free" in str(kept.lost)
    assert "DELETE" not in platform.asked


def test_the_keeper_tells_what_was_given_back_before_it_wants_more_and_hears_what_is_asked_back(
    environment: Settings, scratch: Path, platform: Platform, hurry: None
) -> None:
    platform.most = platform.held = 3
    with _kept(scratch) as kept:
        kept.want(3, elastic=True)
        assert kept.keep == (None, None)
        eventually(lambda: kept.keep == (3, None))
        assert kept.granted == 3
        platform.there = 1
        eventually(lambda: kept.keep == (1, "Grace waits for executors."))
        platform.there = 2  # somebody else has got one
        with platform.away():
            kept.want(1, elastic=True)
            kept.want(3, elastic=True)
            assert kept.keep == (None, None)
            assert kept.granted == 1
        eventually(lambda: kept.granted == 2)
        changes = [told for told in platform.told if told != (3, 3)]
        assert changes[:2] == [(1, 1), (3, 2)]
        platform.there = 3
        eventually(lambda: kept.granted == 3)
        assert kept.keep == (3, None)
    assert platform.asked[-1] == "DELETE"
    assert platform.faults == []


def test_a_keeper_that_waits_for_more_and_loses_all_waits_no_longer(
    environment: Settings, scratch: Path, platform: Platform, hurry: None
) -> None:
    platform.most, platform.held, platform.there = 3, 1, 1
    with _kept(scratch) as kept:
        kept.want(3)
        eventually(lambda: (3, 1) in platform.told)
        platform.free = False
        eventually(lambda: kept.lost is not None)
        assert "0 cores free" in str(kept.lost)
        assert platform.asked[-1] == "DELETE"
        assert kept.granted == 0


def test_the_keeper_leaves_the_lease_to_another_kernel(
    environment: Settings, scratch: Path, platform: Platform
) -> None:
    with _kept(scratch) as kept:
        kept.leave()
    assert "DELETE" not in platform.asked
    assert Holder(scratch / "lock").take()


def test_the_keeper_of_a_killed_kernel_ends_spark_and_gives_back_before_another_begins(
    environment: Settings, scratch: Path, platform: Platform
) -> None:
    code = (
        "import subprocess, sys, time; from pathlib import Path\n"
        "from hopslab.spark.holder import Holder; from hopslab.lease.keeping import Keeping\n"
        "holder = Holder(Path(sys.argv[1])); holder.take()\n"
        "keeping = Keeping('sweep.ipynb', holder.file)\n"
        "spark = subprocess.Popen(['/bin/sleep', '600'], start_new_session=True)\n"
        "keeping.watch(spark.pid); print(spark.pid, flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", code, str(scratch / "lock")]
    kernel = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    assert kernel.stdout is not None
    spark = int(kernel.stdout.readline())
    assert session_members(spark) == [spark]
    os.killpg(kernel.pid, signal.SIGKILL)
    kernel.wait()
    kernel.stdout.close()
    holder = Holder(scratch / "lock")
    eventually(holder.take)
    assert session_members(spark) == []
    assert platform.asked == ["DELETE"]


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keepers renew ten times a second."""
    monkeypatch.setattr(keeping, "RENEW", 0.1)


@pytest.fixture
def server(inside: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A notebook server with one executor."""
    given = dataclasses.replace(inside, executors=1, cores=1, memory=1024 * MIB)
    for name, value in variables(given).items():
        monkeypatch.setenv(name, value)
    yield given


@contextmanager
def _kernel(settings: Settings) -> Iterator[Lifecycle]:
    lifecycle = Lifecycle(settings)
    try:
        yield lifecycle
    finally:
        lifecycle.stop()


def test_spark_holds_the_lease_until_nobody_uses_it_and_takes_it_again(
    server: Settings, platform: Platform
) -> None:
    with _kernel(dataclasses.replace(server, spark_idle=2.0)) as kernel:
        kernel.cell(True)
        session = kernel.session()
        assert platform.holder is not None
        assert session.range(3).count() == 3
        time.sleep(3)
        assert kernel.ready is session
        kernel.cell(False)
        eventually(lambda: platform.holder is None)
        assert kernel.ready is None
        kernel.cell(True)
        assert kernel.session().range(4).count() == 4
        assert kernel.word() == "nobody had used it for 2 seconds"
        assert kernel.word() is None
        assert platform.holder is not None
    assert platform.holder is None
    assert platform.faults == []


def test_spark_waits_for_its_turn_with_words_and_can_be_interrupted(
    server: Settings, platform: Platform
) -> None:
    platform.free = False
    told: list[str] = []

    def interrupt(step: str, _seconds: float) -> None:
        told.append(step)
        if "number 1 in the queue" in step:
            raise KeyboardInterrupt

    with _kernel(server) as kernel:
        kernel.begin()
        with pytest.raises(KeyboardInterrupt):
            kernel.session(interrupt)
        assert "0 cores free" in told[-1]
        eventually(lambda: platform.asked[-1] == "DELETE")
        platform.free = True
        assert kernel.session().range(3).count() == 3


def test_spark_ends_with_a_lost_lease_and_leaves_no_process(
    server: Settings, platform: Platform, hurry: None
) -> None:
    with _kernel(server) as kernel:
        kernel.session()
        gateway = kernel._gateway
        assert gateway is not None
        platform.free = False
        eventually(lambda: kernel.ready is None and kernel._session is None)
        assert session_members(gateway.process.pid) == []
        platform.free = True
        kernel.session()
        assert "somebody else (You ask for 2 cores" in str(kernel.word())


_OTHER = """\
import sys
from hopslab import spark
print(spark.session().range(5).count(), flush=True)
sys.stdin.read()
spark.stop()
"""


def test_an_idle_kernel_lets_another_of_its_server_go_on(server: Settings, platform: Platform) -> None:
    """The other one is a process of its own, as kernels are."""
    with _kernel(server) as kernel:
        kernel.session()
        gateway = kernel._gateway
        assert gateway is not None
        other = subprocess.Popen(
            [sys.executable, "-c", _OTHER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert other.stdout is not None
        try:
            wanted = kernel._holder.is_wanted
            eventually(wanted)
            time.sleep(2)
            assert kernel.ready is not None  # a cell is at work
            kernel.cell(False)
            eventually(lambda: kernel.ready is None and kernel._session is None)
            assert other.stdout.readline() == b"5\n"
            assert "DELETE" not in platform.asked
            assert session_members(gateway.process.pid) == []
            os.kill(other.pid, signal.SIGKILL)
            other.wait()
            assert kernel.session().range(3).count() == 3
            assert kernel.word() == "another notebook of yours had needed the executors"
        finally:
            end_session(other.pid)
            other.communicate()
