"""A Spark home in the scratch folder: the installed one's jars, and folders of its own that can be written.

``local-cluster`` workers insist on ``$SPARK_HOME/work``, and the installed Spark is read-only.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from hopslab.errors import HopslabError

_LOGGING = """\
rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{yyyy-MM-dd HH:mm:ss.SSS} %p %c{1}: %m%n%ex
# Told at every start and never of use here.
logger.native.name = org.apache.hadoop.util.NativeCodeLoader
logger.native.level = error
logger.process.name = org.apache.spark.deploy.worker
logger.process.level = error
"""


def installed() -> Path:
    """The installed Spark.

    Raises:
        HopslabError: ``spark.missing``.
    """
    spec = importlib.util.find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise HopslabError("spark.missing", "pyspark is not installed in this environment.")
    return Path(spec.origin).parent


def jars() -> str:
    """The class path of every JVM of Spark: nothing but the installed jars, or no archive of theirs is taken."""
    return f"{installed() / 'jars'}/*"


def archive() -> Path:
    """Where this environment's class-data archive is, if it was made."""
    return Path(sys.prefix) / "share" / "hopslab" / "spark.jsa"


def logging_file(folder: Path) -> Path:
    """How every JVM of Spark logs."""
    return folder / "log4j2.properties"


def make_home(folder: Path, properties: Mapping[str, str]) -> Path:
    """Make the home anew below ``folder`` and return it; what an earlier session left there goes."""
    home = folder / "home"
    shutil.rmtree(folder, ignore_errors=True)
    # No ``conf``: an executor would have it on its class path, and take no archive.
    (home / "work").mkdir(parents=True)
    (folder / "local").mkdir()
    (home / "jars").symlink_to(installed() / "jars", target_is_directory=True)
    logging_file(folder).write_text(_LOGGING)
    lines = [f"{name} {value}\n" for name, value in properties.items()]
    (home / "spark.properties").write_text("".join(lines))
    return home
