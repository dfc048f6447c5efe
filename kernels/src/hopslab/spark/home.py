"""A Spark home in the scratch folder: the installed one's jars, and folders of its own that can be written.

``local-cluster`` workers insist on ``$SPARK_HOME/work``, and the installed Spark is read-only.
"""

from __future__ import annotations

import importlib.util
import shutil
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


def make_home(folder: Path, properties: Mapping[str, str]) -> Path:
    """Make the home anew below ``folder`` and return it; what an earlier session left there goes."""
    home = folder / "home"
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("work", "conf"):
        (home / name).mkdir(parents=True)
    (folder / "local").mkdir()
    (home / "jars").symlink_to(installed() / "jars", target_is_directory=True)
    (home / "conf" / "log4j2.properties").write_text(_LOGGING)
    lines = [f"{name} {value}\n" for name, value in properties.items()]
    (home / "conf" / "spark-defaults.conf").write_text("".join(lines))
    return home
