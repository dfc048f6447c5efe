"""One worker of a distributed training, a process of its own: ``python -m hopslab.experiment.training.process``.

Frameworks can join a team once in the life of a process, and may hang where Python does not hear any more. So each
attempt of each worker is a new process, and whoever started it can end it. Its orders come on standard input.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import sys
from multiprocessing.connection import Client

from hopslab.experiment.training import messages as m
from hopslab.experiment.training.calling import call
from hopslab.experiment.training.line import Line

_PR_SET_PDEATHSIG = 1


def _die_with(parent: int) -> None:
    """End when whoever started this process does, whatever the function is doing."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


def _reserve(host: str) -> list[socket.socket]:
    """Two ports that nobody else gets until the function needs them."""
    held = [socket.socket() for _ in range(2)]
    for one in held:
        one.bind((host, 0))
    return held


def main() -> None:
    """Come to the driver, run the function once, and stay until nobody needs this worker."""
    orders = json.loads(sys.stdin.buffer.read())
    _die_with(orders["parent"])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt of the notebook is the driver's to judge
    address = (str(orders["address"][0]), int(orders["address"][1]))
    try:
        connection = Client(address, family="AF_INET", authkey=bytes.fromhex(orders["key"]))
    except (OSError, EOFError):
        return  # it is over
    with connection:
        with socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            host = line.getsockname()[0]
        held = _reserve(host)
        ports = [one.getsockname()[1] for one in held]
        connection.send_bytes(m.encode(m.Come(orders["rank"], orders["executor"], host, ports)))
        try:
            start = m.decode(connection.recv_bytes())
            if not isinstance(start, m.Start):
                return  # it was over before it began
            function = connection.recv_bytes()
        except (EOFError, OSError):
            return
        for one in held:
            one.close()
        driver = Line(connection)
        driver.listen()
        driver.tell(call(start, orders["rank"], function, driver))
        sys.stdout.flush()
        driver.wait_for_end()


if __name__ == "__main__":
    main()
