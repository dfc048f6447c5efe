"""What keeps sandboxes from being made, and whose they are."""

import pytest

from launcher.data import SANDBOX_USER
from launcher.doctor.finding import Finding
from launcher.doctor.machine import Ran
from launcher.doctor.sandboxes import sandboxes
from launcher.layout import layout
from launcher.tests.doctor.pretended import Pretended

AT = layout("/srv/hopslab", 8443)
SECCOMP = {"/proc/sys/kernel/seccomp/actions_avail": "kill_process errno allow"}
REFUSED: dict[tuple[str, ...], Ran] = {("bwrap",): Ran(1, "", "bwrap: No permissions to create new namespace")}


def looked(machine: Pretended) -> dict[str, Finding]:
    return {one.name: one for one in sandboxes(machine, AT)}


def test_a_machine_on_which_a_sandbox_works() -> None:
    found = looked(Pretended(euid=0, programs={("bwrap",): Ran(0, "")}, texts=SECCOMP, users={SANDBOX_USER: 998}))
    assert [one.state for one in found.values()] == ["ok", "ok", "ok"]


@pytest.mark.parametrize(("users", "uid"), [({}, 65534), ({SANDBOX_USER: 998}, 998)])
def test_as_root_the_trial_is_made_by_the_user_of_the_sandboxes(users: dict[str, int], uid: int) -> None:
    machine = Pretended(euid=0, programs={("bwrap",): Ran(0, "")}, users=users)
    looked(machine)
    assert [user for command, user in machine.asked if command[0] == "bwrap"] == [uid]


@pytest.mark.parametrize(
    ("setting", "value", "mend"),
    [
        ("user/max_user_namespaces", "0", "user.max_user_namespaces=15000"),
        ("kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"),
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "sudo apparmor_parser -r /etc/apparmor.d/bwrap"),
    ],
)
def test_each_setting_that_forbids_namespaces_has_its_own_command(setting: str, value: str, mend: str) -> None:
    found = looked(Pretended(programs=REFUSED, texts={f"/proc/sys/{setting}": value}))["namespaces"]
    assert found.state == "missing"
    assert mend in found.mend
    assert setting.rpartition("/")[2] in found.told or "AppArmor" in found.told


def test_apparmor_that_lets_bubblewrap_pass_is_no_fault() -> None:
    strict = {"/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1"}
    assert looked(Pretended(programs={("bwrap",): Ran(0, "")}, texts=strict))["namespaces"].state == "ok"


def test_few_namespaces_are_a_weakness() -> None:
    few = {"/proc/sys/user/max_user_namespaces": "20"}
    found = looked(Pretended(programs={("bwrap",): Ran(0, "")}, texts=few))["namespaces"]
    assert (found.state, "user.max_user_namespaces=15000" in found.mend) == ("weak", True)


def test_a_container_that_forbids_it_is_told_with_its_options() -> None:
    found = looked(Pretended(programs=REFUSED, present=frozenset({"/", "/run/.containerenv"})))["namespaces"]
    assert "--security-opt seccomp=unconfined" in found.mend


def test_another_failure_is_told_in_bubblewraps_own_words() -> None:
    assert "No permissions to create new namespace" in looked(Pretended(programs=REFUSED))["namespaces"].told


def test_bubblewrap_that_is_missing_or_old_is_installed() -> None:
    old: dict[tuple[str, ...], Ran] = {("bwrap",): Ran(1, "", "bwrap: Unknown option --disable-userns")}
    for machine in (Pretended(installed=frozenset()), Pretended(programs=old)):
        found = looked(machine)["namespaces"]
        assert (found.state, "install --yes --no-install-recommends bubblewrap" in found.mend) == ("missing", True)


def test_a_container_with_one_user_only_is_told() -> None:
    found = looked(Pretended(euid=0))["namespaces"]
    assert (found.state, "as user 65534" in found.told) == ("missing", True)


def test_an_ordinary_users_sandboxes_are_that_users() -> None:
    found = looked(Pretended(programs={("bwrap",): Ran(0, "")}))["identity"]
    assert (found.state, "run as ada" in found.told) == ("weak", True)


def test_a_kernel_without_seccomp_is_a_weakness() -> None:
    assert looked(Pretended())["system calls"].state == "weak"
    assert looked(Pretended(texts=SECCOMP))["system calls"].state == "ok"
