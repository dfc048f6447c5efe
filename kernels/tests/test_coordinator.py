from __future__ import annotations

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hopslab.experiment.coordinator import Coordinator
from hopslab.experiment.curve import MOST_POINTS, Curve, Point
from hopslab.experiment.protocol import Ended
from hopslab.experiment.records import ENDED, TrialRecord, TrialState, now
from hopslab.experiment.space import Params

PLANNED = 6


class Numbers:
    """Proposes the trial's own number; notes what it is told."""

    def __init__(self) -> None:
        self.asked = 0
        self.told: list[tuple[int, TrialState, float | None]] = []

    def ask(self) -> tuple[int, Params]:
        self.asked += 1
        return self.asked - 1, {"x": self.asked - 1}

    def pick(self, params: Params) -> int:
        self.asked += 1
        return self.asked - 1

    def report(self, number: int, value: float, step: int) -> str | None:
        return f"{value} is below 0" if value < 0 else None

    def tell(self, number: int, state: TrialState, value: float | None, metrics: object) -> None:
        self.told.append((number, state, value))


def made(optimiser: Numbers | None = None, planned: int = PLANNED) -> Coordinator:
    return Coordinator(optimiser or Numbers(), planned=planned, metric="m", maximize=True)


def taken(coordinator: Coordinator, worker: str) -> TrialRecord:
    order = coordinator.next(worker, worker, timeout=0)
    assert isinstance(order, TrialRecord)
    return order


