"""One distributed training from beginning to end: on the platform an experiment of one trial."""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
import uuid
from pathlib import Path

from hopslab.display import Status
from hopslab.experiment.budget import budget_of
from hopslab.experiment.checkpoints import forget_old
from hopslab.experiment.coordinator import Coordinator
from hopslab.experiment.folders import experiment_folder, trial_folder
from hopslab.experiment.protocol import Ended
from hopslab.experiment.records import TrialState
from hopslab.experiment.sending import pickled
from hopslab.experiment.space import Params
from hopslab.experiment.sweep import INTERRUPTED
from hopslab.experiment.training.attempt import Attempt, Fate, Gone
from hopslab.experiment.training.crew import ready
from hopslab.experiment.training.keeping import keep, latest, of_attempt
from hopslab.experiment.training.messages import Done, Start
from hopslab.experiment.training.plan import TrainingPlan, checkpoints_of
from hopslab.experiment.training.record import Record
from hopslab.experiment.training.result import DistributedResult
from hopslab.experiment.training.shards import Shards
from hopslab.experiment.training.team import Judgement
from hopslab.settings import Settings

LAST_DELIVERY = 10.0
MOST_STARTS = 2
_NUMBER = 0


class _One:
    """The optimiser of a single trial."""

    def __init__(self, params: Params) -> None:
        self._params = params

    def ask(self) -> tuple[int, Params]:
        return _NUMBER, self._params

    def pick(self, params: Params) -> int:
        raise NotImplementedError("a training is one trial")

    def report(self, _number: int, _value: float, _step: int) -> None:
        """Nothing is compared with it."""

    def tell(self, _number: int, _state: TrialState, _value: float | None, _metrics: object = None) -> None:
        pass


