"""Makes the class-data archive of Spark's JVMs: ``python -m hopslab.spark.archive``.

It holds what each loads at its start, parsed and verified before, and all of them map the one file. It is made once for
an installation, where everything lies as it will in a sandbox: a JVM takes an archive only with the very Java and the
very jars it was made from.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from hopslab.settings import MIB, Settings
from hopslab.spark.gateway import java
from hopslab.spark.home import archive, jars
from hopslab.spark.lifecycle import Lifecycle

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LIMIT = 600.0


def _work(session: SparkSession, folder: Path) -> None:
    """What most notebooks do, so that its classes are loaded."""
    from pyspark.sql import functions as f

    session.sparkContext.parallelize(range(4), 2).map(lambda number: number + 1).collect()
    rows = (
        session.range(1000).withColumn("key", f.col("id") % 7).withColumn("text", f.col("id").cast("string"))
    )
    rows.write.parquet(str(folder / "parquet"))
    rows = session.read.parquet(str(folder / "parquet"))
    rows.groupBy("key").agg(f.sum("id"), f.avg("id"), f.max("text")).orderBy("key").toPandas()
    rows.createOrReplaceTempView("rows")
    session.sql("select count(*) from rows a join rows b on a.id = b.id where a.key > 2").collect()
    session.createDataFrame(rows.limit(10).toPandas()).collect()


def _record(folder: Path) -> None:
    """Let a driver and an executor work; each leaves the list of its classes in the folder."""
    os.environ["JAVA_TOOL_OPTIONS"] = f"-XX:DumpLoadedClassList={folder}/%p.classes"
    lifecycle = Lifecycle(Settings(None, None, None, 1, 1, 1024 * MIB, 0, folder / "scratch"))
    try:
        _work(lifecycle.session(), folder)
    finally:
        lifecycle.stop()
        del os.environ["JAVA_TOOL_OPTIONS"]


def _classes(lists: Iterable[Path]) -> str:
    """The classes of all lists, each once, without those of other class paths and without each list's own numbers."""
    lines = (line for path in lists for line in path.read_text().splitlines())
    own = (line.split(" id: ")[0] for line in lines if " source: " not in line and not line.startswith("#"))
    return "\n".join(dict.fromkeys(own)) + "\n"


def make(target: Path) -> None:
    """Make the archive; ``target`` is there whole or not at all.

    Raises:
        HopslabError: Spark did not start.
        subprocess.CalledProcessError: Java did not make it, or does not take it.
    """
    with tempfile.TemporaryDirectory(prefix="hopslab-archive-") as name:
        folder = Path(name)
        _record(folder)
        (folder / "all").write_text(_classes(folder.glob("*.classes")))
        fresh = target.with_name(f".{target.name}.{os.getpid()}")
        target.parent.mkdir(parents=True, exist_ok=True)
        told = ["-Xlog:disable", "-Xlog:all=error:stderr", f"-XX:SharedArchiveFile={fresh}", "-cp", jars()]
        every = [java(), "-XX:+UseSerialGC", *told]
        dump = ["-Xshare:dump", f"-XX:SharedClassListFile={folder / 'all'}"]
        for more in (dump, ["-Xshare:on", "-version"]):
            subprocess.run([*every, *more], check=True, timeout=LIMIT)
        fresh.replace(target)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else archive())
