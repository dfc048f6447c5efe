"""Whether sandboxes can be made here, and whose they are."""

import platform
from collections.abc import Iterator

from launcher.data import SANDBOX_USER
from launcher.doctor.finding import Finding
from launcher.doctor.machine import Machine
from launcher.layout import Layout
from launcher.packages import NEEDS, apt_command

_NOBODY = 65534
# What a sandbox is made with, around a program that does nothing.
_TRIAL = (
    *("bwrap", "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net", "--disable-userns"),
    *("--cap-drop", "ALL", "--uid", "1000", "--gid", "1000", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true"),
)
_PROFILE = r"abi <abi/4.0>,\nprofile bwrap /usr/bin/bwrap flags=(unconfined) {\n  userns,\n}\n"
_FEW = 200  # a sandbox takes two


def sandboxes(machine: Machine, _at: Layout) -> Iterator[Finding]:
    """Namespaces, the identity of sandboxes, the filter of system calls."""
    yield _namespaces(machine)
    yield _identity(machine)
    yield _filter(machine)


def _sysctl(machine: Machine, setting: str) -> str:
    return f"echo {setting} | {machine.sudo}tee -a /etc/sysctl.d/60-hopslab.conf && {machine.sudo}sysctl --system"


def _namespaces(machine: Machine) -> Finding:
    name = "namespaces"
    # As root they are made by an unprivileged user too.
    whose = machine.user(SANDBOX_USER) or _NOBODY if machine.euid == 0 else None
    done = machine.ran(*_TRIAL, user=whose)
    if not machine.has("bwrap"):
        return Finding(name, "missing", "bubblewrap is not installed", apt_command([NEEDS[1]]))
    if done is None:
        told = f"bubblewrap cannot be started{f' as user {whose}' if whose else ''}, or does not answer"
        return Finding(name, "missing", told, "start a container with more than one user, or ./hopslab up as an ordinary user")
    many = machine.text("/proc/sys/user/max_user_namespaces")
    if done.status == 0:
        if many and many.isdigit() and int(many) < _FEW:
            told = f"a trial sandbox works, but there may be {many} user namespaces at a time, and each sandbox takes two"
            return Finding(name, "weak", told, _sysctl(machine, "user.max_user_namespaces=15000"))
        return Finding(name, "ok", "a trial sandbox works")
    why, mend = _cause(machine, done.err)
    return Finding(name, "missing", f"no sandbox can be made: {why}", mend)


def _cause(machine: Machine, said: str) -> tuple[str, str]:
    """Why bubblewrap failed, by the settings that are known to forbid it, else in its own words."""
    if "Unknown option" in said or "unknown option" in said:
        return "bubblewrap is older than 0.8", apt_command([NEEDS[1]])
    if machine.text("/proc/sys/user/max_user_namespaces") == "0":
        return "user namespaces are switched off (user.max_user_namespaces is 0)", _sysctl(
            machine, "user.max_user_namespaces=15000"
        )
    if machine.text("/proc/sys/kernel/unprivileged_userns_clone") == "0":
        why = "user namespaces are for root only (kernel.unprivileged_userns_clone is 0)"
        return why, _sysctl(machine, "kernel.unprivileged_userns_clone=1")
    if machine.text("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1":
        mend = (
            f"printf '{_PROFILE}' | {machine.sudo}tee /etc/apparmor.d/bwrap && "
            f"{machine.sudo}apparmor_parser -r /etc/apparmor.d/bwrap"
        )
        return "AppArmor keeps user namespaces from programs without a profile, and bubblewrap has none", mend
    if machine.in_container():
        options = "--security-opt seccomp=unconfined --security-opt systempaths=unconfined --security-opt apparmor=unconfined"
        return f"this container forbids it ({said})", f"start the container with `{options}`"
    return said or "bubblewrap does not say why", ""


def _identity(machine: Machine) -> Finding:
    if machine.euid != 0:
        told = f"sandboxes run as {machine.user_name()}: the kernel's namespaces alone keep them from this user's files"
        return Finding("identity", "weak", told, "sudo ./hopslab up   (gives sandboxes a system user of their own)")
    if machine.user(SANDBOX_USER) is None:
        return Finding("identity", "ok", f"sandboxes run as the system user {SANDBOX_USER}, which the first `up` makes")
    return Finding("identity", "ok", f"sandboxes run as the system user {SANDBOX_USER}")


def _filter(machine: Machine) -> Finding:
    known = (machine.text("/proc/sys/kernel/seccomp/actions_avail") or "").split()
    if "errno" not in known:
        told = "this kernel has no seccomp: sandboxes may use every system call"
        return Finding("system calls", "weak", told, "boot a kernel with CONFIG_SECCOMP_FILTER, such as Debian's own")
    if platform.machine() not in ("x86_64", "aarch64"):
        return Finding("system calls", "weak", f"not filtered: the filter does not know {platform.machine()}")
    return Finding("system calls", "ok", "filtered (seccomp)")
