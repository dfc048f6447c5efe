"""What a search is about: one metric, or several at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from hopslab.experiment.faults import one_of, text_faults

Direction: TypeAlias = Literal["maximize", "minimize"]

# With more of them nearly no trial is better than another in all, and everything is on the front.
MOST_OBJECTIVES = 4
# The algorithms that know more than one metric.
OF_SEVERAL = ("tpe", "nsga2", "random", "grid")


class Objective(NamedTuple):
    """A metric, and whether more or less of it is better."""

    metric: str
    direction: Direction

    @property
    def sign(self) -> float:
        """What makes a loss of a value."""
        return -1.0 if self.direction == "maximize" else 1.0


# What a plan was given beyond its first metric: None where one list is shorter than the other.
Also: TypeAlias = tuple[Objective, ...]


def asked(metric: Any, direction: Any) -> dict[str, Any]:
    """What a plan takes of one metric, or of a list of them with a direction for each; faults are the plan's."""
    lists = (list, tuple)
    if not isinstance(metric, lists) and not isinstance(direction, lists):
        return {"metric": metric, "direction": direction}
    metrics = list(metric) if isinstance(metric, lists) else [metric]
    directions = list(direction) if isinstance(direction, lists) else [direction]
    first, *rest = zip_longest(metrics, directions) if metrics or directions else [(None, None)]
    return {
        "metric": first[0],
        "direction": first[1],
        "also": tuple(Objective(*one) for one in rest),
    }


def of_contract(experiment: Mapping[str, Any]) -> tuple[Objective, ...]:
    """The objectives of an experiment as the REST API shows it."""
    listed = experiment.get("objectives") or [experiment]
    return tuple(Objective(one["metric"], one["direction"]) for one in listed)


def to_contract(objectives: Iterable[Objective]) -> list[dict[str, str]]:
    """As the REST API takes them."""
    return [{"metric": one.metric, "direction": one.direction} for one in objectives]


def objective_faults(metric: object, direction: object, also: Sequence[Objective]) -> Iterable[str]:
    """Every fault of the metrics and their directions, with its remedy."""
    pairs = [(metric, direction), *also]
    metrics = [name for name, _ in pairs if name is not None]
    directions = [way for _, way in pairs if way is not None]
    if also and len(metrics) != len(directions):
        yield (
            f"direction: {len(directions)} given for {len(metrics)} metrics; give one for each, in their order, such "
            "as ['maximize', 'minimize']."
        )
    for name in metrics if also else [metric]:
        yield from text_faults("metric", name, 1, 200)
    for way in directions if also else [direction]:
        yield from one_of("direction", way, get_args(Direction))
    for name, count in Counter(name for name in metrics if isinstance(name, str)).items():
        if count > 1:
            yield f"metric: {name!r} is named {count} times; name each once."
    if len(metrics) > MOST_OBJECTIVES:
        yield (
            f"metric: {len(metrics)} are named, and {MOST_OBJECTIVES} are the most: with more of them nearly no trial "
            "is better than another in all. Combine some in one number."
        )


def several_faults(
    also: Sequence[Objective], algorithm: object, pruner: object, model: object
) -> Iterable[str]:
    """What does not go with several metrics, and what does."""
    if not also:
        return
    if isinstance(algorithm, str) and algorithm.partition(":")[0] not in OF_SEVERAL:
        known = f"{', '.join(OF_SEVERAL[:-1])} or {OF_SEVERAL[-1]}"
        yield f"algorithm: {algorithm} knows one metric only; with several use {known}."
    if pruner is not None:
        yield (
            "pruner: a trial that is behind in one metric may be ahead in another, so with several there is none; "
            "leave it out, or optimise one metric."
        )
    if model is not None:
        yield (
            "model: with several metrics no trial is the best in all; leave it out, and register the one you choose: "
            "result.register_model(name, trial=3)."
        )
