"""TensorBoard itself, on a unix socket."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from tensorboard import default, program
from tensorboard.util import tb_logging
from werkzeug.serving import make_server

RELOAD_SECONDS = 5


class _UnixServer(program.TensorBoardServer):  # type: ignore[misc]
    """TensorBoard's way to be served by something of one's own."""

    def __init__(self, socket: Path, app: Any) -> None:
        bound = socket.with_name(f"{socket.name}.new")
        self._server = make_server(f"unix://{bound}", 0, app, threaded=True)
        # Where it is to be seen it is listening.
        bound.rename(socket)

    def serve_forever(self) -> None:
        """Answer until the process ends."""
        self._server.serve_forever()

    def get_url(self) -> str:
        """Nothing that a browser could use."""
        return "http://localhost:0/"

    def print_serving_message(self) -> None:
        """Who has started it knows where it is."""


def serve(logs: Path, socket: Path, prefix: str) -> None:
    """Serve what is in a folder, from threads of this process, until it ends.

    Args:
        logs: Event files, one folder per run.
        socket: Where to listen; it must not exist.
        prefix: The path that all requests begin with, such as ``/hopslab/tensorboard/3f2a``.
    """
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    tb_logging.get_logger().setLevel(logging.WARNING)
    board = program.TensorBoard(
        plugins=default.get_plugins(), server_class=lambda app, _flags: _UnixServer(socket, app)
    )
    board.configure(
        argv=[
            "tensorboard",
            f"--logdir={logs}",
            f"--path_prefix={prefix}",
            f"--reload_interval={RELOAD_SECONDS}",
            # A run per trial: fewer points each than what it keeps for a handful of runs.
            "--samples_per_plugin=images=10,audio=10,text=10",
        ]
    )
    board.launch()
