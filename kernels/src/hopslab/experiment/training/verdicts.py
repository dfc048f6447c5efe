"""What became of a team of workers, from how each of them ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hopslab.experiment.training.messages import Done

# Seconds after the first worker's end in which another's may prove to be what caused it; and as long as each that is
# known looks like the consequence of another's.
SETTLE = 1.0
LONGEST = 10.0


@dataclass(frozen=True)
class Fault:
    """The end of one worker that ends all: ``done`` where its function ended, None where the worker was lost."""

    rank: int
    at: float
    done: Done | None

    @property
    def by_peer(self) -> bool:
        """Whether it may only be what another worker's end did to this one."""
        return self.done is not None and self.done.by_peer


Outcome = Done | Fault


def judge(
    size: int, done: Mapping[int, Done], lost: Mapping[int, float], now: float, leader_only: bool
) -> Outcome | None:
    """What became of the team, or None where that is not known yet.

    Args:
        size: How many workers there are.
        done: How functions ended, by rank.
        lost: When workers were lost whose function had not ended, by rank, in seconds since 1970.
        now: The same clock.
        leader_only: Whether the others only serve rank 0.

    Returns:
        Rank 0's end where all is well, else the fault that came first.
    """
    faults = [Fault(rank, one.at, one) for rank, one in done.items() if one.state != "complete"]
    faults += [Fault(rank, at, None) for rank, at in lost.items()]
    if faults:
        first = min(faults, key=lambda fault: (fault.by_peer, fault.at))
        patience = LONGEST if first.by_peer else SETTLE
        settled = len(done) + len(lost) == size or now - min(fault.at for fault in faults) >= patience
        return first if settled else None
    if 0 in done and (leader_only or len(done) == size):
        return done[0]
    return None
