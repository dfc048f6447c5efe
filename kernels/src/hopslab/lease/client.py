"""The executors' lease, asked of the platform over the sandbox's own socket."""

from __future__ import annotations

import time
from dataclasses import dataclass

from hopslab.errors import HopslabError, UnreachableError
from hopslab.rest import Rest, connect
from hopslab.settings import Settings

HELD = "held"
_PATH = "/notebook-server/compute"
_PATIENCE = 10.0


@dataclass(frozen=True)
class Stand:
    """How the asking stands: ``held`` or ``queued``, and then at which place and for what it waits, in words.

    Of the ``executors`` that are held those above ``keep`` are to be given back, for ``keep_reason``.
    """

    state: str
    position: int | None = None
    reason: str | None = None
    executors: int = 0
    keep: int = 0
    keep_reason: str | None = None


class Lease:
    """The right to the executors. Who asks again while it is held renews it. Safe to share between threads.

    Args:
        rest: The platform.
        holder: What people know the asker by.
    """

    def __init__(self, rest: Rest, holder: str) -> None:
        self._rest = rest
        self._holder = holder

    @classmethod
    def of(cls, settings: Settings, holder: str) -> Lease | None:
        """That of this sandbox; None outside of one, where nobody counts."""
        rest = connect(settings)
        return None if rest is None else cls(rest, holder)

    def ask(self, *, wait: bool, executors: int | None = None, elastic: bool = False) -> Stand:
        """Ask for the executors, or say that they are still in use.

        Args:
            wait: Whether to wait in the queue for what is not free.
            executors: How many from now on; all of the notebook server's where it is not given.
            elastic: Fewer are of use too, and some of them may be asked back.

        Raises:
            UnreachableError: the platform does not answer just now.
            HopslabError: ``lease.over-quota`` where they are not free and one does not ``wait``, and others.
        """
        many = {} if executors is None else {"executors": executors}
        body = {"holder": self._holder, "wait": wait, "elastic": elastic, **many}
        answer = self._rest.in_project("PUT", _PATH, body)
        return Stand(
            answer["state"],
            answer.get("queuePosition"),
            answer.get("reason"),
            answer["executors"],
            answer["keep"],
            answer.get("keepReason"),
        )

    def give_back(self) -> None:
        """Give them back, or wait for them no longer. The platform takes them by itself from who does not renew."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                self._rest.in_project("DELETE", _PATH)
                return
            except UnreachableError:
                if time.monotonic() > deadline:
                    return
                time.sleep(0.2)
            except HopslabError:  # the notebook server is ending, and the lease with it
                return
