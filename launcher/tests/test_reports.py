"""Counting: nothing that broke may pass for a success."""

import json
from pathlib import Path
from typing import Any

from launcher.reports import Count, counted

JUNIT = '<testsuites><testsuite tests="5" failures="1" errors="1" skipped="1"/></testsuites>'


def vitest(report: Path, **changed: Any) -> Path:
    told = {"numPassedTests": 3, "numFailedTests": 0, "numPendingTests": 0, "numTodoTests": 0, "testResults": []}
    report.write_text(json.dumps(told | changed))
    return report


def test_vitest_counts_a_file_that_does_not_load_as_a_failure(tmp_path: Path) -> None:
    report = vitest(tmp_path / "report", testResults=[{"status": "failed", "assertionResults": []}])
    assert counted("vitest", report, 1) == Count(3, 1)


def test_junit_is_summed(tmp_path: Path) -> None:
    (tmp_path / "report").write_text(JUNIT)
    assert counted("junit", tmp_path / "report", 1) == Count(2, 2, 1)


def test_what_failed_is_named_with_the_beginning_of_its_words(tmp_path: Path) -> None:
    failed = {"status": "failed", "fullName": "a file is listed", "failureMessages": ["\n Error: not so\n at x.ts"]}
    suite = {"name": "/src/files.test.ts", "status": "failed", "assertionResults": [failed, {"status": "passed"}]}
    report = vitest(tmp_path / "report", numFailedTests=1, testResults=[suite])
    assert counted("vitest", report, 1).failures == ("files.test.ts: a file is listed: Error: not so",)
    case = '<testcase classname="tests.test_a" name="test_b"><failure message="assert 1 == 2"/></testcase>'
    (tmp_path / "junit").write_text(f'<testsuites><testsuite tests="1" failures="1">{case}</testsuite></testsuites>')
    assert counted("junit", tmp_path / "junit", 1).failures == ("tests.test_a: test_b: assert 1 == 2",)


def test_a_part_that_breaks_without_a_failed_test_has_failed(tmp_path: Path) -> None:
    assert counted("vitest", vitest(tmp_path / "report"), 1) == Count(3, 1)
    assert counted("vitest", tmp_path / "absent", 0) == Count(0, 1)
    (tmp_path / "torn").write_text("<testsui")
    assert counted("junit", tmp_path / "torn", 0) == Count(0, 1)


def test_a_part_that_ran_no_test_has_failed(tmp_path: Path) -> None:
    assert counted("vitest", vitest(tmp_path / "report", numPassedTests=0), 0) == Count(0, 1)


def test_the_sum_is_one_plain_line() -> None:
    assert (Count(2, 0) + Count(1, 3)).line() == "3 passed, 3 failed"
    assert Count(1, 0, 2).line() == "1 passed, 0 failed, 2 skipped"
