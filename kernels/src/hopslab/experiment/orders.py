"""What people ask of a running sweep, as the platform tells it: again and again, until it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hopslab.experiment.coordinator import Coordinator
from hopslab.experiment.points import fitted
from hopslab.experiment.space import Space

ON_REQUEST = "Stopped on request."
AFTER_RUNNING = "Stopped on request, after the trials that ran."


class Orders:
    """Obeys the platform's answers. What is told twice, or too late, changes nothing.

    Args:
        coordinator: The sweep.
        space: What picked points are in.
        tell_stop: Tells a running trial to stop, by its number; may be called again.
    """

    def __init__(self, coordinator: Coordinator, space: Space, tell_stop: Callable[[int], None]) -> None:
        self._coordinator = coordinator
        self._space = space
        self._tell_stop = tell_stop

    def obey(self, answer: Mapping[str, Any]) -> None:
        """Do what an answer to a batch or a heartbeat asks for."""
        match answer["state"]:
            # "failed" may be only what the platform presumes of a kernel it has not heard for long.
            case "stopping" | "stopped":
                self._coordinator.stop(ON_REQUEST)
            case "draining":
                self._coordinator.drain(AFTER_RUNNING)
            case "paused":
                self._coordinator.pause(True)
            case "running":
                self._coordinator.pause(False)
        orders = answer.get("orders", {})
        for number in orders.get("stop", ()):
            if self._coordinator.stop_trial(number, ON_REQUEST):
                self._tell_stop(number)
        for one in orders.get("enqueue", ()):
            self._coordinator.enqueue(fitted(self._space, one["params"]), one["id"])
