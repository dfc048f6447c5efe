"""What an administrator reads, and what a program does."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.doctor import command
from launcher.doctor.answer import ask
from launcher.doctor.finding import Finding, duration, size
from launcher.doctor.machine import Machine
from launcher.doctor.printed import printed
from launcher.faults import Fault
from launcher.layout import Layout
from launcher.tests.doctor.pretended import Pretended

AT = Layout(Path("/opt/src"), Path("/opt/src/.hopslab"), Path("/srv/data"), Path("/run/hopslab/12345678"), 1)
FOUND = {
    "Memory": [Finding("memory", "ok", "16 GiB"), Finding("swap", "weak", "so little of it " * 6, "swapon /swap   (and more)")],
    "Empty": [],
    "Network": [Finding("port", "missing", "taken")],
}


def test_findings_are_grouped_and_aligned_and_commands_stay_whole() -> None:
    lines = printed(FOUND, 60).splitlines()
    assert lines[:2] == ["Memory", "  ✓ memory                  16 GiB"]
    assert all(len(line) <= 60 for line in lines if "→" not in line)
    assert f"{' ' * 28}→ swapon /swap   (and more)" in lines
    assert "Empty" not in lines
    assert lines[-1] == "1 thing is missing (✗), and 1 could be better (!)."


def test_a_machine_without_faults_is_told_so() -> None:
    assert printed({"Memory": FOUND["Memory"][:1]}).endswith("\nEverything is well.\n")
    assert printed({"Memory": FOUND["Memory"]}).endswith("\nNothing is missing; 1 could be better (!).\n")


@pytest.mark.parametrize(("missing", "code"), [(True, 1), (False, 0)])
def test_the_exit_code_says_whether_something_is_missing(
    missing: bool, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    every = FOUND if missing else {"Memory": FOUND["Memory"]}
    monkeypatch.setattr(command, "findings", lambda _machine, _at: every)
    assert command.doctor(AT, as_json=True) == code
    first = json.loads(capsys.readouterr().out)["findings"][0]
    assert first == {"group": "Memory", "name": "memory", "state": "ok", "told": "16 GiB", "mend": ""}


def test_a_look_that_fails_does_not_take_the_others_with_it() -> None:
    def odd(_machine: Machine, _at: Layout) -> Iterator[Finding]:
        yield Finding("first", "ok", "")
        raise OSError("no such thing")

    def even(_machine: Machine, _at: Layout) -> Iterator[Finding]:
        yield Finding("second", "ok", "")

    found = command.findings(Pretended(), AT, {"Odd": odd, "Even": even})
    assert [one.state for one in found["Odd"]] == ["ok", "weak"]
    assert [one.name for one in found["Even"]] == ["second"]


def test_nobody_at_the_port_is_told_in_words(tmp_path: Path) -> None:
    found = ask(Layout(tmp_path, tmp_path, tmp_path, tmp_path, 1))
    assert isinstance(found, Fault)
    assert "127.0.0.1:1 does not answer" in str(found)


def test_amounts_in_words() -> None:
    assert [size(one) for one in (100, 4096, 1.5 * 1024**3, 63 * 1024**3)] == ["100 bytes", "4.0 KiB", "1.5 GiB", "63 GiB"]
    assert [duration(one) for one in (5, 61, 7300, 200_000)] == ["less than a minute", "1 minute", "2 hours", "2 days"]
