"""The parts of `check` and `test`: what each runs, and how it is counted."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from launcher.install_node import node_environment
from launcher.layout import Layout

# The part that needs the environment with TensorFlow.
TENSORFLOW = "tensorflow"


@dataclass(frozen=True)
class Part:
    """One command; `report` says how its result is read (`exit`, `vitest` or `junit`)."""

    name: str
    command: tuple[str, ...]
    cwd: Path
    report: str = "exit"
    env: dict[str, str] = field(default_factory=dict)
    # Starts a platform or a browser of its own: after everything else, and no more than two of them at a time.
    heavy: bool = False


def check_parts(at: Layout) -> list[Part]:
    """Lint, types and structure."""
    dev = at.environments / "dev" / "bin"
    node = node_environment(at)
    parts = [
        Part(name, ("npm", "run", name), at.checkout, env=node)
        for name in ("types", "lint", "structure")  # types first: the others read what it makes
    ]
    ruff, mypy = str(dev / "ruff"), str(dev / "mypy")
    types: dict[str, tuple[tuple[str, ...], Path]] = {
        "launcher": ((mypy, "--config-file", "launcher/pyproject.toml", "launcher"), at.checkout),
        "kernels": ((mypy,), at.checkout / "kernels"),
        "contract": ((mypy, "tests"), at.checkout / "contract"),
    }
    for folder, (command, cwd) in types.items():
        parts += [
            Part(f"{folder} lint", (ruff, "check", "."), at.checkout / folder),
            Part(f"{folder} format", (ruff, "format", "--check", "."), at.checkout / folder),
            Part(f"{folder} types", command, cwd),
        ]
    return parts


def test_parts(at: Layout, reports: Path) -> list[Part]:
    """Everything that runs code of ours."""
    python = str(at.environments / "dev" / "bin" / "python")
    node = node_environment(at)
    told = os.environ | {"PYTHONPATH": str(at.checkout / "kernels" / "src"), "HOPSLAB_TOOLS": str(at.tools)}

    def vitest(name: str, folder: str, *more: str, heavy: bool = False) -> Part:
        out = f"--outputFile.json={reports / name}.report"
        command = ("npx", "vitest", "run", "--reporter=default", "--reporter=json", out, *more)
        return Part(name, command, at.checkout / folder, "vitest", node | {"HOPSLAB_TOOLS": str(at.tools)}, heavy)

    def pytest(name: str, env: dict[str, str], *more: str) -> Part:
        command = (python, "-m", "pytest", "-q", *more, f"--junitxml={reports / name}.report", "tests")
        return Part(name, command, at.checkout / name, "junit", env)

    with_tensorflow = f"--junitxml={reports / TENSORFLOW}.report", "tests_tensorflow"

    sequences = "src/faults/sequences.test.ts"
    return [
        vitest("server", "server", "--project", "units"),
        # Two at a time, a file in one process: Spark tests wait more than they work.
        pytest("kernels", told | {"PYTHONDONTWRITEBYTECODE": "1"}, "-n", "2", "--dist", "loadfile"),
        vitest("extension", "extension", "--project", "units"),
        vitest("schema", "schema"),
        pytest("contract", node | {"PYTHONDONTWRITEBYTECODE": "1"}),
        pytest("launcher", {**os.environ, "PYTHONPATH": str(at.checkout)}),
        # The longest first, so that the two that run at a time end together.
        vitest("sequences", "server", "--project", "faults", sequences, heavy=True),
        vitest("platform", "extension", "--project", "platform", heavy=True),
        *(vitest(f"panel-{n}", "extension", "--project", "lab", f"--shard={n}/2", heavy=True) for n in (1, 2)),
        vitest("faults", "server", "--project", "faults", f"--exclude={sequences}", heavy=True),
        Part(TENSORFLOW, (python, "-m", "pytest", "-q", *with_tensorflow), at.checkout / "kernels", "junit", told, heavy=True),
        vitest("pages", "extension", "--project", "pages", heavy=True),
    ]
