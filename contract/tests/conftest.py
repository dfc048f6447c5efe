from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from test_contract import tally
from values import WIDE

# Nothing is remembered from one run to the next, and nobody minds how long a case takes.
settings.register_profile(
    "contract",
    max_examples=100 if WIDE else 8,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("contract")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("what was asked")
    for line in tally.lines():
        terminalreporter.write_line(line)
