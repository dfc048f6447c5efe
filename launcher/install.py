"""All steps of an installation: what is Python's, what tests need and what is Node's at the same time."""

from launcher import install_node, install_python, install_spark, install_tensorflow, packages
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


def with_tensorflow(at: Layout, asked: bool) -> bool:
    """Whether to install TensorFlow: where somebody asks for it, and from then on."""
    return asked or (at.environments / "tensorflow").exists()


def kernel_steps(at: Layout) -> list[Step]:
    """What kernels need."""
    base = install_python.environment(at, "base", "the default kernel's environment (Spark, pandas, scikit-learn ...)")
    own = install_python.own_package(at, ("lab", "base"))
    return [base, own, install_spark.spark_archive(at)]


def more_steps(at: Layout, tests: bool, tensorflow: bool) -> list[Step]:
    """What `check` and `test` need beside that, and TensorFlow."""
    dev = install_python.environment(at, "dev", "the environment of checks and tests", compiled=False)
    heavy = install_tensorflow.steps(at) if tensorflow else []
    return [*([dev, install_spark.tests_archive(at)] if tests else []), *heavy]


def node_steps(at: Layout) -> list[Step]:
    """What is written in TypeScript, and what comes with npm."""
    return [install_node.node_packages(at), install_node.postgres(at), install_node.build(at)]


def install(at: Layout, progress: Progress, tests: bool = False, tensorflow: bool = False) -> None:
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
        # JupyterLab builds its extension, and holds it then.
        lab = install_python.environment(at, "lab", "JupyterLab's environment")
        steps.run([install_python.bootstrap(at), install_node.node(at), lab])
        more = more_steps(at, tests, with_tensorflow(at, tensorflow))
        steps.run_side_by_side(kernel_steps(at), more, node_steps(at))
        steps.run([install_node.lab_extension(at)])
