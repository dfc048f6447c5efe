"""`check` and `test`: everything runs, even after a failure, and the sum stands at the end."""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

from launcher.commands import tail
from launcher.faults import Usage
from launcher.install import install
from launcher.layout import Layout
from launcher.progress import Progress
from launcher.reports import Count, counted
from launcher.test_parts import TENSORFLOW, Part, check_parts, test_parts


@dataclass(frozen=True)
class Outcome:
    """What came of one part."""

    part: Part
    count: Count
    seconds: float
    log: Path


def _run(part: Part, folder: Path) -> Outcome:
    began = time.monotonic()
    log = folder / f"{part.name.replace(' ', '-')}.log"
    with log.open("wb") as out:
        done = subprocess.run(
            part.command,
            cwd=part.cwd,
            env=part.env or None,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    count = counted(part.report, folder / f"{part.name}.report", done.returncode)
    return Outcome(part, count, time.monotonic() - began, log)


def _tell(outcome: Outcome) -> None:
    mark = "✗" if outcome.count.failed else "✓"
    print(f"  {mark} {outcome.part.name}: {outcome.count.line()} ({outcome.seconds:.0f} s)", flush=True)
    if outcome.count.failed:
        print(f"{tail(outcome.log, 150, 40_000)}\n    the whole log: {outcome.log}", flush=True)


def _run_all(parts: list[Part], folder: Path) -> list[Outcome]:
    """As many at a time as there are cores; those that are heavy last, and no more than two of them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    two = BoundedSemaphore(2)

    def run(part: Part) -> Outcome:
        with two if part.heavy else nullcontext():
            return _run(part, folder)

    outcomes: list[Outcome] = []
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        for done in as_completed([pool.submit(run, part) for part in sorted(parts, key=lambda part: part.heavy)]):
            outcomes.append(done.result())
            _tell(outcomes[-1])
    return outcomes


def check(at: Layout) -> int:
    """Lint, types and structure."""
    install(at, Progress(), tests=True)
    return _conclude(_run_all(check_parts(at), at.logs / "check"))


def test(at: Layout, names: list[str], *, names_only: bool = False) -> int:
    """Every check and every test, or those named."""
    folder = at.logs / "test"
    parts = [*check_parts(at), *test_parts(at, folder)]
    known = [part.name for part in parts]
    if names_only:
        print("\n".join(known))
        return 0
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Usage(f"there is no part {unknown[0]!r}; there are: {', '.join(known)}")
    chosen = [part for part in parts if not names or part.name in names]
    install(at, Progress(), tests=True, tensorflow=any(part.name == TENSORFLOW for part in chosen))
    return _conclude(_run_all(chosen, folder))


def _conclude(outcomes: list[Outcome]) -> int:
    total = sum((outcome.count for outcome in outcomes), Count())
    failed = [outcome.part.name for outcome in outcomes if outcome.count.failed]
    if failed:
        print("\n".join(("", *total.failures, f"failed: {', '.join(failed)}")))
    print(total.line())
    sys.stdout.flush()
    return 1 if total.failed else 0
