"""The notebook server's configuration, read as Jupyter reads it."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp
from traitlets.config import Config

CONFIG = Path(__file__).parent.parent / "src" / "hopslab_server" / "jupyter_server_config.py"


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Config:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOPSLAB_IDLE_MINUTES", "7")
    # What the file replaces is put back afterwards.
    monkeypatch.setattr(ServerApp, "init_shutdown_no_activity", ServerApp.init_shutdown_no_activity)
    read = Config()
    runpy.run_path(str(CONFIG), {"get_config": lambda: read})
    return read


def test_listens_on_the_unix_socket_that_the_proxy_knows_and_asks_for_nothing(config: Config) -> None:
    assert config.ServerApp.sock == "/run/web/jupyter.sock"
    assert config.IdentityProvider.token == ""
    assert config.ServerApp.root_dir == "/project"


def test_offers_the_one_kernel(config: Config) -> None:
    assert config.MultiKernelManager.default_kernel_name == "hopslab"
    assert config.KernelSpecManager.allowed_kernelspecs == {"hopslab", "hopslab-tensorflow"}


def test_ends_kernels_and_then_itself_after_the_idle_time(config: Config) -> None:
    assert config.MappingKernelManager.cull_idle_timeout == 420
    assert config.ServerApp.shutdown_no_activity_timeout == 420


def test_checks_for_idleness_on_the_loop_that_runs(config: Config) -> None:
    asked: list[Any] = []

    class App:
        """As much of the server as the check needs."""

        class Loop:
            add_callback = staticmethod(asked.append)

        io_loop = Loop()

        def shutdown_no_activity(self) -> None:
            """Nothing to end here."""

    ServerApp.init_shutdown_no_activity(App())
    assert [callback.__name__ for callback in asked] == ["start"]


def test_makes_the_home_folder(config: Config, tmp_path: Path) -> None:
    assert (tmp_path / "home").is_dir()
