"""Running other programs, their output in a step's log."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from launcher.faults import Fault


def run_logged(
    command: Sequence[str],
    log: Path,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    follow: Callable[[], None] = lambda: None,
) -> None:
    """Runs a program to its end, appending to `log`; `follow` is called while it runs.

    It is a process group of its own, so that an interrupt ends it whole. Raises `Fault` when it fails.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        out.write(f"$ {' '.join(command)}\n".encode())
        out.flush()
        try:
            child = subprocess.Popen(
                command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        except OSError as error:
            raise Fault(f"{command[0]} cannot be started: {error.strerror}") from error
        try:
            while True:
                try:
                    status = child.wait(0.1)
                    break
                except subprocess.TimeoutExpired:
                    follow()
        except BaseException:
            end_group(child)
            raise
    if status != 0:
        raise Fault(f"`{' '.join(command[:3])} ...` ended with {status}:\n{tail(log)}\nThe whole log: {log}")


def end_group(child: subprocess.Popen[bytes]) -> None:
    """Ends a child's process group, first gently."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, sign)
            child.wait(5)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def tail(log: Path, lines: int = 25, most: int = 8192) -> str:
    """The last lines of a log, `most` bytes at most."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - most))
        text = file.read().decode(errors="replace")
    return "\n".join("    " + line for line in text.splitlines()[-lines:])


def said(*command: str) -> str | None:
    """What a program prints, or None where it is missing or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
