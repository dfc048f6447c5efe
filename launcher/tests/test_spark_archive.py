"""The class-data archive of Spark, as the installation made it."""

import subprocess
from pathlib import Path

import pytest

from launcher import install_spark
from launcher.install_spark import archive, in_place, spark_archive
from launcher.layout import Layout, layout
from launcher.packages import java_home
from launcher.progress import Progress
from launcher.steps import Work

# A session as a kernel starts it; each of its two kinds of JVM writes down where its classes came from.
_SESSION = """
import os
os.environ["JAVA_TOOL_OPTIONS"] = "-Xlog:class+load:file=/out/%p.loaded -Xlog:cds:file=/out/%p.mapped"
from pathlib import Path
from hopslab.settings import MIB, Settings
from hopslab.spark.lifecycle import Lifecycle
lifecycle = Lifecycle(Settings(None, None, None, 1, 1, 1024 * MIB, 0, Path("/tmp/scratch")))
print(lifecycle.session().sparkContext.parallelize([1]).map(lambda number: number + 1).collect())
lifecycle.stop()
"""


def test_driver_and_executor_take_their_classes_from_the_archive(tmp_path: Path) -> None:
    at = layout(None, None)
    java = java_home()
    assert java is not None
    assert archive(at).exists()
    done = subprocess.run(in_place(at, java, tmp_path, "-c", _SESSION), capture_output=True, text=True, timeout=600)
    assert "[2]" in done.stdout, done.stderr[-2000:]
    loaded = [path.read_text() for path in tmp_path.glob("*.loaded")]
    assert len(loaded) == 2
    for of_one in loaded:
        lines = [line for line in of_one.splitlines() if " org.apache.spark." in line and "$$Lambda" not in line]
        shared = [line for line in lines if "shared objects file" in line]
        assert len(lines) > 500
        assert len(shared) > 0.9 * len(lines)
    mapped = [path.read_text() for path in tmp_path.glob("*.mapped")]
    assert len(mapped) == 2
    assert all("Mapped static" in of_one and "alternative address" not in of_one for of_one in mapped)


def _key(at: Layout) -> str:
    return spark_archive(at).key()


def test_it_is_made_anew_for_another_java_environment_or_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "java-17"
    java.mkdir()
    (java / "release").write_text('JAVA_VERSION="17.0.15"')
    monkeypatch.setattr(install_spark, "java_home", lambda: java)
    checkout = tmp_path / "checkout"
    spark = checkout / "kernels" / "src" / "hopslab" / "spark"
    spark.mkdir(parents=True)
    (spark / "config.py").write_text("heap = 1")
    at = Layout(checkout, tmp_path / "base", tmp_path / "data", tmp_path / "run", 9000)
    keys = [_key(at)]
    (java / "release").write_text('JAVA_VERSION="17.0.16"')
    keys.append(_key(at))
    (spark / "config.py").write_text("heap = 2")
    keys.append(_key(at))
    at.environments.mkdir(parents=True)
    (at.environments / "base").symlink_to("base-2")
    keys.append(_key(at))
    assert len(set(keys)) == 4
    assert _key(at) == keys[-1]


def test_where_none_can_be_made_the_installation_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = Layout(tmp_path, tmp_path / "base", tmp_path / "data", tmp_path / "run", 9000)
    spark_archive(at).run(Work(tmp_path / "log", Progress()))
    assert "Spark will start more slowly" in capsys.readouterr().err
    assert "no archive" in (tmp_path / "log").read_text()
    assert not archive(at).exists()
