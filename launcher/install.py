"""All steps of an installation, in order."""

from launcher import install_node, install_python, install_spark, packages
from launcher.layout import Layout
from launcher.packages import NEEDS, TEST_NEEDS
from launcher.progress import Progress
from launcher.stamps import content_hash
from launcher.steps import Step, Steps, alone

# Node takes a script below this folder for a module of the checkout's kind unless told otherwise.
_COMMONJS = '{ "type": "commonjs" }\n'


def system_step(tests: bool) -> Step | None:
    """Debian's packages, where something is missing."""
    lacking = packages.missing(NEEDS + TEST_NEEDS if tests else NEEDS)
    if not lacking:
        return None
    title = "packages of the system: " + ", ".join(need.package for need in lacking)
    return Step("system", title, lambda: content_hash([]), lambda work: packages.install(lacking, work))


def install_steps(at: Layout, tests: bool = False) -> list[Step]:
    """The steps of `up`, with `tests` those of `check` and `test` too."""
    environments = [
        install_python.environment(at, "lab", "JupyterLab's environment"),
        install_python.environment(at, "base", "the default kernel's environment (Spark, pandas, scikit-learn ...)"),
    ]
    if tests:
        environments.append(install_python.environment(at, "dev", "the environment of checks and tests", compiled=False))
    return [
        install_python.bootstrap(at),
        install_node.node(at),
        *environments,
        install_node.node_packages(at),
        install_node.postgres(at),
        install_node.build(at),
        install_python.own_package(at, ("lab", "base")),
        install_node.lab_extension(at),
        install_spark.spark_archive(at),
    ]


def install(at: Layout, progress: Progress, tests: bool = False) -> None:
    """Brings the installation up to date with the checkout; nothing is done twice."""
    at.tools.mkdir(parents=True, exist_ok=True)
    marker = at.base / "package.json"
    if not marker.exists():
        marker.write_text(_COMMONJS)
    with alone(at.tools / "install.lock", progress):
        steps = Steps(at.tools / "stamps", at.logs, progress)
        system = system_step(tests)
        if system:
            (at.tools / "stamps" / system.name).unlink(missing_ok=True)
            steps.run([system])
        steps.run(install_steps(at, tests))
