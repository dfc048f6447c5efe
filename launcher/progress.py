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

    def __init__(self, quiet: bool = False) -> None:
        self.quiet = quiet
        self.live = sys.stderr.isatty() and not quiet
        self._title = ""
        self._began = 0.0
        self._frame = 0

    def begin(self, title: str) -> None:
        """A piece of work starts."""
        self._title, self._began = title, time.monotonic()
        if not self.live:
            self.say(f"  … {title}")

    def tick(self, log: Path | None = None) -> None:
        """Moves the spinner on and shows the last line of the log."""
        if not self.live:
            return
        self._frame = (self._frame + 1) % len(_FRAMES)
        head = f"  {_FRAMES[self._frame]} {self._title} {time.monotonic() - self._began:.0f} s "
        room = shutil.get_terminal_size().columns - len(head) - 1
        sys.stderr.write(f"\r\x1b[K{head}\x1b[2m{last_line(log)[: max(0, room)]}\x1b[0m")
        sys.stderr.flush()

    def done(self) -> None:
        """The piece of work has ended well."""
        self._clear()
        self.say(f"  ✓ {self._title} ({time.monotonic() - self._began:.1f} s)")

    def failed(self) -> None:
        """The piece of work has failed; why is told by the fault."""
        self._clear()
        self.say(f"  ✗ {self._title} ({time.monotonic() - self._began:.1f} s)")

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
