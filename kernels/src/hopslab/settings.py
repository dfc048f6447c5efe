"""What the sandbox tells a kernel about itself; the only reader of ``HOPSLAB_*``."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hopslab.errors import HopslabError

MIB = 1024 * 1024


@dataclass(frozen=True)
class Settings:
    """The project, the identity's socket and the lease of this kernel.

    ``memory`` is in bytes and means heap, overhead and Python together: of each executor,
    or of the kernel where there are no executors. ``gpus`` are each executor's, ``gpu_ids`` all of them,
    as CUDA knows them. ``spark_idle`` is in seconds: how long Spark may be of no use before its executors are
    given back.
    """

    project: str | None
    user: str | None
    api_socket: Path | None
    executors: int
    cores: int
    memory: int
    gpus: int
    scratch: Path
    gpu_ids: tuple[str, ...] = ()
    spark_idle: float = 600.0

    @property
    def slots(self) -> int:
        """How many trials can run at once: one per core of the lease."""
        return max(1, self.cores) * max(1, self.executors)

    @property
    def state(self) -> Path:
        """Where this package keeps its own files."""
        return self.scratch / "hopslab"


def _count(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal():
        raise HopslabError(
            "settings.invalid", f"{name} is {text!r}: it has to be a whole number, not negative."
        )
    return int(text)


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of this process.

    Outside a sandbox there is no platform and no lease: local processes on this machine's cores.

    Raises:
        HopslabError: ``settings.invalid`` where a number is not one.
    """
    env = os.environ if env is None else env
    socket = env.get("HOPSLAB_API_SOCKET")
    scratch = env.get("HOPSLAB_SCRATCH")
    return Settings(
        project=env.get("HOPSLAB_PROJECT") or None,
        user=env.get("HOPSLAB_USER") or None,
        api_socket=Path(socket) if socket else None,
        executors=_count(env, "HOPSLAB_EXECUTORS", 0),
        cores=_count(env, "HOPSLAB_CORES", os.cpu_count() or 1),
        memory=_count(env, "HOPSLAB_MEMORY", 1024 * MIB),
        gpus=_count(env, "HOPSLAB_GPUS", 0),
        gpu_ids=tuple(part for part in env.get("HOPSLAB_GPU_IDS", "").split(",") if part),
        scratch=Path(scratch) if scratch else Path(tempfile.gettempdir()) / f"hopslab-scratch-{os.getuid()}",
        spark_idle=60.0 * _count(env, "HOPSLAB_SPARK_IDLE_MINUTES", 10),
    )


@dataclass(frozen=True)
class Outside:
    """How a program outside reaches the platform, and as whom."""

    url: str | None = None
    project: str | None = None
    token: str | None = field(default=None, repr=False)
    token_file: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    ca: Path | None = None


def read_outside(env: Mapping[str, str] | None = None) -> Outside:
    """Read what the environment of a program outside says; a token only by the file that holds it."""
    env = os.environ if env is None else env

    def path(name: str) -> Path | None:
        return Path(env[name]).expanduser() if env.get(name) else None

    return Outside(
        url=env.get("HOPSLAB_URL") or None,
        project=env.get("HOPSLAB_PROJECT") or None,
        token_file=path("HOPSLAB_TOKEN_FILE"),
        certificate=path("HOPSLAB_CERTIFICATE"),
        key=path("HOPSLAB_KEY"),
        ca=path("HOPSLAB_CA"),
    )
