"""Memory, swap, and the settings around them."""

from launcher.doctor.finding import GIB, MIB, Finding
from launcher.doctor.machine import Space
from launcher.doctor.memory import memory
from launcher.layout import layout
from launcher.tests.doctor.pretended import Pretended, meminfo

AT = layout("/srv/hopslab", 8443)


def looked(texts: dict[str, str], **more: object) -> dict[str, Finding]:
    return {one.name: one for one in memory(Pretended(texts=texts, **more), AT)}  # type: ignore[arg-type]


def test_enough_memory_without_swap_is_well() -> None:
    found = looked({"/proc/meminfo": meminfo()})
    assert {name: one.state for name, one in found.items()} == {"memory": "ok", "swap": "ok"}
    assert found["memory"].told == "16 GiB, 12 GiB of it available"


def test_a_small_or_a_full_machine_is_weak() -> None:
    assert "8 GiB" in looked({"/proc/meminfo": meminfo(total=4, available=3)})["memory"].told
    full = looked({"/proc/meminfo": meminfo(available=0.5)})["memory"]
    assert (full.state, "ps -eo" in full.mend) == ("weak", True)


def test_swap_that_is_nearly_used_up_is_weak() -> None:
    assert looked({"/proc/meminfo": meminfo(swap=4, free=0.2)})["swap"].state == "weak"
    assert looked({"/proc/meminfo": meminfo(swap=4, free=3)})["swap"].state == "ok"


def test_a_limit_of_the_control_groups_is_told_in_both_versions() -> None:
    limit = str(4 * GIB)
    second = {"/proc/self/cgroup": "0::/system.slice/hopslab", "/sys/fs/cgroup/system.slice/memory.max": limit}
    first = {"/proc/self/cgroup": "4:memory:/docker/1", "/sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes": limit}
    for texts in (first, second):
        found = looked({"/proc/meminfo": meminfo()} | texts)["memory"]
        assert (found.state, found.told.startswith("4.0 GiB of the machine's 16 GiB")) == ("weak", True)


def test_a_limit_that_is_none_is_not_told() -> None:
    none = {"/proc/self/cgroup": "0::/", "/sys/fs/cgroup/memory.max": "max"}
    assert looked({"/proc/meminfo": meminfo()} | none)["memory"].state == "ok"


def test_strict_overcommit_is_weak() -> None:
    found = looked({"/proc/meminfo": meminfo(), "/proc/sys/vm/overcommit_memory": "2"})["overcommit"]
    assert found.mend == "sudo sysctl -w vm.overcommit_memory=0"


def test_little_shared_memory_is_weak() -> None:
    small = {"/dev/shm": Space(64 * MIB, 64 * MIB, 0, 0)}
    found = looked({"/proc/meminfo": meminfo()}, spaces=small, present=frozenset({"/", "/dev/shm"}))
    assert (found["shared memory"].state, "--shm-size=1g" in found["shared memory"].mend) == ("weak", True)
