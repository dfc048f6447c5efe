"""The platform's REST API: over the sandbox's own socket, or from outside with a token or a certificate."""

from __future__ import annotations

from hopslab.errors import HopslabError
from hopslab.rest.answers import Answer
from hopslab.rest.client import BASE, Rest, segment
from hopslab.rest.patience import Patience
from hopslab.rest.ways import SocketWay
from hopslab.settings import Settings, read_outside, read_settings

__all__ = ["BASE", "Answer", "Patience", "Rest", "connect", "platform", "segment", "use"]

_used: list[Rest] = []


def connect(settings: Settings) -> Rest | None:
    """The client of this kernel, or None outside a sandbox."""
    if settings.api_socket is None or settings.project is None:
        return None
    return Rest(SocketWay(settings.api_socket), settings.project)


def use(rest: Rest) -> None:
    """Have all that follows in this process go there."""
    _used[:] = [rest]


def platform() -> Rest:
    """The client that is in use: that of ``hopslab.connect``, this sandbox's, or what the environment names.

    Raises:
        HopslabError: ``platform.none`` where there is none of them; ``settings.invalid``.
    """
    if _used:
        return _used[0]
    rest = connect(read_settings())
    if rest is not None:
        return rest
    outside = read_outside()
    if outside.url is None:
        raise HopslabError(
            "platform.none",
            "There is no platform here: run this in a notebook of a project, or say where it is with"
            " hopslab.connect(url, project, token_file=…).",
        )
    from hopslab.outside import client  # it needs this module

    use(client(outside))
    return _used[0]
