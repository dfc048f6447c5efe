"""Configuration of the notebook server inside a sandbox.

Its only door is a unix socket that only the platform's proxy can reach. The proxy has checked who is there, and has
taken every cookie and credential away, so there is no token of its own.
"""

import os
import pathlib
from typing import Any

from jupyter_server.serverapp import ServerApp
from tornado.ioloop import PeriodicCallback

c: Any = get_config()  # type: ignore[name-defined]  # noqa: F821 -- Jupyter defines it

pathlib.Path.home().mkdir(parents=True, exist_ok=True)

_IDLE_SECONDS = 60 * int(os.environ.get("HOPSLAB_IDLE_MINUTES", "120"))

c.ServerApp.sock = "/run/web/jupyter.sock"
c.ServerApp.base_url = "/"
c.ServerApp.root_dir = "/project"
c.FileContentsManager.preferred_dir = "/project/Jupyter"
c.ServerApp.open_browser = False
c.IdentityProvider.token = ""
c.PasswordIdentityProvider.allow_password_change = False
c.ServerApp.disable_check_xsrf = True
# The proxy has checked Origin, and sets Host to a local name.
c.ServerApp.allow_origin = "*"
c.ServerApp.allow_remote_access = False
c.ServerApp.quit_button = False
c.ServerApp.answer_yes = True
# Few extensions start fast.
c.ServerApp.jpserver_extensions = {
    "jupyterlab": True,
    "hopslab_server.tensorboard": True,
    "jupyter_server_terminals": True,
    "hopslab_server.runs": True,
    "jupyter_lsp": False,
    "notebook_shim": False,
}

# Without use kernels end first, then the server; a kernel at work is in use, whether somebody looks or not.
c.MappingKernelManager.cull_idle_timeout = _IDLE_SECONDS
c.MappingKernelManager.cull_interval = max(5, min(300, _IDLE_SECONDS // 4))
c.MappingKernelManager.cull_connected = True
c.TerminalManager.cull_inactive_timeout = _IDLE_SECONDS
c.ServerApp.shutdown_no_activity_timeout = _IDLE_SECONDS


def _check_idleness(app: Any) -> None:
    """Start the check that ends an unused server, on the event loop that runs; Jupyter starts it on another one."""
    check = PeriodicCallback(app.shutdown_no_activity, 60_000)
    app.io_loop.add_callback(check.start)


# The method itself has the fault, and it is no trait that a configuration could set.
ServerApp.init_shutdown_no_activity = _check_idleness  # type: ignore[method-assign, assignment]

c.MultiKernelManager.default_kernel_name = "hopslab"
c.KernelSpecManager.ensure_native_kernel = False
c.KernelSpecManager.allowed_kernelspecs = {"hopslab", "hopslab-tensorflow"}

c.FileContentsManager.delete_to_trash = False
# Checkpoints beside the notebooks would show up in every member's folder.
c.FileCheckpoints.root_dir = "/scratch/checkpoints"

c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
c.LabApp.workspaces_dir = "/scratch/home/.jupyter/lab/workspaces"
c.LabApp.user_settings_dir = "/scratch/home/.jupyter/lab/user-settings"
