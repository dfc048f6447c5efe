"""Training of one model on all executors, as programs for ``hops`` start it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from hops import _begun, util
from hops._returned import Returned
from hops._started import label_of
from hops._versioned import keep, versioned
from hopslab.classic.programs import as_a_trial, function_of, invalid
from hopslab.classic.training import Together, train

Function = Callable[..., Any]


class _Alone:
    """The function without arguments."""

    def __init__(self, fn: Function) -> None:
        self._fn = fn

    def __call__(self, _worker: object, _trial: object) -> Any:
        return self._fn()


def _trained(
    fn: Any,
    name: str,
    description: str | None,
    resources: Sequence[str] | None,
    metric_key: str | None,
    evaluator: bool,
    strategy: Literal["all_reduce", "parameter_server"] = "all_reduce",
) -> Returned:
    _begun.nothing_open()
    kept = versioned(resources)
    if evaluator:
        raise invalid(["evaluator: every worker trains here; evaluate in the function, or after it."])
    function = function_of(fn)
    label = label_of(fn, name)
    needs = [one.name for one in as_a_trial(function).parameters.values() if _needed(one)]
    if needs:
        raise invalid([f"{label} needs {', '.join(needs)}; it is called without arguments."])
    result, outputs = train(
        Together(function, _Alone(function), metric_key),
        framework="tensorflow",
        workers=util.num_executors(),
        strategy=strategy,
        metric=metric_key,
        name=label,
        description=description or "",
    )
    keep(kept, result.folder)
    print(f"Finished experiment {label}: {result.workers} workers, {result.folder}")  # noqa: T201
    return Returned(str(result.folder), outputs)


def _needed(one: Any) -> bool:
    return (
        one.default is one.empty
        and one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL)
        and one.name != "trial"
    )


def mirrored(
    train_fn: Function | None = None,
    name: str = "no-name",
    local_logdir: bool = False,
    *,
    versioned_resources: Sequence[str] | None = None,
    description: str | None = None,
    evaluator: bool = False,
    metric_key: str | None = None,
    map_fun: Function | None = None,
) -> Any:
    """Run a function on every executor at once, each with its ``TF_CONFIG``.

    Args:
        train_fn: The function, without arguments; it makes TensorFlow's strategy itself.
        name: What people find it by; the function's name where it is not given.
        local_logdir: Makes no difference here: a trial's folder is one like any other.
        versioned_resources: Files or folders of which the experiment keeps a copy.
        description: A sentence for others.
        evaluator: Not here.
        metric_key: What is shown of what the first worker returns.
        map_fun: Another name of ``train_fn``.

    Returns:
        The experiment's folder; where two values are asked for, also what the first worker returned, as a dict.

    Raises:
        HopslabError: as ``hopslab.experiment.distributed`` does; ``experiment.failed`` where it came to no end.
    """
    return _trained(train_fn or map_fun, name, description, versioned_resources, metric_key, evaluator)


def collective_all_reduce(
    train_fn: Function | None = None,
    name: str = "no-name",
    local_logdir: bool = False,
    *,
    versioned_resources: Sequence[str] | None = None,
    description: str | None = None,
    evaluator: bool = False,
    metric_key: str | None = None,
    map_fun: Function | None = None,
) -> Any:
    """As ``mirrored``, on two executors at least.

    Args:
        train_fn: See ``mirrored``.
        name: See ``mirrored``.
        local_logdir: See ``mirrored``.
        versioned_resources: See ``mirrored``.
        description: See ``mirrored``.
        evaluator: See ``mirrored``.
        metric_key: See ``mirrored``.
        map_fun: See ``mirrored``.

    Returns:
        See ``mirrored``.

    Raises:
        HopslabError: as ``mirrored``, and where there is one executor only.
    """
    if util.num_executors() < 2:
        raise invalid(["There is one executor; start the notebook server with two or more, or use mirrored."])
    return _trained(train_fn or map_fun, name, description, versioned_resources, metric_key, evaluator)


def parameter_server(
    train_fn: Function | None = None,
    name: str = "no-name",
    local_logdir: bool = False,
    *,
    versioned_resources: Sequence[str] | None = None,
    description: str | None = None,
    evaluator: bool = False,
    metric_key: str | None = None,
    map_fun: Function | None = None,
) -> Any:
    """Run a function on the first executor, with the others to compute and parameters kept beside it.

    The function makes TensorFlow's ``ParameterServerStrategy``; the other executors serve it.

    Args:
        train_fn: See ``mirrored``.
        name: See ``mirrored``.
        local_logdir: See ``mirrored``.
        versioned_resources: See ``mirrored``.
        description: See ``mirrored``.
        evaluator: See ``mirrored``.
        metric_key: See ``mirrored``.
        map_fun: See ``mirrored``.

    Returns:
        See ``mirrored``.

    Raises:
        HopslabError: as ``mirrored``, and where there is one executor only.
    """
    fn = train_fn or map_fun
    return _trained(fn, name, description, versioned_resources, metric_key, evaluator, "parameter_server")
