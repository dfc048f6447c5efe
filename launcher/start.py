"""Starting the supervisor: it inherits the listening sockets, so that connections queue while a service restarts."""

import errno
import fcntl
import json
import os
import socket
import time
from collections.abc import Callable

from launcher.data import Owners
from launcher.faults import Fault
from launcher.layout import DEFAULT_PORT, PROGRAMS_PORT, Layout
from launcher.running import alive, end_outlived, lock_path, services

BACKLOG = 511


def bind_port(port: int, patience: float = 0, how: str = "--port") -> socket.socket:
    """A socket of the proxy's, `how` chooses another port; waits `patience` seconds for a dying predecessor to let go of it."""
    until = time.monotonic() + patience
    while True:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(BACKLOG)
            return listener
        except OSError as error:
            listener.close()
            if error.errno == errno.EACCES:
                raise Fault(f"port {port} is for root only; choose one from 1024 on with {how}") from error
            if time.monotonic() > until:
                who = f" by process {holder}" if (holder := port_holder(port)) else ""
                raise Fault(f"port {port} is in use{who} ({error.strerror}); choose another with {how}") from error
            time.sleep(0.1)


def bind_programs(at: Layout, patience: float = 0) -> socket.socket:
    """The programs' socket: on the port beside the browsers', or on any that is free where nobody has chosen one."""
    chosen = at.port == DEFAULT_PORT or PROGRAMS_PORT in os.environ
    try:
        return bind_port(at.programs_port, patience if chosen else 0, PROGRAMS_PORT)
    except Fault:
        if chosen:
            raise
        return bind_port(0)


def port_holder(port: int) -> str | None:
    """The process that listens on a port, where we may see it."""
    with open("/proc/net/tcp") as table:
        rows = [line.split() for line in table.readlines()[1:]]
    inodes = {f"socket:[{row[9]}]" for row in rows if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            links = {os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")}
            if links & inodes:
                with open(f"/proc/{pid}/comm") as name:
                    return f"{pid} ({name.read().strip()})"
        except OSError:
            continue
    return None


def bind_server(at: Layout) -> socket.socket:
    """The API server's socket, for our own processes only."""
    path = at.run / "server.sock"
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(mask)
    listener.listen(BACKLOG)
    return listener


def build_id(at: Layout) -> str:
    """The version and what it was built from."""
    version = json.loads((at.checkout / "package.json").read_text())["version"]
    return f"{version}+{(at.tools / 'stamps' / 'build').read_text()[:12]}"


def platform_environment(at: Layout, who: Owners) -> dict[str, str]:
    """How the platform's processes are told what they need; nothing secret."""
    told = {
        "HOPSLAB_ROOT": str(at.checkout),
        "HOPSLAB_DATA": str(at.data),
        "HOPSLAB_RUN": str(at.run),
        "HOPSLAB_TOOLS": str(at.tools),
        "HOPSLAB_PORT": str(at.port),
        "HOPSLAB_BASE": at.domain,
        "HOPSLAB_BUILD": build_id(at),
        "NODE_ENV": "production",
    }
    if who.root:
        told |= {"HOPSLAB_SANDBOX_UID": str(who.sandbox.uid), "HOPSLAB_SANDBOX_GID": str(who.sandbox.gid)}
    return os.environ | told


def _take_lock(at: Layout) -> int:
    """The supervisor's lock, which it inherits; somebody may be looking at it just now, so not at the first try only."""
    lock = os.open(lock_path(at), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = time.monotonic() + 1
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except BlockingIOError:
            if time.monotonic() > until:
                os.close(lock)
                raise Fault(f"another ./hopslab has just started the platform with the data folder {at.data}") from None
            time.sleep(0.05)


def start_supervisor(at: Layout, who: Owners) -> int:
    """Starts the supervisor in a session of its own and returns its pid."""
    lock = _take_lock(at)
    end_outlived(at, 5)
    proxy, programs, server = bind_port(at.port, patience=5), bind_programs(at, patience=5), bind_server(at)
    (at.run / "services.json").unlink(missing_ok=True)
    log = os.open(at.data / "logs" / "supervisor.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    # Above 9, so that none is overwritten while they are put in their places.
    handed = (nothing, log, log, proxy.fileno(), programs.fileno(), server.fileno(), lock)
    places = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in handed]
    environment = platform_environment(at, who) | {
        PROGRAMS_PORT: str(programs.getsockname()[1]),
        "LISTEN_FDS": "3",
        "LISTEN_FDNAMES": "proxy:programs:server",
    }
    pid = os.posix_spawn(
        str(at.node),
        ["node", str(at.checkout / "server" / "lib" / "supervisor" / "main.js")],
        environment,
        file_actions=[(os.POSIX_SPAWN_DUP2, fd, place) for place, fd in enumerate(places)],
        setsid=True,
    )
    os.ftruncate(lock, 0)
    os.write(lock, f"{pid}\n".encode())
    for fd in (*places, log, nothing, lock):
        os.close(fd)
    for held in (proxy, programs, server):
        held.close()
    return pid


def wait_until_ready(at: Layout, pid: int, tick: Callable[[], None], seconds: float = 120) -> None:
    """Waits until every service is ready; raises `Fault` with the reason where one is not."""
    until = time.monotonic() + seconds
    log = at.data / "logs"
    while True:
        now = services(at)
        if now and all(service.state == "ready" for service in now):
            return
        failed = [f"{service.name}: {service.reason}" for service in now if service.state == "failed"]
        _, status = os.waitpid(pid, os.WNOHANG) if _is_child(pid) else (0, 0)
        if status or not alive(pid):
            raise Fault("\n".join(["the platform has ended while starting", *failed, f"Logs: {log}"]))
        if time.monotonic() > until:
            lacking = [f"{service.name} is {service.state}. {service.reason}" for service in now if service.state != "ready"]
            raise Fault("\n".join([f"not ready after {seconds:.0f} s", *lacking, f"Logs: {log}"]))
        tick()
        time.sleep(0.1)


def _is_child(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return int(stat.read().rpartition(")")[2].split()[1]) == os.getpid()
    except OSError:
        return False