class Sweep(RuleBasedStateMachine):
    """Whatever workers do, every trial ends once, and the sweep ends."""

    def __init__(self) -> None:
        super().__init__()
        self.optimiser = Numbers()
        self.changes: list[TrialRecord] = []
        self.points: list[Point] = []
        self.coordinator = Coordinator(
            self.optimiser,
            planned=PLANNED,
            metric="m",
            maximize=False,
            on_change=self.changes.append,
            on_point=self.points.append,
        )
        self.holds: dict[str, int] = {}
        self.to_stop: set[int] = set()
        self.to_move: set[int] = set()
        self.leaving: set[str] = set()
        self.picked = 0

    @rule(worker=st.sampled_from("abc"))
    def pull(self, worker: str) -> None:
        if worker not in self.holds:
            order = self.coordinator.next(worker, worker, timeout=0)
            if isinstance(order, TrialRecord):
                assert worker not in self.leaving
                self.holds[worker] = order.number

    @rule(worker=st.sampled_from("abc"), value=st.floats(-1, 1), step=st.integers(0, 3))
    def report(self, worker: str, value: float, step: int) -> None:
        if worker in self.holds:
            number = self.holds[worker]
            verdict = self.coordinator.report(worker, number, value, step)
            ends = self.coordinator.stopping or number in self.to_stop | self.to_move
            assert verdict == ("stop" if ends else "prune" if value < 0 else "go")

    @rule(worker=st.sampled_from("abc"), state=st.sampled_from(["complete", "pruned", "failed", "stopped"]))
    def end(self, worker: str, state: TrialState) -> None:
        if worker in self.holds:
            number = self.holds.pop(worker)
            value = float(number) if state == "complete" else None
            moves = number in self.to_move - self.to_stop and not self._ending()
            self.to_move.discard(number)
            before = self.coordinator.records()[number]
            self.coordinator.ended(worker, Ended(number, state, value))  # type: ignore[arg-type]
            after = self.coordinator.records()[number]
            if state == "stopped" and moves:
                assert (after.state, after.attempt) == ("queued", before.attempt + 1)
            else:
                assert after.state == state

    @rule(worker=st.sampled_from("abc"), blameless=st.booleans())
    def lose(self, worker: str, blameless: bool) -> None:
        number = self.holds.pop(worker, None)
        moves = number in self.to_move - self.to_stop and not self._ending()
        self.to_move -= {number} if number is not None else set()
        self.coordinator.lost(worker, blameless=blameless)
        if moves and number is not None:
            assert self.coordinator.records()[number].state == "queued"

    def _ending(self) -> bool:
        return self.coordinator.stand().stopping is not None

    @rule(worker=st.sampled_from("abc"))
    def move(self, worker: str) -> None:
        """Its executor is given to somebody else, or stays after all."""
        number = self.holds.get(worker, PLANNED + 9)
        assert self.coordinator.move(number, "moved") == (worker in self.holds)
        self.to_move |= {number} & set(self.holds.values())

    @rule(workers=st.sets(st.sampled_from("abc")))
    def leave(self, workers: set[str]) -> None:
        self.leaving = workers
        self.coordinator.leave(workers)

    @rule(chance=st.integers(0, 20))
    def stop(self, chance: int) -> None:
        if chance == 0:
            self.coordinator.stop("enough")

    @rule(chance=st.integers(0, 20))
    def drain(self, chance: int) -> None:
        if chance == 0:
            self.coordinator.drain("enough soon")

    @rule(paused=st.booleans())
    def pause(self, paused: bool) -> None:
        self.coordinator.pause(paused)

    @rule(number=st.integers(0, PLANNED))
    def stop_trial(self, number: int) -> None:
        if self.coordinator.stop_trial(number, "no more"):
            assert number in self.holds.values()
            self.to_stop.add(number)
        else:
            assert number not in self.holds.values()

    @rule(point=st.sampled_from(["p", "q"]))
    def enqueue(self, point: str) -> None:
        if self.coordinator.enqueue({"x": -1}, point):
            self.picked += 1
            assert not self.coordinator.enqueue({"x": -1}, point)

    @invariant()
    def each_point_is_one_trial(self) -> None:
        points = [record.point for record in self.coordinator.records() if record.picked]
        assert len(points) == len(set(points)) == self.picked

    @invariant()
    def every_trial_ends_once(self) -> None:
        told = [number for number, _state, _value in self.optimiser.told]
        assert len(told) == len(set(told))
        records = self.coordinator.records()
        assert [record.number for record in records] == list(range(len(records)))
        assert {record.number for record in records if record.state in ENDED} == set(told)
        assert all(record.attempt >= 1 for record in records)

    @invariant()
    def no_trial_is_in_two_states(self) -> None:
        records = self.coordinator.records()
        assert all((record.state in ENDED) == (record.ended_at is not None) for record in records)
        assert self.coordinator.stand().counts == Counter(record.state for record in records)
        running = {record.number for record in records if record.state == "running"}
        assert running == set(self.holds.values())
        assert all(self.coordinator.running_on(worker) == number for worker, number in self.holds.items())

    @invariant()
    def points_are_told_once_and_of_running_attempts(self) -> None:
        keys = [(point.number, point.attempt, point.step) for point in self.points]
        assert len(keys) == len(set(keys))

    @invariant()
    def an_end_is_final(self) -> None:
        ends: dict[int, TrialRecord] = {}
        for change in self.changes:
            assert change.number not in ends
            if change.state in ENDED:
                ends[change.number] = change

    @invariant()
    def the_best_is_the_best(self) -> None:
        values = [record.value for record in self.coordinator.records() if record.value is not None]
        best = self.coordinator.stand().best
        assert (None if best is None else best.value) == min(values, default=None)

    def teardown(self) -> None:
        self.coordinator.pause(False)
        self.coordinator.leave(())
        for worker in list(self.holds):
            self.end(worker, "complete")
        while isinstance(order := self.coordinator.next("z", "z", timeout=0), TrialRecord):
            self.coordinator.ended("z", Ended(order.number, "complete", 1.0))
        assert order == "end"
        assert self.coordinator.wait(0)
        if self.coordinator.stand().stopping is None:
            assert self.coordinator.stand().ended == PLANNED + self.picked
        stopped = [record for record in self.coordinator.records() if record.number in self.to_stop]
        assert all(record.state != "running" for record in stopped)


TestSweep = Sweep.TestCase


def test_a_lost_trial_runs_once_more_and_then_fails() -> None:
    coordinator = made(planned=1)
    assert taken(coordinator, "a").attempt == 1
    coordinator.lost("a")
    (queued,) = coordinator.records()
    assert (queued.state, queued.attempt) == ("queued", 2)
    assert "lost" in (queued.reason or "")
    again = taken(coordinator, "b")
    assert (again.number, again.attempt, again.params) == (0, 2, {"x": 0})
    coordinator.lost("b")
    (failed,) = coordinator.records()
    assert (failed.state, failed.attempt) == ("failed", 2)
    assert "may need more memory" in (failed.reason or "")


