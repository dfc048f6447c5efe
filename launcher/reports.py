"""Counting what test runners report."""

import json
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Count:
    """How many tests there were, and which failed."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def line(self) -> str:
        """The sum, alone on a line."""
        return f"{self.passed} passed, {self.failed} failed" + (f", {self.skipped} skipped" if self.skipped else "")


def of_vitest(report: Path) -> Count:
    """Vitest's JSON; a file that could not even be loaded counts as one failure."""
    told = json.loads(report.read_text())
    unloaded = sum(1 for suite in told["testResults"] if suite["status"] == "failed" and not suite["assertionResults"])
    skipped = told["numPendingTests"] + told["numTodoTests"]
    return Count(told["numPassedTests"], told["numFailedTests"] + unloaded, skipped)


def of_junit(report: Path) -> Count:
    """JUnit's XML, as pytest writes it."""
    total = Count()
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        every, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        total += Count(every - failed - skipped, failed, skipped)
    return total


def of_exit(status: int) -> Count:
    """A check without tests of its own: it holds, or it does not."""
    return Count(passed=1) if status == 0 else Count(failed=1)


def counted(kind: str, report: Path, status: int) -> Count:
    """What a part has done; one that broke without a failed test, or without having run any, is a failure too."""
    if kind == "exit":
        return of_exit(status)
    try:
        count = of_vitest(report) if kind == "vitest" else of_junit(report)
    except (OSError, ValueError, KeyError, ElementTree.ParseError):
        return Count(failed=1)
    if count.failed == 0 and (status != 0 or count.passed == 0):
        return count + Count(failed=1)
    return count
