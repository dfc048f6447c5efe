"""Steps of the installation: each is done once for one content of its sources, and can be cut off at any point."""

import fcntl
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from launcher.commands import run_logged
from launcher.faults import Fault
from launcher.progress import Progress
from launcher.stamps import write_atomically


class Stopped(Exception):
    """What runs beside it has failed, or a person has had enough."""


@dataclass(frozen=True)
class Work:
    """What a running step may use: its log and programs whose output goes there."""

    log: Path
    progress: Progress
    stop: Event = field(default_factory=Event)

    def run(self, *command: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
        """Runs a program, shown by its last line; raises `Fault` when it fails."""
        run_logged(command, self.log, cwd=cwd, env=env, follow=self._follow)

    def _follow(self) -> None:
        if self.stop.is_set():
            raise Stopped
        self.progress.tick(self.log)

    def note(self, text: str) -> None:
        """A line into the log."""
        with self.log.open("a") as out:
            out.write(text + "\n")


@dataclass(frozen=True)
class Step:
    """One step: `key` is a hash of what it is made from, `makes` what must be there when it is done."""

    name: str
    title: str
    key: Callable[[], str]
    run: Callable[[Work], None]
    makes: tuple[Path, ...] = ()


class Steps:
    """Runs steps in order, skipping those whose stamp still holds."""

    def __init__(self, stamps: Path, logs: Path, progress: Progress, stop: Event | None = None) -> None:
        self._stamps, self._logs, self._progress = stamps, logs, progress
        self._stop = stop or Event()

    def pending(self, step: Step) -> bool:
        """Says whether a step has to run."""
        stamp = self._stamps / step.name
        try:
            return stamp.read_text() != step.key() or not all(path.exists() for path in step.makes)
        except FileNotFoundError:
            return True

    def run(self, steps: Iterable[Step]) -> int:
        """Runs what is pending and returns how many steps that were. The first failure ends it."""
        count = 0
        for step in steps:
            if self.pending(step):
                self._one(step)
                count += 1
        return count

    def run_side_by_side(self, *tracks: Iterable[Step]) -> int:
        """Runs tracks of steps at the same time. The first failure ends all of them."""
        stop = Event()
        beside = [Steps(self._stamps, self._logs, self._progress.beside(), stop) for _ in tracks]
        with ThreadPoolExecutor(len(tracks)) as pool:
            running = [pool.submit(steps.run, track) for steps, track in zip(beside, tracks, strict=True)]
            try:
                return sum(done.result() for done in as_completed(running))
            except BaseException:
                stop.set()
                raise

    def _one(self, step: Step) -> None:
        log = self._logs / f"{step.name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("")
        # A step that is cut off half way must not be taken for done when its sources change back.
        (self._stamps / step.name).unlink(missing_ok=True)
        self._progress.begin(step.title)
        try:
            key = step.key()
            step.run(Work(log, self._progress, self._stop))
            missing = [str(path) for path in step.makes if not path.exists()]
            if missing:
                raise Fault(f"it ended without making {', '.join(missing)}; its log: {log}")
        except BaseException:
            self._progress.failed()
            raise
        write_atomically(self._stamps / step.name, key)
        self._progress.done()


@contextmanager
def alone(lock: Path, progress: Progress) -> Iterator[None]:
    """Keeps a second launcher of the same checkout from installing at the same time."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.say("  another ./hopslab is installing here; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
