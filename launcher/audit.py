"""`admin verify-audit`: whether the journal is as it was written."""

import argparse
import json
from typing import Any

from launcher import running
from launcher.data import owners
from launcher.faults import Fault
from launcher.layout import Layout
from launcher.server_cli import ask_server


def verify_audit(at: Layout, given: argparse.Namespace) -> int:
    """Reads the whole journal; the exit code is 1 where a row is not as it was written."""
    if running.supervisor(at) is None:
        raise Fault("Hopslab is not running with this data folder; start it with `./hopslab up`")
    found = ask_server(at, owners(), "verify-audit")
    if given.json:
        print(json.dumps(found))
    else:
        print("\n".join(told(found)))
    return 0 if found["verified"] else 1


def told(found: dict[str, Any]) -> list[str]:
    """What was found, in words."""
    signed = found["signed"]
    head = f"the newest signed head is row {signed['position']:,} of {signed['at']}" if signed else "no head is signed yet"
    if found["verified"]:
        first = f"✓ {found['rows']:,} rows are as they were written, up to row {found['position']:,}; {head}"
        return [first, *([f"  its hash: {found['hash']}"] if found["hash"] else [])]
    lines = [f"✗ the journal is not as it was written ({found['rows']:,} rows; {head})"]
    lines += [f"  {_place(fault)}: {fault['detail']}" for fault in found["faults"]]
    return [*lines, "  and more"] if found["moreFaults"] else lines


def _place(fault: dict[str, Any]) -> str:
    word = "line" if fault["kind"] == "head" else "row"
    first, last = fault["from"], fault["to"]
    return f"{word} {first:,}" if first == last else f"{word}s {first:,} to {last:,}"