def test_a_trial_is_not_given_up_for_losses_that_are_not_its_doing() -> None:
    coordinator = made(planned=1)
    for worker in "abcd":
        taken(coordinator, worker)
        coordinator.lost(worker, blameless=True)
    (queued,) = coordinator.records()
    assert (queued.state, queued.attempt) == ("queued", 5)


def test_a_retried_trial_that_completes_says_nothing_of_the_loss() -> None:
    coordinator = made(planned=1)
    taken(coordinator, "a")
    coordinator.lost("a")
    taken(coordinator, "b")
    coordinator.ended("b", Ended(0, "complete", 1.0, {"m": 1.0}))
    (record,) = coordinator.records()
    assert (record.state, record.reason) == ("complete", None)


def test_a_moved_trial_is_run_again_however_often_and_says_why() -> None:
    coordinator = made(planned=2)
    first, other = taken(coordinator, "a"), taken(coordinator, "b")
    coordinator.leave(["a"])
    assert coordinator.move(first.number, "moved")
    assert coordinator.report("a", first.number, 0.5, 0) == "stop"
    coordinator.ended("a", Ended(first.number, "stopped"))
    assert coordinator.next("a", "a", timeout=0) == "wait"
    for _ in range(3):  # by force
        assert taken(coordinator, "c").number == first.number
        assert coordinator.move(first.number, "moved")
        coordinator.lost("c")
    queued = coordinator.records()[first.number]
    assert (queued.state, queued.attempt, queued.reason) == ("queued", 5, "moved")
    assert coordinator.waiting == 1
    assert not coordinator.move(first.number, "moved")
    assert coordinator.report("b", other.number, 0.5, 0) == "go"


def test_a_trial_that_ends_by_itself_is_not_moved() -> None:
    coordinator = made(planned=1)
    taken(coordinator, "a")
    assert coordinator.move(0, "moved")
    coordinator.ended("a", Ended(0, "complete", 1.0))
    assert coordinator.verdict() == ("complete", None)
    assert coordinator.records()[0].attempt == 1


def test_a_late_word_from_a_lost_worker_changes_nothing() -> None:
    coordinator = made(planned=1)
    taken(coordinator, "a")
    coordinator.lost("a")
    taken(coordinator, "b")
    assert coordinator.report("a", 0, 0.5, 0) == "stop"
    coordinator.ended("a", Ended(0, "complete", 9.0))
    assert coordinator.records()[0].state == "running"


def test_a_free_worker_waits_while_a_trial_may_come_back() -> None:
    coordinator = made(planned=1)
    taken(coordinator, "a")
    assert coordinator.next("b", "b", timeout=0) == "wait"
    coordinator.lost("a")
    assert taken(coordinator, "b").attempt == 2


def test_a_stop_keeps_what_is_done_and_hands_out_nothing() -> None:
    coordinator = made()
    coordinator.ended("a", Ended(taken(coordinator, "a").number, "complete", 0.5))
    running = taken(coordinator, "b")
    coordinator.stop("enough")
    assert coordinator.next("a", "a", timeout=0) == "end"
    assert not coordinator.wait(0)
    coordinator.ended("b", Ended(running.number, "stopped"))
    assert coordinator.wait(0)
    assert coordinator.verdict() == ("stopped", "enough")
    assert [(record.state, record.reason) for record in coordinator.records()] == [
        ("complete", None),
        ("stopped", "enough"),
    ]


def test_a_paused_sweep_hands_out_nothing_until_it_goes_on() -> None:
    coordinator = made(planned=2)
    coordinator.pause(True)
    assert coordinator.next("a", "a", timeout=0) == "wait"
    assert coordinator.stand().paused
    assert not coordinator.wait(0)
    coordinator.pause(False)
    assert taken(coordinator, "a").number == 0


def test_a_drained_sweep_ends_with_what_runs_and_runs_nothing_again() -> None:
    coordinator = made()
    kept, lost = taken(coordinator, "a"), taken(coordinator, "b")
    for _ in range(10):
        coordinator.drain("after what runs")
    assert coordinator.next("c", "c", timeout=0) == "end"
    assert coordinator.report("a", kept.number, 0.5, 0) == "go"
    assert not coordinator.enqueue({"x": 1}, "p")
    coordinator.lost("b")
    coordinator.ended("a", Ended(kept.number, "complete", 0.5))
    assert coordinator.wait(0)
    assert [record.state for record in coordinator.records()] == ["complete", "stopped"]
    assert coordinator.records()[lost.number].reason == "after what runs"
    assert coordinator.verdict() == ("stopped", "after what runs")


