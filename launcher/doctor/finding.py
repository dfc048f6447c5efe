"""One thing that was looked at, and how it is."""

from dataclasses import dataclass
from typing import Literal

KIB, MIB, GIB = 1024, 1024**2, 1024**3


@dataclass(frozen=True)
class Finding:
    """`missing`: Hopslab cannot work; `weak`: it works, but not as well as it could; `mend`: a command or what to do."""

    name: str
    state: Literal["ok", "weak", "missing"]
    told: str
    mend: str = ""


def size(amount: float) -> str:
    """Bytes in words."""
    for unit, word in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if amount >= unit:
            return f"{amount / unit:.1f} {word}" if amount < 10 * unit else f"{amount / unit:.0f} {word}"
    return f"{amount:.0f} bytes"


def duration(seconds: float) -> str:
    """A time span in words."""
    for unit, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= unit:
            count = int(seconds // unit)
            return f"{count} {word}{'' if count == 1 else 's'}"
    return "less than a minute"
