"""Port, names and trust."""

from dataclasses import replace
from pathlib import Path

import pytest

from launcher import running
from launcher.doctor.finding import Finding
from launcher.doctor.machine import Ran
from launcher.doctor.network import network
from launcher.layout import Layout
from launcher.tests.doctor.pretended import Pretended

AT = Layout(Path("/opt/src"), Path("/opt/src/.hopslab"), Path("/srv/data"), Path("/run/hopslab/12345678"), 9443)
NAME = "doctor.hopslab-9443.localhost"
PEM = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----"
MADE = {"/srv/data/ca.pem": PEM}
STORE = frozenset({"/", "/home/ada/.pki/nssdb/cert9.db"})
CERTUTIL = frozenset({"certutil"})
LIST = ("certutil", "-L")


@pytest.fixture(autouse=True)
def nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "supervisor", lambda _at: None)


def looked(machine: Pretended) -> dict[str, Finding]:
    return {one.name: one for one in network(machine, AT)}


def test_a_port_that_another_has_is_missing() -> None:
    busy = "port 9443 is in use by process 7 (nginx) (Address already in use); choose another with --port"
    assert looked(Pretended(ports={AT.port: busy}))["port"] == Finding("port", "missing", busy)
    assert looked(Pretended())["port"].state == "ok"


def test_the_platforms_own_port_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "supervisor", lambda _at: 42)
    assert looked(Pretended(ports={AT.port: "in use"}))["port"].state == "ok"


@pytest.mark.parametrize(
    ("addresses", "state", "told"),
    [
        (set(), "ok", "programs use 127.0.0.1"),
        ({"127.0.0.1", "::1"}, "ok", "for browsers and programs"),
        ({"192.0.2.7"}, "weak", "192.0.2.7"),
    ],
)
def test_names_that_lead_elsewhere_are_weak(addresses: set[str], state: str, told: str) -> None:
    found = looked(Pretended(names={NAME: addresses}))["names"]
    assert (found.state, told in found.told) == (state, True)


def test_before_the_first_up_and_without_browsers_nobody_is_asked_to_trust() -> None:
    assert looked(Pretended())["trust"].state == "ok"
    assert looked(Pretended(texts=MADE))["trust"].state == "ok"


def test_a_browser_that_does_not_know_the_authority_is_weak() -> None:
    unknown = Pretended(texts=MADE, present=STORE, installed=CERTUTIL, programs={LIST: Ran(255, "")})
    another = replace(unknown, programs={LIST: Ran(0, PEM.replace("QUJD", "REVG"))})
    unopened = Pretended(texts=MADE, installed=CERTUTIL | {"chromium"})
    for machine in (unknown, another, unopened):
        found = looked(machine)["trust"]
        assert (found.state, found.mend) == ("weak", "./hopslab trust --data /srv/data")


def test_a_browser_that_knows_it_is_well() -> None:
    assert looked(Pretended(texts=MADE, present=STORE, installed=CERTUTIL, programs={LIST: Ran(0, PEM)}))["trust"].state == "ok"


def test_without_certutil_it_cannot_be_seen() -> None:
    found = looked(Pretended(texts=MADE, present=STORE))["trust"]
    assert (found.state, "libnss3-tools" in found.mend) == ("weak", True)


def test_the_systems_own_store_is_told_where_it_knows_it() -> None:
    assert "system trust" not in looked(Pretended(texts=MADE))
    system = MADE | {"/etc/ssl/certs/ca-certificates.crt": f"others\n{PEM}\n"}
    assert looked(Pretended(texts=system))["system trust"].state == "ok"
