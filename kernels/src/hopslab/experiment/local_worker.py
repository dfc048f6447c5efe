"""A local worker process: ``python -m hopslab.experiment.local_worker LABEL``, its orders on standard input."""

from __future__ import annotations

import json
import signal
import sys

from hopslab.experiment.worker import work


def main() -> None:
    """Run trials until none is left."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt of the notebook is the driver's to judge
    start = json.loads(sys.stdin.buffer.read())
    host, port = start["address"]
    work((str(host), int(port)), bytes.fromhex(start["key"]), sys.argv[1])


if __name__ == "__main__":
    main()
