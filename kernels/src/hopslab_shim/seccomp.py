"""Filters of system calls, as the bytes of classic BPF programs (``struct sock_filter``, seccomp(2)).

Namespaces do most of the work. These close what they leave open: address families that no network namespace
isolates (vsock reaches the hypervisor), and kernel interfaces that a notebook never needs and exploits often use.

The outer one is put on before bwrap, so that the sandbox's process 1 has it too: it is bwrap's own, and a command may
trace it. The inner one also takes away what bwrap still needs, mounts and namespaces.
"""

from __future__ import annotations

import errno
import platform
import struct
from typing import Any, NamedTuple

_LOAD, _JEQ, _JGE, _RET = 0x20, 0x15, 0x35, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCH, _FIRST_ARGUMENT, _SECOND_ARGUMENT = 0, 4, 16, 24
#: unix, inet, inet6, netlink (interfaces are listed by it)
_FAMILIES = (1, 2, 10, 16)


#: Commands of fcntl(2) by which who only reads a file holds up everybody else who opens it, or watches a folder.
_F_SETLEASE, _F_NOTIFY = 1024, 1026


class _Machine(NamedTuple):
    audit: int
    socket: int
    socketpair: int
    fcntl: int
    #: System calls answered with EPERM: everywhere, and in the command.
    refused: tuple[int, ...]
    refused_inside: tuple[int, ...]
    #: System calls answered with ENOSYS, so that programs fall back on older ways.
    unknown: tuple[int, ...]
    #: System calls that the command is told no file system has: what they take of a disk is not counted as written.
    unsupported: tuple[int, ...]


# refused: add_key request_key keyctl, bpf perf_event_open userfaultfd, open_by_handle_at name_to_handle_at, kexec_load
# init_module delete_module finit_module, process_vm_writev, syslog quotactl fanotify_init. refused_inside: mount
# umount2 pivot_root chroot setns unshare, and those of _MOUNTS. unknown: io_uring_setup enter register.
# unsupported: fallocate.
_MACHINES = {
    "x86_64": _Machine(
        audit=0xC000003E,
        socket=41,
        socketpair=53,
        fcntl=72,
        refused=(248, 249, 250, 321, 298, 323, 304, 303, 246, 175, 176, 313, 311, 103, 179, 300),
        refused_inside=(165, 166, 155, 161, 308, 272),
        unknown=(425, 426, 427),
        unsupported=(285,),
    ),
    "aarch64": _Machine(
        audit=0xC00000B7,
        socket=198,
        socketpair=199,
        fcntl=25,
        refused=(217, 218, 219, 280, 241, 282, 265, 264, 104, 105, 106, 273, 271, 116, 60, 262),
        refused_inside=(40, 39, 41, 51, 268, 97),
        unknown=(425, 426, 427),
        unsupported=(47,),
    ),
}
# fsopen fsconfig fsmount fspick move_mount open_tree mount_setattr, the same everywhere.
_MOUNTS = (430, 431, 432, 433, 429, 428, 442)


def _op(code: int, k: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, k)


def _program(machine: _Machine, refused: tuple[int, ...]) -> bytes:
    allow, refuse = _op(_RET, _ALLOW), _op(_RET, _ERRNO | errno.EPERM)
    lines = [
        # Another architecture (32 bit) has other numbers.
        _op(_LOAD, _ARCH),
        _op(_JEQ, machine.audit, 1, 0),
        _op(_RET, _KILL),
        _op(_LOAD, _NUMBER),
        # x32's numbers.
        _op(_JGE, 0x40000000, 0, 1),
        _op(_RET, _ERRNO | errno.ENOSYS),
    ]
    for number in machine.unknown:
        lines += [_op(_JEQ, number, 0, 1), _op(_RET, _ERRNO | errno.ENOSYS)]
    for number in machine.unsupported:
        lines += [_op(_JEQ, number, 0, 1), _op(_RET, _ERRNO | errno.EOPNOTSUPP)]
    for number in refused:
        lines += [_op(_JEQ, number, 0, 1), refuse]
    lines += [
        _op(_JEQ, machine.fcntl, 0, 5),
        _op(_LOAD, _SECOND_ARGUMENT),
        _op(_JEQ, _F_SETLEASE, 1, 0),
        _op(_JEQ, _F_NOTIFY, 0, 1),
        refuse,
        allow,
    ]
    lines += [_op(_JEQ, machine.socket, 1, 0), _op(_JEQ, machine.socketpair, 0, 2 + len(_FAMILIES))]
    lines.append(_op(_LOAD, _FIRST_ARGUMENT))
    for place, family in enumerate(_FAMILIES):
        lines.append(_op(_JEQ, family, len(_FAMILIES) - place, 0))
    lines.append(_op(_RET, _ERRNO | errno.EAFNOSUPPORT))
    lines.append(allow)
    return b"".join(lines)


def outer() -> bytes | None:
    """The filter of bwrap and all that comes from it; ``None`` where this machine's system calls are not known."""
    machine = _MACHINES.get(platform.machine())
    return machine and _program(machine, machine.refused)


def inner() -> bytes | None:
    """What the command's filter takes away beyond the outer one."""
    machine = _MACHINES.get(platform.machine())
    return machine and _program(machine, (*machine.refused_inside, *_MOUNTS))


def libc() -> Any:
    """The C library; only for the child that becomes bwrap, since the shim is to stay small."""
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


def put_on(lines: bytes) -> None:
    """Filter this process and all that come from it; raises ``OSError`` where the kernel refuses."""
    import ctypes

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.c_char_p))

    program = Program(len(lines) // 8, lines)
    prctl = libc().prctl
    # PR_SET_NO_NEW_PRIVS, then PR_SET_SECCOMP with SECCOMP_MODE_FILTER.
    if prctl(38, 1, 0, 0, 0) or prctl(22, 2, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp")
