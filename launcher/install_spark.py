"""The steps that make the class-data archives of Spark's JVMs: for sandboxes in the place where they see their environment."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from launcher.faults import Fault
from launcher.layout import Layout
from launcher.packages import java_home
from launcher.stamps import content_hash
from launcher.steps import Step, Work

_ROOTS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_SYSTEM = ("/usr", "/etc/alternatives", "/etc/java-17-openjdk", "/etc/ld.so.cache", "/etc/hosts", "/etc/passwd")


def archive(at: Layout, environment: str = "base") -> Path:
    """Where `hopslab.spark` looks for it."""
    return (at.environments / environment).resolve() / "share" / "hopslab" / "spark.jsa"


def in_place(at: Layout, java: Path, out: Path, *command: str) -> list[str]:
    """A command that sees the base environment and Java where sandboxes see them; it may write to `out`, as `/out`.

    A JVM remembers the paths of what it has archived.
    """
    roots = [Path("/", name) for name in _ROOTS]
    return [
        *("bwrap", "--die-with-parent", "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net"),
        *("--uid", "0", "--gid", "0", "--hostname", "localhost"),
        *(word for path in _SYSTEM if Path(path).exists() for word in ("--ro-bind", path, path)),
        *(word for root in roots if root.is_symlink() for word in ("--symlink", os.readlink(root), str(root))),
        *(word for root in roots if root.is_dir() and not root.is_symlink() for word in ("--ro-bind", str(root), str(root))),
        *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"),
        *("--ro-bind", str((at.environments / "base").resolve()), "/opt/hopslab/base", "--bind", str(out), "/out"),
        *("--clearenv", "--setenv", "PATH", "/usr/bin:/bin", "--setenv", "HOME", "/tmp", "--setenv", "JAVA_HOME", str(java)),
        *("--chdir", "/tmp", "--", "/opt/hopslab/base/bin/python", *command),
    ]


def _key(at: Layout, environment: str) -> str:
    """Another one when Java, the environment or our own Spark options change."""
    java = java_home()
    release = [java / "release"] if java else []
    sources = at.checkout / "kernels" / "src" / "hopslab" / "spark"
    return content_hash([*release, sources], str(java), os.path.realpath(at.environments / environment))


def spark_archive(at: Layout) -> Step:
    """Without one Spark only starts later."""

    def run(work: Work) -> None:
        archive(at).unlink(missing_ok=True)
        java = java_home()
        if java is None:
            return
        out = Path(tempfile.mkdtemp(prefix="hopslab-archive-"))
        try:
            work.run(*in_place(at, java, out, "-m", "hopslab.spark.archive", "/out/spark.jsa"))
            archive(at).parent.mkdir(parents=True, exist_ok=True)
            fresh = archive(at).with_suffix(".fresh")
            shutil.copyfile(out / "spark.jsa", fresh)
            fresh.chmod(0o644)
            fresh.replace(archive(at))
        except (Fault, OSError, subprocess.SubprocessError) as error:
            work.note(f"no archive: {error}")
            work.progress.say(f"    Spark will start more slowly; see {work.log}")
        finally:
            shutil.rmtree(out, ignore_errors=True)

    return Step("spark-archive", "what Spark's programs load, prepared once", lambda: _key(at, "base"), run)


def tests_archive(at: Layout) -> Step:
    """For the Spark that tests start some fifty times, in no sandbox."""
    python = at.environments / "dev" / "bin" / "python"

    def run(work: Work) -> None:
        archive(at, "dev").unlink(missing_ok=True)
        env = os.environ | {"PYTHONPATH": str(at.checkout / "kernels" / "src")}
        work.run(str(python), "-m", "hopslab.spark.archive", env=env)

    return Step("spark-archive-tests", "the same for the tests' own Spark", lambda: _key(at, "dev"), run)
