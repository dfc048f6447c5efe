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
    failures: tuple[str, ...] = ()
    """One line for each that is known by name: where, which, and the beginning of what it said."""

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.failures + other.failures,
        )

    def line(self) -> str:
        """The sum, alone on a line."""
        return f"{self.passed} passed, {self.failed} failed" + (f", {self.skipped} skipped" if self.skipped else "")


def _failure(where: str, name: str, words: str) -> str:
    first = next((line.strip() for line in words.splitlines() if line.strip()), "")
    return f"{where}: {name}: {first[:300]}"


def of_vitest(report: Path) -> Count:
    """Vitest's JSON; a file that could not even be loaded counts as one failure."""
    told = json.loads(report.read_text())
    unloaded = sum(1 for suite in told["testResults"] if suite["status"] == "failed" and not suite["assertionResults"])
    skipped = told["numPendingTests"] + told["numTodoTests"]
    failures = [
        _failure(Path(suite["name"]).name, test["fullName"], "\n".join(test["failureMessages"]))
        for suite in told["testResults"]
        for test in suite["assertionResults"]
        if test["status"] == "failed"
    ]
    return Count(told["numPassedTests"], told["numFailedTests"] + unloaded, skipped, tuple(failures))


def of_junit(report: Path) -> Count:
    """JUnit's XML, as pytest writes it."""
    total = Count()
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        every, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        failures = [
            _failure(case.get("classname", ""), case.get("name", ""), told.get("message", ""))
            for case in suite.iter("testcase")
            for told in (*case.iter("failure"), *case.iter("error"))
        ]
        total += Count(every - failed - skipped, failed, skipped, tuple(failures))
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
