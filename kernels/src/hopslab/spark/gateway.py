"""The driver's JVM, started without Spark's scripts: they start a second JVM only to find the first one's options."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from hopslab.errors import HopslabError
from hopslab.spark.config import driver_options
from hopslab.spark.home import jars

START_LIMIT = 120.0
LAST_WORDS = 2000


def java() -> str:
    """The Java that Spark runs on.

    Raises:
        HopslabError: ``spark.java``; there is none.
    """
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if java is None:
        raise HopslabError(
            "spark.java", "No Java was found; Spark needs a Java 17 (JAVA_HOME or on the PATH)."
        )
    return java


class Gateway:
    """A JVM that pyspark can be connected to. It ends when this process does: it watches its standard input."""

    def __init__(self, home: Path, log: Path, extra: Mapping[str, str]) -> None:
        self._log = log
        self._folder = Path(tempfile.mkdtemp(prefix="hopslab-gateway-"))
        self._info = self._folder / "info"
        environment = {
            **os.environ,
            **extra,
            "SPARK_HOME": str(home),
            "SPARK_CONF_DIR": str(home / "conf"),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_HOSTNAME": "127.0.0.1",  # a sandbox's own name may have no address
            "SPARK_SCALA_VERSION": "2.12",  # else it looks for a source tree
            "_PYSPARK_DRIVER_CONN_INFO_PATH": str(self._info),
        }
        log.parent.mkdir(parents=True, exist_ok=True)
        command = [
            java(),
            "-cp",
            jars(),
            *driver_options(home.parent),
            f"-Duser.home={Path.home()}",
            "org.apache.spark.deploy.SparkSubmit",
            "--properties-file",
            str(home / "spark.properties"),
            "pyspark-shell",
        ]
        with log.open("wb") as out:
            # A session of its own, so that an interrupt of the notebook does not end Spark.
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
                env=environment,
                start_new_session=True,
            )

    def wait(self) -> tuple[int, str]:
        """The JVM's port and secret, once it listens.

        Raises:
            HopslabError: ``spark.start``; it ended, with its last words.
        """
        deadline = time.monotonic() + START_LIMIT
        while not self._info.is_file():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.end()
                raise HopslabError(
                    "spark.start", f"Spark's driver did not start. {self.last_words()}", retriable=True
                )
            time.sleep(0.02)
        data = self._info.read_bytes()
        shutil.rmtree(self._folder, ignore_errors=True)
        port, length = struct.unpack(">ii", data[:8])
        return port, data[8 : 8 + length].decode()

    def last_words(self) -> str:
        """The end of the JVM's log."""
        try:
            return self._log.read_bytes()[-LAST_WORDS:].decode("utf-8", "replace").strip()
        except OSError:
            return ""

    def end(self) -> None:
        """End the JVM and with it the executors."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