class Training:
    """Runs a plan. Made for one run; called by one thread."""

    def __init__(self, plan: TrainingPlan, settings: Settings) -> None:
        self._plan = plan
        self._settings = settings
        self._workers = plan.workers or 1
        self._begun = time.monotonic()
        self._budget = budget_of(plan.time, None, settings)
        self._starts = 0
        self._status = Status()
        self._executors: tuple[str, ...] = ()
        self._function = pickled(plan.fn, plan.label)
        self._record = Record(settings)
        self._coordinator = Coordinator(
            _One(plan.params),
            planned=1,
            metric=plan.metric,
            maximize=plan.direction == "maximize",
            on_change=self._record.changed,
            on_point=self._record.reached,
        )
        ready(settings, self._workers)
        self._record.register(plan, on_stop=self._coordinator.stop)
        known_as = self._record.experiment or str(uuid.uuid4())
        self._checkpoints = checkpoints_of(settings, known_as)
        self._folder = experiment_folder(settings, plan.name, known_as)
        forget_old(self._checkpoints.parent)
        self._earlier = self._checkpoints
        self._shards = Shards(settings.state / "shards")

    def run(self) -> DistributedResult:
        """Run to the end, the stop or the failure."""
        with self._status:
            return self._run()

    def _run(self) -> DistributedResult:
        try:
            if self._plan.data is not None:
                self._say("sharing out the data")
            files = self._shards.share(self._plan.data, self._workers)
            while not self._coordinator.wait(0):
                self._attempt(files)
        except KeyboardInterrupt:  # while the data was shared out, or a crew made
            self._interrupted()
            self._coordinator.give_up()
        except BaseException as error:
            self._coordinator.fail(f"{type(error).__name__}: {error}")
            self._coordinator.give_up()
            self._finish()
            raise
        return self._finish()

    def _attempt(self, files: list[list[str]]) -> None:
        """Begin all workers and see how they end."""
        self._starts += 1
        with Attempt(self._settings, self._workers, self._plan.gpus or 0, self._report) as attempt:
            fate = attempt.assemble(self._watch, self._interrupted)
            if fate is None:
                comers = attempt.comers()
                self._executors = tuple(come.executor for come in comers)
                record = self._coordinator.next(attempt, ", ".join(self._executors), timeout=0)
                if isinstance(record, str):
                    return  # stopped just now
                self._earlier = self._before()
                hosts, ports = [come.host for come in comers], [come.ports for come in comers]
                attempt.begin(
                    lambda rank: self._start(record.attempt, hosts, ports, files[rank]), self._function
                )
                leader_only = self._plan.strategy == "parameter_server"
                fate = attempt.attend(self._watch, self._interrupted, leader_only)
            self._settle(attempt, fate)

    def _before(self) -> Path:
        """Where the last checkpoint before this attempt is, if there is one."""
        other = self._plan.begin_from
        found = latest(self._checkpoints)
        if found is None and other is not None:
            found = latest(checkpoints_of(self._settings, other))
        return found or self._checkpoints

    def _start(self, attempt: int, hosts: list[str], ports: list[list[int]], files: list[str]) -> Start:
        plan = self._plan
        return Start(
            attempt=attempt,
            params=plan.params,
            metric=plan.metric,
            framework=plan.framework,
            strategy=plan.strategy,
            hosts=hosts,
            ports=ports,
            files=files,
            folder=str(Path.cwd()),
            path=[entry or str(Path.cwd()) for entry in sys.path],
            checkpoints=str(of_attempt(self._checkpoints, attempt)),
            earlier=str(self._earlier),
            outputs=str(self._folder),
            lenient=plan.lenient,
        )

    def _report(self, attempt: Attempt, value: float, step: int) -> Judgement:
        return self._coordinator.report(attempt, _NUMBER, value, step)

    def _say(self, what: str) -> None:
        self._status.show(f"{self._plan.name}: {what} ({time.monotonic() - self._begun:.0f} s)")

    def _stand(self) -> str:
        trial = next(iter(self._coordinator.records()), None)
        if trial is None or trial.state != "running":
            return f"waiting for {self._workers} workers"
        value = trial.metrics.get(self._plan.metric)
        return f"{self._workers} workers train" + (
            f", {self._plan.metric} {value:.6g}" if value is not None else ""
        )

    def _watch(self) -> bool:
        """Whether to go on; asked some times a second."""
        self._say(self._stand())
        if self._budget is not None and time.monotonic() - self._begun >= self._budget.seconds:
            self._coordinator.fail(f"{self._budget.words}, and the training had not ended.")
        return self._coordinator.stopping is None

    def _interrupted(self) -> None:
        self._coordinator.stop(INTERRUPTED)

    def _settle(self, attempt: Attempt, fate: Fate) -> None:
        """Note what became of an attempt."""
        match fate:
            case Done() as done:
                self._ended(attempt, done)
            case Gone(where, why) if attempt.begun:
                self._coordinator.lost(attempt, where=f"{where} ({why})" if why else where)
            case Gone(where, why):
                if self._starts >= MOST_STARTS:
                    self._coordinator.fail(f"The workers did not come together: {where}. {why}".strip())
            case "stopped":
                self._ended(attempt, Done("stopped", time.time()))
            case "forced":
                self._coordinator.give_up()

    def _ended(self, attempt: Attempt, done: Done) -> None:
        self._coordinator.ended(
            attempt,
            Ended(
                _NUMBER,
                done.state,
                value=done.value,
                metrics=done.metrics,
                reason=done.reason,
                traceback=done.traceback,
                misused=done.misused,
            ),
        )

    def _finish(self) -> DistributedResult:
        state, reason = self._coordinator.verdict()
        self._record.finish(state, reason)
        with contextlib.suppress(KeyboardInterrupt):
            self._shards.forget()
            keep(self._checkpoints, trial_folder(self._folder, _NUMBER))
            if state == "complete" or self._record.experiment is None:
                shutil.rmtree(self._checkpoints, ignore_errors=True)
        delivered = True
        with contextlib.suppress(KeyboardInterrupt):
            delivered = self._record.join(LAST_DELIVERY)
        records = self._coordinator.records()
        trial = records[0] if records else None
        return DistributedResult(
            id=self._record.experiment,
            name=self._plan.name,
            state=state,
            reason=reason if reason is None or trial is None else trial.reason or reason,
            metric=self._plan.metric,
            value=trial.value if trial else None,
            metrics=dict(trial.metrics) if trial else {},
            folder=self._folder,
            seconds=time.monotonic() - self._begun,
            workers=self._workers,
            attempts=trial.attempt if trial else 0,
            executors=self._executors,
            delivered=delivered,
            traceback=trial.traceback if trial else None,
        )
