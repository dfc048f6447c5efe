"""Delivery of what earlier kernels could not deliver."""

from __future__ import annotations

from hopslab.experiment.delivery import Delivery
from hopslab.experiment.spool import abandoned
from hopslab.rest import connect
from hopslab.settings import Settings

_going: list[Delivery] = []


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
    _going[:] = [one for one in _going if not one.over] + started
    return started


def recovered(settings: Settings, experiment: str, timeout: float) -> bool:
    """Wait until all that earlier kernels left of an experiment is delivered or refused; False where it is not yet."""
    recover(settings)
    return all(one.join(timeout) or one.over for one in list(_going) if one.experiment in (experiment, None))
