"""Cells in a real kernel, as a notebook's front end runs them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

LIMIT = 300.0


@dataclass
class Answer:
    """What a cell gave: its reply, and its outputs with the changes of displays applied."""

    reply: dict[str, Any]
    outputs: list[dict[str, Any]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        parts = [
            output.get("text") or output.get("data", {}).get("text/plain", "") for output in self.outputs
        ]
        return "\n".join(part for part in parts if part)

    @property
    def error(self) -> str:
        return "\n".join(self.reply.get("traceback", []))


class Kernel:
    def __init__(self, manager: KernelManager) -> None:
        self.manager = manager
        self._client = manager.blocking_client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=LIMIT)

    def run(self, code: str, interrupt_when: str | None = None) -> Answer:
        """Run a cell to its end; interrupt it once an output holds the text."""
        outputs: list[dict[str, Any]] = []
        updates: list[dict[str, Any]] = []
        waiting = interrupt_when

        def take(message: dict[str, Any]) -> None:
            nonlocal waiting
            content = message["content"]
            if message["msg_type"] == "update_display_data":
                updates.append(content)
                shown = content["transient"]["display_id"]
                for output in outputs:
                    if output.get("transient", {}).get("display_id") == shown:
                        output["data"] = content["data"]
            elif message["msg_type"] in ("stream", "display_data", "execute_result", "error"):
                outputs.append(content)
            if waiting is not None and waiting in str(content):
                waiting = None
                self.manager.interrupt_kernel()

        reply = self._client.execute_interactive(code, output_hook=take, timeout=LIMIT, store_history=True)
        return Answer(reply["content"], outputs, updates)

    def language(self) -> dict[str, Any]:
        """What it says of its language; JupyterLab writes this into the notebook."""
        reply = self._client.kernel_info(reply=True, timeout=LIMIT)
        return dict(reply["content"]["language_info"])

    def close(self) -> None:
        self._client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@contextmanager
def kernel(environment: dict[str, str]) -> Iterator[Kernel]:
    """A kernel of ours with these variables."""
    manager = KernelManager(transport="ipc")
    manager._kernel_spec = KernelSpec(
        argv=[sys.executable, "-P", "-m", "hopslab.kernel", "-f", "{connection_file}"],
        display_name="Hopslab (Python)",
        language="python",
        env=environment,
    )
    manager.start_kernel()
    try:
        client = Kernel(manager)
        yield client
        client.close()
    finally:
        if manager.is_alive():
            manager.shutdown_kernel(now=True)