def test_one_trial_is_stopped_for_good_and_the_others_go_on() -> None:
    coordinator = made(planned=2)
    first = taken(coordinator, "a")
    assert coordinator.stop_trial(first.number, "no more")
    assert coordinator.report("a", first.number, 0.5, 0) == "stop"
    coordinator.lost("a")
    assert coordinator.records()[0].state == "stopped"
    assert not coordinator.stop_trial(first.number, "no more")
    coordinator.ended("b", Ended(taken(coordinator, "b").number, "complete", 1.0))
    assert coordinator.wait(0)
    assert coordinator.verdict() == ("complete", None)


def test_a_picked_point_is_next_and_comes_on_top_of_what_is_planned() -> None:
    coordinator = made(planned=2)
    taken(coordinator, "a")
    assert coordinator.enqueue({"x": 9}, "p")
    assert not coordinator.enqueue({"x": 9}, "p")
    picked = taken(coordinator, "b")
    assert (picked.number, picked.params, picked.picked, picked.point) == (1, {"x": 9}, True, "p")
    assert taken(coordinator, "c").number == 2
    assert coordinator.stand().planned == 3


def test_what_does_not_end_in_time_is_ended() -> None:
    coordinator = made()
    taken(coordinator, "a")
    coordinator.stop("enough")
    coordinator.give_up()
    assert coordinator.wait(0)
    assert coordinator.records()[0].reason == "enough (ended by force)"


def test_a_function_at_fault_ends_the_sweep_only_before_anything_completed() -> None:
    coordinator = made()
    coordinator.ended("a", Ended(taken(coordinator, "a").number, "failed", reason="no metric", misused=True))
    assert coordinator.wait(0)
    assert coordinator.verdict() == ("failed", "no metric")
    other = made()
    other.ended("a", Ended(taken(other, "a").number, "complete", 1.0))
    other.ended("a", Ended(taken(other, "a").number, "failed", reason="no metric", misused=True))
    assert isinstance(other.next("a", "a", timeout=0), TrialRecord)


def test_a_sweep_of_failures_only_has_failed() -> None:
    coordinator = made(planned=2)
    for _ in range(2):
        coordinator.ended("a", Ended(taken(coordinator, "a").number, "failed", reason="ValueError: x"))
    assert coordinator.verdict() == ("failed", "Every trial failed; the first: ValueError: x")


def test_what_an_earlier_driver_left_goes_on() -> None:
    optimiser = Numbers()
    optimiser.asked = 3
    done = TrialRecord(0, "complete", {"x": 0}, value=0.5, ended_at=now())
    coordinator = Coordinator(
        optimiser,
        planned=4,
        metric="m",
        maximize=True,
        known=[done, TrialRecord(1, "queued", {"x": 1}, 3), TrialRecord(2, "queued", {"x": 9})],
    )
    assert coordinator.stand().counts == {"complete": 1, "queued": 2}
    orders = [taken(coordinator, worker) for worker in "abc"]
    assert [(order.number, order.attempt, order.params["x"]) for order in orders] == [
        (1, 3, 1),
        (2, 1, 9),
        (3, 1, 3),
    ]
    for worker, order in zip("abc", orders, strict=True):
        coordinator.ended(worker, Ended(order.number, "complete", 0.1))
    assert coordinator.next("a", "a", timeout=0) == "end"
    assert coordinator.verdict() == ("complete", None)
    assert coordinator.stand().best == done


def test_a_long_curve_is_thinned_and_the_first_value_of_a_step_stays() -> None:
    curve = Curve(0, 1)
    points = [point for step in range(10_000) if (point := curve.add(float(step), step)) is not None]
    assert curve.add(1.0, 5) is None
    assert curve.add(1.0, 2**60) is None
    kept = [point.index for point in points if point.index % 128 == 0]
    assert kept == list(range(0, 10_000, 128))
    assert len(points) < 600
    assert [point.index for point in points][:MOST_POINTS] == list(range(MOST_POINTS))
