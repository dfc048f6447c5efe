from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from test_contract import tally


def _profile(name: str, examples: int) -> None:
    """Nothing is remembered from one run to the next, and nobody minds how long a case takes."""
    checks = list(HealthCheck)
    settings.register_profile(
        name, max_examples=examples, deadline=None, database=None, suppress_health_check=checks
    )


_profile("contract", 8)
# By hand, to find what hides: --hypothesis-profile=wide --hypothesis-seed=...
_profile("wide", 200)
settings.load_profile("contract")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("what was asked")
    for line in tally.lines():
        terminalreporter.write_line(line)
