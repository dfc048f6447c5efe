"""How the platform does while it runs."""

from collections.abc import Iterator
from datetime import datetime

from launcher import running
from launcher.doctor.answer import Answer, ask
from launcher.doctor.finding import GIB, Finding, duration, size
from launcher.doctor.machine import Machine
from launcher.down import postmaster
from launcher.faults import Fault
from launcher.layout import Layout
from launcher.sandboxes import running_sandboxes
from launcher.start import build_id

_DAY = 86400
_SOON = 21 * _DAY  # it is renewed 30 days before its end
_RECENT = 600
_LARGE = GIB


def platform(machine: Machine, at: Layout) -> Iterator[Finding]:
    """Services, what they answer, certificates, logs; what is left over where nothing runs."""
    pid = running.supervisor(at)
    if pid is None:
        yield _without(at)
    else:
        for one in running.services(at):
            yield service(one, machine.now(), at)
        yield from answered(ask(at), machine.now(), build_id(at))
    if (at.data / "logs").is_dir():
        yield logs(machine, at)


def _without(at: Layout) -> Finding:
    left = len(running_sandboxes(at))
    if left:
        told = f"not running; {left} notebook server{'s go' if left > 1 else ' goes'} on without it, and the next `up` finds them"
        return Finding("platform", "weak", told, "./hopslab up")
    if postmaster(at):
        return Finding("platform", "weak", "not running, but its PostgreSQL is", "./hopslab up   (or ./hopslab down)")
    return Finding("platform", "ok", "not running; `./hopslab up` starts it")


def service(one: running.Service, now: float, at: Layout) -> Finding:
    """One of the supervised: its state, for how long, and how often it had to be started again."""
    log = at.data / "logs" / f"{one.name}.log"
    often = f", started again {one.restarts} time{'s' if one.restarts > 1 else ''}" if one.restarts else ""
    if one.state != "ready":
        return Finding(one.name, "weak", f"{one.state}{often}. {one.reason}".strip(), f"tail -n 50 {log}")
    if one.pid and not running.alive(one.pid):
        return Finding(one.name, "weak", f"process {one.pid} is gone{often}; it is being started again", f"tail -n 50 {log}")
    seconds = now - datetime.fromisoformat(one.since).timestamp()
    told = f"ready for {duration(seconds)} (process {one.pid}){often}"
    if one.restarts and seconds < _RECENT:
        return Finding(one.name, "weak", told, f"tail -n 50 {log}")
    return Finding(one.name, "ok", told)


def answered(answer: Answer | Fault, now: float, build: str) -> Iterator[Finding]:
    """What a program at the port is told, and by which certificate."""
    if isinstance(answer, Fault):
        yield Finding("answer", "missing", str(answer), "./hopslab down && ./hopslab up")
        return
    lacking = [f"{one['name']}: {one.get('reason') or one['state']}" for one in answer.services if one["state"] != "ready"]
    if lacking:
        yield Finding("answer", "weak", "; ".join(lacking))
    elif answer.seconds > 1:
        yield Finding("answer", "weak", f"only after {answer.seconds:.1f} s: the machine is busy", "top")
    else:
        yield Finding("answer", "ok", f"the proxy, the server and PostgreSQL answer in {answer.seconds * 1000:.0f} ms")
    if answer.build != build:
        told = f"it runs as {answer.build}, and {build} is installed"
        yield Finding("version", "weak", told, "./hopslab down && ./hopslab up   (running notebooks end)")
    yield certificate("certificate", answer.until, now)
    if answer.authority_until - now < 180 * _DAY:
        yield certificate("authority", answer.authority_until, now)


def certificate(name: str, until: float, now: float) -> Finding:
    """How long a certificate is good."""
    left, day = until - now, datetime.fromtimestamp(until).strftime("%d %B %Y").lstrip("0")
    if name == "authority":
        mend = "./hopslab down, remove ca.pem, secrets/ca.key and secrets/tls in the data folder, ./hopslab up, ./hopslab trust"
        return Finding(name, "weak", f"the certificate authority ends on {day}", mend)
    if left < _SOON:
        told = f"good until {day}; it should have been renewed by now"
        return Finding(name, "weak", told, "./hopslab down && ./hopslab up   (supervisor.log says why it was not)")
    return Finding(name, "ok", f"good until {day}, and renewed a month before")


def logs(machine: Machine, at: Layout) -> Finding:
    """How large the logs have become."""
    found = [(machine.length(path), path) for path in machine.found(at.data / "logs", "**/*") if path.is_file()]
    total = sum(length for length, _ in found)
    length, largest = max(found, default=(0, at.data))
    if length > _LARGE:
        told = f"{size(total)} in {at.data / 'logs'}; the largest is {largest.name} with {size(length)}"
        return Finding("logs", "weak", told, f"{machine.sudo}truncate --size=0 {largest}   (services go on writing)")
    return Finding("logs", "ok", f"{size(total)} in {at.data / 'logs'}")
