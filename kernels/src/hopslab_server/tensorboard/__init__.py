"""TensorBoard below ``/hopslab/tensorboard/``: started when somebody looks, ended when nobody does."""

from __future__ import annotations

from typing import Any

from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join

from hopslab_server.tensorboard.boards import Boards
from hopslab_server.tensorboard.pages import OpenHandler, StartHandler
from hopslab_server.tensorboard.passing import PassingHandler


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "hopslab_server.tensorboard"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    root = url_path_join(app.base_url, "hopslab", "tensorboard")
    boards = Boards(app, root)
    boards.begin()
    given: dict[str, Any] = {"boards": boards}
    web: Any = app.web_app
    web.add_handlers(
        ".*$",
        [
            (f"{root}/open", OpenHandler),
            (f"{root}/start", StartHandler, given),
            (rf"{root}/([0-9a-f]{{20}})(/.*)?", PassingHandler, given),
        ],
    )
