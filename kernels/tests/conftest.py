from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from hopslab import rest, spark
from hopslab.model import places
from hopslab.settings import MIB, Settings
from models_double import Models
from outside_double import TOKEN, OutsidePlatform, certificates
from platform_double import Platform

hypothesis_settings.register_profile("hopslab", deadline=None, print_blob=True)
hypothesis_settings.load_profile("hopslab")

LIMIT = 120.0

# A shell's background jobs ignore interrupts, and so would the sweeps under test.
signal.signal(signal.SIGINT, signal.default_int_handler)


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until it holds; two minutes without it are a failure."""
    deadline = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


@pytest.fixture
def scratch() -> Iterator[Path]:
    # Short: a unix socket's path has to fit into 100 bytes.
    folder = Path(tempfile.mkdtemp(prefix="hk-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def settings(scratch: Path) -> Settings:
    """A kernel outside any sandbox, with two local workers."""
    return Settings(None, None, None, executors=0, cores=2, memory=512 * MIB, gpus=0, scratch=scratch)


@pytest.fixture
def platform(scratch: Path) -> Iterator[Platform]:
    double = Platform(scratch / "api.sock")
    double.open()
    yield double
    double.close()


@pytest.fixture
def inside(settings: Settings, platform: Platform) -> Settings:
    """A kernel in a sandbox whose platform is the double."""
    return dataclasses.replace(settings, project="demo", user="ada", api_socket=platform.socket)


@pytest.fixture
def environment(inside: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The same as environment variables, for what reads them itself."""
    for name, value in variables(inside).items():
        monkeypatch.setenv(name, value)
    return inside


def variables(given: Settings) -> dict[str, str]:
    return {
        "HOPSLAB_PROJECT": given.project or "",
        "HOPSLAB_USER": given.user or "",
        "HOPSLAB_API_SOCKET": str(given.api_socket or ""),
        "HOPSLAB_EXECUTORS": str(given.executors),
        "HOPSLAB_CORES": str(given.cores),
        "HOPSLAB_MEMORY": str(given.memory),
        "HOPSLAB_GPUS": str(given.gpus),
        "HOPSLAB_GPU_IDS": ",".join(given.gpu_ids),
        "HOPSLAB_SCRATCH": str(given.scratch),
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
    }


@pytest.fixture(scope="session")
def executors() -> Iterator[Settings]:
    """A lease of two executors with one real Spark session for the whole run."""
    folder = Path(tempfile.mkdtemp(prefix="hk-"))
    given = Settings(None, None, None, executors=2, cores=1, memory=1024 * MIB, gpus=0, scratch=folder)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables(given).items():
            patch.setenv(name, value)
        spark.begin()
        yield given
        spark.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of keys and certificates, with the token that the double outside takes."""
    folder = tmp_path_factory.mktemp("authority")
    certificates(folder)
    (folder / "token").write_text(f"{TOKEN}\n")
    return folder


@pytest.fixture
def nothing_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a connection that an earlier test has made, nor what the environment says."""
    monkeypatch.setattr(rest, "_used", [])
    for name in [name for name in os.environ if name.startswith("HOPSLAB_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def there(authority: Path, nothing_in_use: None) -> Iterator[OutsidePlatform]:
    """A platform outside any sandbox, behind TLS."""
    double = OutsidePlatform(authority)
    yield double
    double.close()


@pytest.fixture
def models(
    environment: Settings, platform: Platform, monkeypatch: pytest.MonkeyPatch, scratch: Path
) -> Models:
    """The dataset Models of the double, mounted here."""
    root = scratch / "Models"
    root.mkdir()
    monkeypatch.setattr(places, "ROOT", root)
    platform.models.root = root
    return platform.models
