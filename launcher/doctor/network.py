"""The port, the names below it, and who trusts the certificates."""

import ipaddress
import os
from collections.abc import Iterator

from launcher import running
from launcher.doctor.finding import Finding
from launcher.doctor.machine import Machine
from launcher.layout import Layout
from launcher.packages import CERTUTIL, apt_command
from launcher.trust import certificate_name, stores

_BROWSERS = ("chromium", "google-chrome", "firefox", "firefox-esr", "brave-browser", "microsoft-edge")
_SYSTEM_STORE = "/etc/ssl/certs/ca-certificates.crt"


def network(machine: Machine, at: Layout) -> Iterator[Finding]:
    """Port, resolver and trust."""
    yield _port(machine, at)
    yield _resolver(machine, at)
    yield from _trust(machine, at)


def _port(machine: Machine, at: Layout) -> Finding:
    here = f"127.0.0.1:{at.port}, for this machine only"
    if running.supervisor(at) is not None:
        return Finding("port", "ok", f"{here}; the platform listens there")
    fault = machine.port_fault(at.port)
    return Finding("port", "missing", fault) if fault else Finding("port", "ok", f"{here}; free")


def _resolver(machine: Machine, at: Layout) -> Finding:
    name = f"doctor.{at.domain}"
    found = machine.addresses(name)
    strange = sorted(one for one in found if not ipaddress.ip_address(one.partition("%")[0]).is_loopback)
    if strange:
        told = f"the system's resolver sends *.{at.domain} to {', '.join(strange)}; Chromium and Firefox do not ask it, others do"
        return Finding("names", "weak", told, f"{machine.sudo}apt-get install --yes libnss-myhostname")
    if found:
        return Finding("names", "ok", f"*.{at.domain} is this machine, for browsers and programs")
    told = f"*.{at.domain} is this machine for browsers; programs use 127.0.0.1 (or install libnss-myhostname)"
    return Finding("names", "ok", told)


def _trust(machine: Machine, at: Layout) -> Iterator[Finding]:
    authority = machine.text(at.data / "ca.pem")
    if authority is None:
        yield Finding("trust", "ok", "the certificate authority is made by the first `up`")
        return
    there = [store for store in stores(machine.home) if machine.exists(store / "cert9.db")]
    if not there and not any(machine.has(browser) for browser in _BROWSERS):
        yield Finding("trust", "ok", f"no browser on this machine; others are given {at.data / 'ca.pem'}")
    elif not machine.has("certutil"):
        told = "whether browsers trust the certificates cannot be seen without certutil"
        yield Finding("trust", "weak", told, f"{apt_command([CERTUTIL])} && ./hopslab trust")
    else:
        lacking = [str(store) for store in there if not _knows(machine, str(store), certificate_name(at), authority)]
        if lacking or not there:
            told = f"browsers of {machine.user_name()} warn of the certificate" + (f" ({', '.join(lacking)})" if lacking else "")
            yield Finding("trust", "weak", told, "./hopslab trust" + _data(at))
        else:
            yield Finding("trust", "ok", f"browsers of {machine.user_name()} trust the certificates")
    if _body(authority) in _body(machine.text(_SYSTEM_STORE) or ""):
        yield Finding("system trust", "ok", f"programs trust them too ({_SYSTEM_STORE})")


def _knows(machine: Machine, store: str, name: str, authority: str) -> bool:
    """Whether this very certificate is there: an older installation in the same folder had another."""
    told = machine.ran("certutil", "-L", "-d", f"sql:{store}", "-n", name, "-a")
    return told is not None and told.status == 0 and _body(authority) in _body(told.out)


def _body(pem: str) -> str:
    return "".join(pem.split())


def _data(at: Layout) -> str:
    return "" if at.data == at.base else f" --data {os.fspath(at.data)}"
