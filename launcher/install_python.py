"""The steps that make uv and the Python environments, each pinned by a lock file with hashes."""

import os
import shutil
from pathlib import Path

from launcher.commands import said
from launcher.layout import Layout
from launcher.packages import system_python
from launcher.stamps import content_hash, link_atomically
from launcher.steps import Step, Work

SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def _interpreter() -> str:
    python = system_python()
    return f"{python} {said(python, '--version')}"


def _lock(at: Layout, name: str) -> Path:
    return at.checkout / "environments" / f"{name}.lock"


def uv(at: Layout) -> list[str]:
    """Our own uv; it trusts what the machine trusts, its own list only where the machine has none."""
    trust = ["--system-certs"] if SYSTEM_CERTIFICATES.exists() else []
    return [str(at.tools / "bootstrap" / "bin" / "uv"), *trust, "--no-config"]


def bootstrap(at: Layout) -> Step:
    """The environment that holds uv."""
    home = at.tools / "bootstrap"
    lock = _lock(at, "bootstrap")

    def run(work: Work) -> None:
        shutil.rmtree(home, ignore_errors=True)
        work.run(system_python(), "-m", "venv", str(home))
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        work.run(*pip, "--only-binary", ":all:", "--require-hashes", "--requirement", str(lock))

    return Step("bootstrap", "uv", lambda: content_hash([lock], _interpreter()), run, (home / "bin" / "uv",))


def _open_up(folder: Path) -> None:
    """Lets every user read an environment: sandboxes may be another user's."""
    for where, folders, names in os.walk(folder):
        for name in [".", *folders, *names]:
            path = os.path.join(where, name)
            if not os.path.islink(path):
                mode = os.stat(path).st_mode & 0o7777
                wanted = mode | 0o444 | (0o111 if mode & 0o100 else 0)
                if wanted != mode:
                    os.chmod(path, wanted)


def environment(at: Layout, name: str, title: str, compiled: bool = True) -> Step:
    """One environment from its lock file, under a name of its own until it is whole.

    `compiled`: with the bytecode that sandboxes, which see it read-only, could not keep.
    """
    bytecode = ["--compile-bytecode"] if compiled else []
    locks = [_lock(at, name), _lock(at, "build")]
    link = at.environments / name

    def key() -> str:
        return content_hash(locks, _interpreter())

    def run(work: Work) -> None:
        home = at.environments / f"{name}-{key()[:12]}"
        shutil.rmtree(home, ignore_errors=True)
        work.run(*uv(at), "venv", "--python", system_python(), "--no-python-downloads", str(home))
        work.run(
            *uv(at), "pip", "sync", "--python", str(home / "bin" / "python"), *bytecode,
            "--preview-features", "build-dependency-hashes", "--build-constraints", str(locks[1]),
            "--require-build-hashes", "--require-hashes", str(locks[0]),
        )  # fmt: skip
        for spark in home.glob("lib/python3*/site-packages/pyspark"):
            (spark / "work").mkdir(exist_ok=True)  # where sandboxes mount the scratch folder of Spark's workers
        _open_up(home)
        link_atomically(link, home.name)
        _forget_others(at.environments, name, home)

    return Step(f"environment-{name}", title, key, run, (link / "bin" / "python",))


def _forget_others(folder: Path, name: str, kept: Path) -> None:
    """Removes environments that an older lock file made and that no running sandbox has mounted."""
    mounts = "".join(_read(path) for path in Path("/proc").glob("[0-9]*/mountinfo"))
    for other in folder.glob(f"{name}-*"):
        if other != kept and str(other) not in mounts:
            shutil.rmtree(other, ignore_errors=True)


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def own_package(at: Layout, environments: tuple[str, ...]) -> Step:
    """The hopslab package of this checkout, in the environments that use it, and its sources."""
    sources = [at.checkout / "kernels" / name for name in ("src", "share", "pyproject.toml")]

    def key() -> str:
        return content_hash([*sources, _lock(at, "build")], *(os.path.realpath(at.environments / e) for e in environments))

    def run(work: Work) -> None:
        for name in environments:
            install_own(at, name, work)
        _copy_sources(at, key())

    return Step("own-package", "the hopslab Python package", key, run, (at.tools / "kernels" / "hopslab_shim",))


def install_own(at: Layout, name: str, work: Work) -> None:
    """Install the hopslab package of this checkout into one environment."""
    home = (at.environments / name).resolve()
    work.run(
        *uv(at), "pip", "install", "--python", str(home / "bin" / "python"), "--no-deps",
        "--reinstall-package", "hopslab", "--refresh-package", "hopslab", "--compile-bytecode",
        "--build-constraints", str(_lock(at, "build")), str(at.checkout / "kernels"),
    )  # fmt: skip
    _open_up(home / "lib")


def _copy_sources(at: Layout, key: str) -> None:
    """What sandboxes' users run of it by its path: they may not reach the checkout."""
    home = at.tools / f"kernels-{key[:12]}"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(at.checkout / "kernels" / "src", home, ignore=shutil.ignore_patterns("__pycache__"))
    _open_up(home)
    link_atomically(at.tools / "kernels", home.name)
