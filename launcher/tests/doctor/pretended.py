"""A machine that is not there: files, programs and limits are what the test says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from launcher.doctor.finding import GIB
from launcher.doctor.machine import Machine, Ran, Space

NOW = 1_800_000_000.0
MEMINFO = "MemTotal: {total} kB\nMemAvailable: {available} kB\nSwapTotal: {swap} kB\nSwapFree: {free} kB"


def meminfo(total: float = 16, available: float = 12, swap: float = 0, free: float = 0) -> str:
    """/proc/meminfo of a machine with so many GiB."""
    kib = {name: int(amount * 1024**2) for name, amount in locals().items()}
    return MEMINFO.format(**kib)


@dataclass(frozen=True)
class Pretended(Machine):
    """Nothing is wrong with it unless the test says so."""

    euid: int = 1000
    home: Path = Path("/home/ada")
    environment: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    present: frozenset[str] = frozenset({"/"})
    programs: Mapping[tuple[str, ...], Ran] = field(default_factory=dict)
    installed: frozenset[str] = frozenset({"bwrap"})
    users: Mapping[str, int] = field(default_factory=dict)
    spaces: Mapping[str, Space] = field(default_factory=dict)
    limits: Mapping[int, int] = field(default_factory=dict)
    ports: Mapping[int, str] = field(default_factory=dict)
    names: Mapping[str, set[str]] = field(default_factory=dict)
    owners: Mapping[str, int] = field(default_factory=dict)
    kept: bool | None = True
    times: Mapping[str, float] = field(default_factory=dict)
    asked: list[tuple[tuple[str, ...], int | None]] = field(default_factory=list)

    def text(self, path: str | Path) -> str | None:
        return self.texts.get(str(path))

    def exists(self, path: str | Path) -> bool:
        return str(path) in self.present or str(path) in self.texts

    def owner(self, path: Path) -> int | None:
        return self.owners.get(str(path))

    def found(self, folder: str | Path, pattern: str) -> list[Path]:
        inside = f"{folder}/{pattern}"
        return sorted(Path(one) for one in self.present if fnmatch(one, inside))

    def has(self, program: str) -> bool:
        return program in self.installed

    def ran(self, *command: str, user: int | None = None) -> Ran | None:
        self.asked.append((command, user))
        begins = (length for length in range(len(command), 0, -1) if command[:length] in self.programs)
        return next((self.programs[command[:length]] for length in begins), None)

    def user(self, name: str) -> int | None:
        return self.users.get(name)

    def user_name(self) -> str:
        return "root" if self.euid == 0 else "ada"

    def space(self, path: Path) -> Space:
        return self.spaces.get(str(path), Space(50 * GIB, 100 * GIB, 10**6, 10**7))

    def limit(self, which: int) -> int | None:
        return self.limits.get(which)

    def port_fault(self, port: int) -> str | None:
        return self.ports.get(port)

    def addresses(self, name: str) -> set[str]:
        return self.names.get(name, set())

    def now(self) -> float:
        return NOW

    def written(self, path: Path) -> float:
        return self.times.get(str(path), 0)

    def synchronised(self) -> bool | None:
        return self.kept
