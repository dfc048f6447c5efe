"""Experiments as programs for ``hops`` start them, of both of its generations.

The function of the program gets hyperparameters by name. All that is started here is an experiment of
:mod:`hopslab.experiment`, on the same executors and in the same panel. Each run has a folder with what it printed
(``output.log``), its hyperparameters (``.hparams.json``) and what it returned (``.outputs.json``), and a working folder
of its own; a file that it writes there and names in the dict that it returns goes into its folder.

Of the arguments that all of these functions have, ``local_logdir`` makes no difference here: a trial's folder is one
like any other. ``versioned_resources`` are files or folders of which the experiment keeps a copy.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hops import _begun
from hops._boundaries import combinations_of, points_of, space_of
from hops._distributed import collective_all_reduce, mirrored, parameter_server
from hops._returned import Returned
from hops._started import KEY, NO_NAME, Start, best_of
from hops._versioned import keep, versioned
from hopslab.classic.files import outputs_of
from hopslab.classic.programs import invalid
from hopslab.experiment.folders import trial_folder

__all__ = [
    "Direction",
    "begin",
    "collective_all_reduce",
    "differential_evolution",
    "end",
    "grid_search",
    "launch",
    "mirrored",
    "parameter_server",
    "random_search",
]

Function = Callable[..., Any]
Lists = Mapping[str, Sequence[Any]]


class Direction:
    """Which metrics are better."""

    MAX = "MAX"
    MIN = "MIN"


def begin(
    name: str = NO_NAME,
    local_logdir: bool = False,
    versioned_resources: Sequence[str] | None = None,
    description: str | None = None,
) -> str:
    """Begin an experiment that is the rest of this program, up to ``end``.

    Args:
        name: What people find it by.
        local_logdir: See above.
        versioned_resources: See above.
        description: A sentence for others.

    Returns:
        The experiment's folder. ``tensorboard.logdir()`` is a folder in it until the end.

    Raises:
        HopslabError: ``experiment.running`` where one has begun already; ``experiment.invalid``.
    """
    resources = versioned(versioned_resources)
    folder = _begun.begin(name, description or "").folder
    folder.mkdir(parents=True, exist_ok=True)
    keep(resources, folder)
    return str(folder)


def end(metric: Any = None) -> None:
    """End what ``begin`` has begun.

    Args:
        metric: A number that came out of it, or a dict of numbers.

    Raises:
        HopslabError: ``experiment.none`` where none has begun.
    """
    _begun.end(metric)


def launch(
    train_fn: Function | None = None,
    args_dict: Lists | None = None,
    name: str = NO_NAME,
    local_logdir: bool = False,
    *,
    versioned_resources: Sequence[str] | None = None,
    description: str | None = None,
    metric_key: str | None = None,
    map_fun: Function | None = None,
) -> Any:
    """Run a function once, or once for each set of arguments.

    >>> experiment.launch(train, {"lr": [0.1, 0.3], "layers": [2, 9]})  # two runs  # doctest: +SKIP

    Args:
        train_fn: The function. What it returns is kept, if it returns something.
        args_dict: A list for each argument of the function, all of one length: that many runs.
        name: What people find it by; the function's name where it is not given.
        local_logdir: See above.
        versioned_resources: See above.
        description: A sentence for others.
        metric_key: What is compared of what the function returns.
        map_fun: Another name of ``train_fn``.

    Returns:
        The experiment's folder; where two values are asked for, also what the function returned, as a dict, or None
        where it was run several times.

    Raises:
        HopslabError: ``experiment.invalid`` with every fault, ``experiment.failed`` where no run was complete.
    """
    points = [{}] if args_dict is None else points_of("args_dict", args_dict)
    start = Start(train_fn or map_fun, name, description, versioned_resources, metric_key)
    result = start.points(points)
    outputs = outputs_of(trial_folder(result.folder, 0)) if len(points) == 1 else None
    return Returned(str(result.folder), outputs)


def grid_search(
    train_fn: Function | None = None,
    grid_dict: Lists | None = None,
    direction: str = Direction.MAX,
    name: str = NO_NAME,
    local_logdir: bool = False,
    *,
    versioned_resources: Sequence[str] | None = None,
    description: str | None = None,
    optimization_key: str = KEY,
    map_fun: Function | None = None,
    args_dict: Lists | None = None,
) -> Any:
    """Run a function with every combination of values.

    Args:
        train_fn: The function. It returns the metric, or a dict that has it.
        grid_dict: A list of values for each argument of the function.
        direction: ``Direction.MAX`` or ``Direction.MIN``, or ``max`` or ``min``.
        name: What people find it by; the function's name where it is not given.
        local_logdir: See above.
        versioned_resources: See above.
        description: A sentence for others.
        optimization_key: What is compared of a dict that is returned.
        map_fun: Another name of ``train_fn``.
        args_dict: Another name of ``grid_dict``.

    Returns:
        The experiment's folder; where more values are asked for, also the best hyperparameters and what the function
        returned with them.

    Raises:
        HopslabError: ``experiment.invalid`` with every fault, ``experiment.failed`` where no run was complete.
    """
    lists = combinations_of("grid_dict", args_dict if grid_dict is None else grid_dict)
    points = [dict(zip(lists, values, strict=True)) for values in itertools.product(*lists.values())]
    start = Start(train_fn or map_fun, name, description, versioned_resources, optimization_key, direction)
    return best_of(start.points(points), points)


def random_search(
    train_fn: Function | None = None,
    boundary_dict: Lists | None = None,
    direction: str = Direction.MAX,
    samples: int = 10,
    name: str = NO_NAME,
    local_logdir: bool = False,
    *,
    versioned_resources: Sequence[str] | None = None,
    description: str | None = None,
    optimization_key: str = KEY,
    map_fun: Function | None = None,
) -> Any:
    """Run a function with random values between bounds.

    Args:
        train_fn: The function. It returns the metric, or a dict that has it.
        boundary_dict: For each argument of the function the lower and the upper bound, or two texts.
        direction: ``Direction.MAX`` or ``Direction.MIN``, or ``max`` or ``min``.
        samples: How many runs.
        name: What people find it by; the function's name where it is not given.
        local_logdir: See above.
        versioned_resources: See above.
        description: A sentence for others.
        optimization_key: What is compared of a dict that is returned.
        map_fun: Another name of ``train_fn``.

    Returns:
        As ``grid_search``.

    Raises:
        HopslabError: ``experiment.invalid`` with every fault, ``experiment.failed`` where no run was complete.
    """
    space = space_of("boundary_dict", boundary_dict)
    start = Start(train_fn or map_fun, name, description, versioned_resources, optimization_key, direction)
    return best_of(start.search(space, samples, "random"))


def differential_evolution(
    train_fn: Function | None = None,
    boundary_dict: Lists | None = None,
    direction: str = Direction.MAX,
    generations: int = 4,
    population: int = 6,
    mutation: float = 0.5,
    crossover: float = 0.7,
    *,
    cleanup_generations: bool = False,
    name: str = NO_NAME,
    local_logdir: bool = False,
    versioned_resources: Sequence[str] | None = None,
    description: str | None = None,
    optimization_key: str = KEY,
    map_fun: Function | None = None,
    objective_function: Function | None = None,
) -> Any:
    """Search between bounds by differential evolution.

    It does not wait for a generation to be whole: as soon as a run ends the next is begun. ``population`` runs are
    drawn by chance, and ``generations`` times as many follow.

    Args:
        train_fn: The function. It returns the metric, or a dict that has it.
        boundary_dict: For each argument of the function the lower and the upper bound, or two texts.
        direction: ``Direction.MAX`` or ``Direction.MIN``, or ``max`` or ``min``.
        generations: How often the population is bred.
        population: How many it has, at least 4.
        mutation: How far a difference of two members is gone along.
        crossover: How likely each value is the mutant's.
        cleanup_generations: Makes no difference here: what runs leave is kept.
        name: What people find it by; the function's name where it is not given.
        local_logdir: See above.
        versioned_resources: See above.
        description: A sentence for others.
        optimization_key: What is compared of a dict that is returned.
        map_fun: Another name of ``train_fn``.
        objective_function: Another name of ``train_fn``.

    Returns:
        As ``grid_search``.

    Raises:
        HopslabError: ``experiment.invalid`` with every fault, ``experiment.failed`` where no run was complete.
    """
    faults = [
        f"{what} is {value!r}; give a whole number from {least} on."
        for what, value, least in (("generations", generations, 1), ("population", population, 4))
        if isinstance(value, bool) or not isinstance(value, int) or value < least
    ]
    if faults:
        raise invalid(faults)
    space = space_of("boundary_dict", boundary_dict)
    fn = train_fn or objective_function or map_fun
    start = Start(fn, name, description, versioned_resources, optimization_key, direction)
    algorithm = f"de:population={population},mutation={mutation},crossover={crossover}"
    return best_of(start.search(space, population * (generations + 1), algorithm))
