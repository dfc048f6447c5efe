"""Delivery of what earlier kernels could not deliver."""

from __future__ import annotations

from hopslab.experiment.delivery import Delivery
from hopslab.experiment.spool import abandoned
from hopslab.rest import connect
from hopslab.settings import Settings


def recover(settings: Settings) -> list[Delivery]:
    """Begin to deliver every spool that its kernel left behind; the deliveries go on by themselves."""
    rest = connect(settings)
    if rest is None:
        return []
    started = []
    for spool in abandoned(settings.state / "spool"):
        delivery = Delivery(rest, spool)
        if delivery.take_over(spool.read()):
            started.append(delivery)
        else:
            spool.remove()
    return started
