"""A running platform: services, answers, certificates, logs."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from launcher import running
from launcher.doctor import platform as looks
from launcher.doctor.answer import Answer
from launcher.doctor.finding import Finding
from launcher.doctor.machine import Machine
from launcher.faults import Fault
from launcher.layout import Layout
from launcher.running import Service
from launcher.tests.doctor.pretended import NOW

AT = Layout(Path("/opt/src"), Path("/opt/src/.hopslab"), Path("/srv/data"), Path("/run/hopslab/12345678"), 8443)
DAY = 86400


def ago(seconds: float) -> str:
    return datetime.fromtimestamp(NOW - seconds, UTC).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("state", "seconds", "restarts", "expected", "told"),
    [
        ("ready", 7300, 0, "ok", "ready for 2 hours (process 1)"),
        ("ready", 7300, 2, "ok", "started again 2 times"),
        ("ready", 60, 1, "weak", "started again 1 time"),
        ("failed", 60, 3, "weak", "failed, started again 3 times. It ended"),
    ],
)
def test_a_services_state(state: str, seconds: float, restarts: int, expected: str, told: str) -> None:
    found = looks.service(Service("server", state, "It ended", 1, ago(seconds), restarts), NOW, AT)
    assert (found.state, told in found.told) == (expected, True)
    assert found.mend == ("" if expected == "ok" else "tail -n 50 /srv/data/logs/server.log")


def test_a_service_whose_process_is_gone_is_weak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "alive", lambda _pid: False)
    assert looks.service(Service("server", "ready", "", 42, ago(7300)), NOW, AT).state == "weak"


def answered(answer: Answer | Fault, build: str = "1") -> dict[str, Finding]:
    return {one.name: one for one in looks.answered(answer, NOW, build)}


READY = [{"name": "postgres", "state": "ready"}]


def answer(*, services: list[dict[str, str]] = READY, seconds: float = 0.02, days: float = 80, authority: float = 3000) -> Answer:
    return Answer(services, "1", seconds, NOW + days * DAY, NOW + authority * DAY)


def test_a_platform_that_answers_is_well() -> None:
    assert {name: one.state for name, one in answered(answer()).items()} == {"answer": "ok", "certificate": "ok"}


def test_a_database_that_does_not_answer_is_told_with_its_reason() -> None:
    found = answered(answer(services=[{"name": "postgres", "state": "failed", "reason": "connection refused"}]))["answer"]
    assert (found.state, found.told) == ("weak", "postgres: connection refused")


def test_a_late_answer_or_none_is_told() -> None:
    assert answered(answer(seconds=3))["answer"].state == "weak"
    assert answered(Fault("127.0.0.1:8443 does not answer"))["answer"].state == "missing"


def test_another_version_than_the_installed_is_weak() -> None:
    assert answered(answer(), "2")["version"].state == "weak"


def test_certificates_that_end_soon_are_weak() -> None:
    assert answered(answer(days=5))["certificate"].state == "weak"
    assert "./hopslab trust" in answered(answer(authority=100))["authority"].mend


def test_a_log_that_has_grown_is_weak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = Layout(tmp_path, tmp_path, tmp_path, tmp_path, 8443)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "server.log").write_bytes(b"x" * 4000)
    (tmp_path / "logs" / "proxy.log").write_bytes(b"x" * 100)
    assert looks.logs(Machine(), at) == Finding("logs", "ok", f"4.0 KiB in {tmp_path / 'logs'}")
    monkeypatch.setattr(looks, "_LARGE", 1000)
    found = looks.logs(Machine(), at)
    assert (found.state, f"truncate --size=0 {tmp_path / 'logs' / 'server.log'}" in found.mend) == ("weak", True)


def test_what_is_left_without_a_platform_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "supervisor", lambda _at: None)

    def told() -> tuple[str, str]:
        (found,) = looks.platform(Machine(), AT)
        return found.state, found.told

    monkeypatch.setattr(looks, "running_sandboxes", lambda _at: [])
    monkeypatch.setattr(looks, "postmaster", lambda _at: None)
    assert told() == ("ok", "not running; `./hopslab up` starts it")
    monkeypatch.setattr(looks, "postmaster", lambda _at: 42)
    assert told() == ("weak", "not running, but its PostgreSQL is")
    monkeypatch.setattr(looks, "running_sandboxes", lambda _at: ["one", "two"])
    assert told()[1].startswith("not running; 2 notebook servers go on")
