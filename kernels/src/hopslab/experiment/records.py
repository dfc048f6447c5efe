"""What is known of a trial, and the way the REST API writes it."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from hopslab.experiment.space import Params
from hopslab.experiment.usage import Usage, usage_of, usage_to_contract

TrialState: TypeAlias = Literal["queued", "running", "complete", "pruned", "failed", "stopped"]
SweepState: TypeAlias = Literal["running", "complete", "stopped", "failed"]
ENDED: frozenset[TrialState] = frozenset({"complete", "pruned", "failed", "stopped"})

MAX_REASON = 1000
MAX_TRACEBACK = 20_000


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def moment(time: datetime | None) -> str | None:
    """A time as the REST API writes it: RFC 3339, UTC, milliseconds."""
    if time is None:
        return None
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def time_of(text: str | None) -> datetime | None:
    """The time that the REST API wrote."""
    return None if text is None else datetime.fromisoformat(text)


_short = reprlib.Repr()
_short.maxstring = _short.maxother = 60


def shown(params: Mapping[str, Any]) -> str:
    """Hyperparameters in one short line, whatever their values are."""

    def words(value: object) -> str:
        return f"{value:.6g}" if isinstance(value, float) else " ".join(_short.repr(value).split())

    return ", ".join(f"{name}={words(value)}" for name, value in params.items())


@dataclass(frozen=True, repr=False)
class TrialRecord:
    """One trial as it stands. ``value`` is the metric of a complete trial, ``metrics`` every number it reported."""

    number: int
    state: TrialState
    params: Params
    attempt: int = 1
    value: float | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    reason: str | None = None
    traceback: str | None = None
    executor: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    usage: Usage | None = None
    # Somebody picked it by hand; ``point`` is the order that it was told by, ``stop_asked`` that it is not run again.
    picked: bool = False
    point: str | None = None
    stop_asked: bool = False

    @property
    def seconds(self) -> float | None:
        """How long it ran, where it has ended."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()

    def __repr__(self) -> str:
        numbers = self.metrics or ({} if self.value is None else {"value": self.value})
        parts = [self.state, *(f"{name} {number:.6g}" for name, number in numbers.items())]
        why = f": {self.reason:.200}" if self.reason else ""
        return f"trial {self.number}: {', '.join(filter(None, [*parts, shown(self.params)]))}{why}"

    @classmethod
    def of_contract(cls, trial: Mapping[str, Any]) -> TrialRecord:
        """The record of a trial as the REST API shows it."""
        return cls(
            number=trial["number"],
            state=trial["state"],
            params=dict(trial["params"]),
            attempt=trial["attempt"],
            value=trial["value"],
            metrics=dict(trial["metrics"]),
            reason=trial.get("reason"),
            traceback=trial.get("traceback"),
            executor=trial["executor"],
            started_at=time_of(trial["startedAt"]),
            ended_at=time_of(trial["endedAt"]),
            usage=usage_of(trial.get("usage")),
            picked=bool(trial.get("picked")),
            stop_asked=bool(trial.get("stopAsked")),
        )

    def to_contract(self) -> dict[str, Any]:
        """The record as a report of the REST API."""
        report: dict[str, Any] = {
            "number": self.number,
            "attempt": self.attempt,
            "state": self.state,
            "params": self.params,
            "value": self.value,
            "metrics": {name[:200]: value for name, value in self.metrics.items()},
            "executor": self.executor[:200] if self.executor else None,
            "startedAt": moment(self.started_at),
            "endedAt": moment(self.ended_at),
        }
        if self.usage is not None:
            report["usage"] = usage_to_contract(self.usage)
        if self.picked:
            report |= {"picked": True, "point": self.point}
        if self.reason:
            report["reason"] = self.reason[:MAX_REASON]
        if self.traceback:
            report["traceback"] = self.traceback[-MAX_TRACEBACK:]
        return report
