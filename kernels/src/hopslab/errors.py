"""What can go wrong, each fault with a code that programs may test and words for people."""

from __future__ import annotations

from collections.abc import Sequence


class HopslabError(Exception):
    """A fault with a stable ``code`` (the REST API's where it comes from there) and its ``detail`` in words.

    Attributes:
        code: Which fault, for programs, such as ``experiment.unknown``.
        detail: What is wrong and what to do, for people.
        retriable: Whether the same call may succeed later.
        faults: Every single fault found, where there may be several.
    """

    def __init__(
        self, code: str, detail: str, *, retriable: bool = False, faults: Sequence[str] = ()
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.retriable = retriable
        self.faults = tuple(faults)

    def __str__(self) -> str:
        if not self.faults:
            return self.detail
        return "\n".join([self.detail, *(f"  - {fault}" for fault in self.faults)])

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the words, since they name the remedy, and not this package's insides."""
        return [f"\x1b[31m{self.code}\x1b[0m {self}"]


class UnreachableError(HopslabError):
    """The platform does not answer just now; it may later.

    Attributes:
        sent: Whether the platform may have got the request all the same.
    """

    def __init__(self, detail: str, *, sent: bool = True) -> None:
        super().__init__("platform.unreachable", detail, retriable=True)
        self.sent = sent


class RefusedError(HopslabError):
    """A right is missing, or this is not done from inside a notebook; ``detail`` says which and who can help."""


class NotFoundError(HopslabError):
    """There is no such thing, or none that this projectUser may know of."""


class StaleError(HopslabError):
    """Something has changed since it was read; read it again."""


_BY_STATUS: dict[int, type[HopslabError]] = {
    401: RefusedError,
    403: RefusedError,
    404: NotFoundError,
    412: StaleError,
}


def error_for(status: int) -> type[HopslabError]:
    """The class of the problems that an HTTP status stands for."""
    return _BY_STATUS.get(status, HopslabError)
