"""Experiments as the double of the platform has them, for TensorBoard."""

from __future__ import annotations

import uuid
from typing import Any

from platform_double import Platform

SPACE = {
    "lr": {"kind": "loguniform", "low": 1e-4, "high": 1.0},
    "depth": {"kind": "randint", "low": 1, "high": 9},
    "bias": {"kind": "choice", "options": [True, False]},
    "kernel": {"kind": "choice", "options": ["rbf", "poly"]},
    "mixed": {"kind": "choice", "options": [1, "one", None]},
}
PARAMS = {"lr": 0.1, "depth": 3, "bias": True, "kernel": "rbf", "mixed": None}
START, END = "2026-11-22T10:00:00.000Z", "2026-11-22T10:01:40.000Z"


def trial(number: int, state: str = "complete", **more: Any) -> dict[str, Any]:
    complete = state == "complete"
    return {
        "number": number,
        "attempt": 1,
        "state": state,
        "params": PARAMS,
        "value": number / 100 if complete else None,
        "metrics": {"accuracy": number / 100, "f1": 0.5} if complete else {},
        "executor": None,
        "startedAt": None if state == "queued" else START,
        "endedAt": None if state in ("queued", "running") else END,
        **more,
    }


def put(
    platform: Platform, name: str = "digits", *, ended: bool = True, space: Any = SPACE
) -> dict[str, Any]:
    """An experiment of which the double knows; its trials and curves are in what is returned."""
    number = str(uuid.uuid4())
    body = {"name": name, "metric": "accuracy", "direction": "maximize", "space": space, "planned": 3}
    platform.experiments[number] = {
        "id": number,
        "body": body,
        "trials": {},
        "curves": {},
        "ended": {"state": "complete"} if ended else None,
        "epoch": 1,
    }
    return platform.experiments[number]
