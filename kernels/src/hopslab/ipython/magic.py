"""The cell magic ``%%experiment``."""

from __future__ import annotations

import itertools
import sys
import time
from typing import Any

from IPython.core.magic import Magics, cell_magic, magics_class

from hopslab.display import Live, in_notebook
from hopslab.errors import HopslabError
from hopslab.experiment import Progress, Result
from hopslab.experiment.objectives import asked
from hopslab.experiment.plan import Plan, check
from hopslab.experiment.sweep import Sweep
from hopslab.ipython.cell import Cell, run_cell
from hopslab.ipython.fault import ExperimentError
from hopslab.ipython.options import Options, help_text, read_options
from hopslab.ipython.view import progress_view, result_view
from hopslab.settings import read_settings

PAINT_EVERY = 0.25

HELP = f"""Search hyperparameters in parallel on this notebook server's executors.

    %%experiment --name digits --metric accuracy --direction maximize --trials 40 --parallel 3 --algorithm random
    C = loguniform(1e-3, 1e3)
    gamma = loguniform(1e-5, 1e-1)
    kernel = choice("rbf", "poly")

    def train(C, gamma, kernel, trial):
        model = SVC(C=C, gamma=gamma, kernel=kernel).fit(X_train, y_train)
        return {{"accuracy": model.score(X_valid, y_valid)}}

Plain assignments declare what is searched:

    uniform(low, high)       a number between low and high
    loguniform(low, high)    a positive number, every order of magnitude equally likely
    randint(low, high)       a whole number from low to high, both included; a third number is the step
    quniform(low, high, step), qloguniform(low, high, step)
                             the same in steps
    choice(a, b, ...)        one of the options
    epochs = 5               a constant for the function's parameter of that name

A hyperparameter may depend on others: gamma = loguniform(1e-5, 1e-1).when(kernel="rbf") is asked only where kernel is
"rbf"; all other trials call the function without it, so give its parameter a default (gamma=None).

The cell's last function is run once per trial with one value for each. It may use everything that the notebook has
defined above. It returns the metric, or a dict of numbers with the metric among them. With a parameter `trial` it can
call trial.report(value) on the way, which is shown live, and trial.save_model(model) to keep the best trial's. A trial
that raises is recorded; the sweep goes on.

Interrupting the cell stops the running trials and keeps what is done. Afterwards `best` has the best hyperparameters
and `experiment_result` everything: .best_params .best_value .trials .to_dataframe()

Several metrics at once: --metric accuracy,size --direction maximize,minimize; the function returns a dict with both.
No trial is the best in all then: experiment_result.front has those that no other one is better than.

Options:
{help_text()}
"""


class _Painter:
    """Shows the progress, not more often than people can see."""

    def __init__(self) -> None:
        self._live = Live()
        self._next = 0.0

    def progress(self, progress: Progress) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + PAINT_EVERY
            self._live.show(*progress_view(progress))

    def result(self, result: Result) -> None:
        html, text = result_view(result)
        if in_notebook():
            self._live.show(html, text)
        else:
            sys.stdout.write(text + "\n")


def _plan(cell: Cell, options: Options, line: str, body: str) -> Plan:
    plan = Plan(
        fn=cell.fn,
        space=cell.space,
        trials=options.trials,
        parallel=options.parallel,
        **asked(options.metric, options.direction),
        algorithm=options.algorithm,
        pruner=options.pruner,
        seed=options.seed,
        time=options.time,
        gpu_hours=options.gpu_hours,
        name=cell.fn.__name__ if options.name is None else options.name,
        description=options.description,
        model=options.model,
        tags=options.tags,
        code=f"%%experiment {line}\n{body}",
        sources=cell.sources,
    )
    try:
        return check(plan)
    except HopslabError as error:
        raise ExperimentError(error.detail, [cell.located(fault) for fault in error.faults]) from None


@magics_class
class ExperimentMagics(Magics):
    """Experiments in a cell."""

    _numbers = itertools.count(1)

    @cell_magic
    def experiment(self, line: str, cell: str) -> None:
        """To be replaced by the help below."""
        if self.shell is None:
            return
        options = read_options(line)
        variables: dict[str, Any] = self.shell.user_ns
        filename = f"<experiment {next(self._numbers)}>"
        body = self.shell.transform_cell(cell)  # type: ignore[no-untyped-call]
        declared = run_cell(body, filename, variables)
        painter = _Painter()
        try:
            plan = _plan(declared, options, line, cell)
            result = Sweep(plan, read_settings(), on_progress=painter.progress).run()
        except (ExperimentError, HopslabError) as error:
            declared.undo()
            if isinstance(error, ExperimentError):
                raise
            raise ExperimentError(error.detail, error.faults) from None
        variables["experiment_result"] = variables["_experiment"] = result
        variables["best"] = None if result.also else result.best_params
        painter.result(result)
        if result.state == "failed":
            raise ExperimentError(f"{result.name} failed: {result.reason}")


ExperimentMagics.experiment.__doc__ = HELP
