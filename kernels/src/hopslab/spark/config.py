"""Spark's configuration for a lease: plain arithmetic, nothing started."""

from __future__ import annotations

from pathlib import Path

from hopslab.settings import MIB, Settings
from hopslab.spark.gpus import gpu_properties
from hopslab.spark.home import archive, logging_file

# Spark keeps 300 MiB of each heap for itself by default, more than a small executor's whole heap.
RESERVED_MIB = 64
LEAST_HEAP_MIB = 192
SMALL_HEAP_MIB = 1024
DRIVER_HEAP = "512m"

_OPENED = (
    "java.base/java.lang",
    "java.base/java.lang.invoke",
    "java.base/java.lang.reflect",
    "java.base/java.io",
    "java.base/java.net",
    "java.base/java.nio",
    "java.base/java.util",
    "java.base/java.util.concurrent",
    "java.base/java.util.concurrent.atomic",
    "java.base/jdk.internal.ref",
    "java.base/sun.nio.ch",
    "java.base/sun.nio.cs",
    "java.base/sun.security.action",
    "java.base/sun.util.calendar",
    "java.security.jgss/sun.security.krb5",
)

# A Java 17 in a namespace of its own may fail while it looks its control groups up; limits are given outright.
_EVERY_JVM = ["-XX:-UseContainerSupport", "-Djava.net.preferIPv4Stack=true"]

# An archive that does not fit is passed over. It is mapped where it was made for: elsewhere each JVM would write its
# addresses anew, a third of a second and a copy of its own of the whole archive.
_SHARED = ["-Xshare:auto", "-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0"]


def _every_jvm(folder: Path) -> list[str]:
    shared = [*_SHARED, f"-XX:SharedArchiveFile={archive()}"] if archive().exists() else []
    return [*_EVERY_JVM, *shared, f"-Dlog4j2.configurationFile={logging_file(folder)}"]


def driver_options(folder: Path) -> list[str]:
    """Options of the driver's JVM, which also hosts master and workers: it starts often and computes little."""
    return [
        f"-Xmx{DRIVER_HEAP}",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        *_every_jvm(folder),
        "-XX:+IgnoreUnrecognizedVMOptions",
        "-Djdk.reflect.useDirectMethodHandle=false",
        *(f"--add-opens={package}=ALL-UNNAMED" for package in _OPENED),
    ]


def heap_mib(memory: int) -> int:
    """The heap of an executor that may hold ``memory`` bytes in all: what Python and the JVM's own need stays free."""
    total = memory // MIB
    overhead = max(128, total // 10)
    python = total * 2 // 5
    return max(LEAST_HEAP_MIB, total - overhead - python)


def executor_options(heap: int, cores: int, folder: Path) -> list[str]:
    """Options of an executor's JVM; a small one needs no collector with threads of its own."""
    serial = ["-XX:+UseSerialGC"] if heap < SMALL_HEAP_MIB else []
    return [*_every_jvm(folder), f"-XX:ActiveProcessorCount={cores}", *serial]


def properties(settings: Settings, folder: Path, held: int | None = None) -> dict[str, str]:
    """Spark's properties for the lease, its files under ``folder``, of which ``held`` executors are there now."""
    heap = heap_mib(settings.memory)
    executors, cores = settings.executors if held is None else held, settings.cores
    # One trial or task per core: more threads in each would only be in each other's way.
    threads = {
        f"spark.executorEnv.{name}": "1"
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    }
    return {
        "spark.master": f"local-cluster[{executors},{cores},{heap}]",
        "spark.app.name": f"hopslab {settings.project or ''}".strip(),
        "spark.executor.memory": f"{heap}m",
        "spark.executor.cores": str(cores),
        "spark.executor.extraJavaOptions": " ".join(executor_options(heap, cores, folder)),
        "spark.testing.reservedMemory": str(RESERVED_MIB * MIB),
        # An executor does not start with less direct memory, which is as much as its heap, than it may fetch into it.
        "spark.network.maxRemoteBlockSizeFetchToMem": f"{min(200, heap // 2)}m",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.local.dir": str(folder / "local"),
        # A training whose executor was lost waits for the next one; it looks more often than every 15 s, and as long.
        "spark.scheduler.barrier.maxConcurrentTasksCheck.interval": "1s",
        "spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures": "600",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.shuffle.partitions": str(max(2, settings.slots * 2)),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        **threads,
        **gpu_properties(settings.gpus, cores, folder),
    }
