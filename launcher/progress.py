"""What a person sees while work goes on: a line that lives on a terminal, plain lines elsewhere."""

import re
import shutil
import sys
import time
from pathlib import Path

_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|[\x00-\x08\x0b-\x1f\x7f]")


class Progress:
    """Shows one piece of work at a time; `quiet` shows nothing (for programs that read our output)."""

    def __init__(self, quiet: bool = False, running: "list[Progress] | None" = None) -> None:
        self.quiet = quiet
        self.live = sys.stderr.isatty() and not quiet
        self._running = [] if running is None else running
        self._title = ""
        self._began = 0.0

    def beside(self) -> "Progress":
        """Another piece of work, shown together with ours."""
        return Progress(self.quiet, self._running)

    def begin(self, title: str) -> None:
        """A piece of work starts."""
        self._title, self._began = title, time.monotonic()
        self._running.append(self)
        if not self.live:
            self.say(f"  … {title}")

    def tick(self, log: Path | None = None) -> None:
        """Moves the spinner on and shows the last line of the log."""
        if not self.live:
            return
        frame = _FRAMES[int(time.monotonic() * 10) % len(_FRAMES)]
        titles = " · ".join(f"{one._title} {one._seconds():.0f} s" for one in list(self._running))
        columns = shutil.get_terminal_size().columns - 1
        head = f"  {frame} {titles} "[:columns]
        sys.stderr.write(f"\r\x1b[K{head}\x1b[2m{last_line(log)[: columns - len(head)]}\x1b[0m")
        sys.stderr.flush()

    def done(self) -> None:
        """The piece of work has ended well."""
        self._end("✓")

    def failed(self) -> None:
        """The piece of work has failed; why is told by the fault."""
        self._end("✗")

    def _end(self, mark: str) -> None:
        self._running.remove(self)
        self._clear()
        self.say(f"  {mark} {self._title} ({self._seconds():.1f} s)")

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def say(self, text: str) -> None:
        """A line for the person, whatever goes on."""
        if not self.quiet:
            print(text, file=sys.stderr, flush=True)

    def _clear(self) -> None:
        if self.live:
            sys.stderr.write("\r\x1b[K")


def last_line(log: Path | None) -> str:
    """The last line of a log that says something, without control characters."""
    if log is None or not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 2048))
        lines = file.read().decode(errors="replace").splitlines()
    clean = (_CONTROL.sub("", line).strip() for line in reversed(lines))
    return next((line for line in clean if line), "")
