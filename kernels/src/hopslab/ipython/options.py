"""The options on the first line of an ``%%experiment`` cell."""

from __future__ import annotations

import argparse
import shlex
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NoReturn

from hopslab.experiment.pruners import PRUNERS
from hopslab.experiment.searches import ALGORITHMS
from hopslab.ipython.fault import ExperimentError

TRIALS = 20
SEE_HELP = "%%experiment? shows the options and an example."


@dataclass(frozen=True)
class Options:
    """What was asked, converted; whether it makes sense is the plan's to judge."""

    name: str | None
    metric: str | list[str]
    direction: str | list[str]
    trials: int | None
    parallel: int | None
    algorithm: str
    pruner: str | None
    seed: int | None
    time: str | None
    gpu_hours: float | None
    description: str
    model: str | None
    tags: tuple[str, ...]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ExperimentError(f"line 1: {message}. {SEE_HELP}")


def _parser() -> _Parser:
    parser = _Parser(prog="%%experiment", add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--name", help="what people find the experiment by (default: the function's name)")
    parser.add_argument(
        "--metric",
        default="value",
        help="the name of what is optimised (default: value), or several: accuracy,size",
    )
    parser.add_argument(
        "--direction",
        default="maximize",
        help="maximize (default) or minimize; of several one for each: maximize,minimize",
    )
    parser.add_argument("--trials", help="how many to run (default: 20; a grid: all; with a budget: 10000)")
    parser.add_argument("--parallel", help="how many at once (default: as many as the executors have cores)")
    parser.add_argument("--algorithm", default="tpe", help=f"{', '.join(ALGORITHMS)} (default: tpe)")
    parser.add_argument(
        "--pruner",
        help=f"{', '.join(PRUNERS)}: give up bad trials that report on the way; options: median:warmup=3,startup=9",
    )
    parser.add_argument("--seed", help="a number that makes the search propose the same again")
    parser.add_argument("--time", help="begin no trial after this time: 90s, 15m, 2h")
    parser.add_argument(
        "--gpu-hours", help="begin no trial after so many hours of all GPUs together, such as 0.5"
    )
    parser.add_argument("--description", default="", help="a sentence for others, in quotes")
    parser.add_argument("--model", help="register the best trial's model (trial.save_model) by this name")
    parser.add_argument("--tags", default="", help="what it is found by besides its name: night,baseline")
    return parser


def help_text() -> str:
    """The options, one per line."""
    lines = _parser().format_help().splitlines()
    return "\n".join(lines[lines.index("options:") + 1 :])


def _whole(name: str, text: str | None, faults: list[str]) -> int | None:
    if text is None:
        return None
    try:
        return int(text)
    except ValueError:
        faults.append(f"line 1: --{name} is {text!r}; give a whole number.")
        return None


def _number(name: str, text: str | None, faults: list[str]) -> float | None:
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        faults.append(f"line 1: --{name} is {text!r}; give a number.")
        return None


def _strangers(words: list[str]) -> list[str]:
    known = [flag for action in _parser()._actions for flag in action.option_strings]
    faults = []
    for before, word in zip(["", *words], words, strict=False):
        if before.startswith("-") and not word.startswith("-"):
            continue  # the value of an option that is not known either
        near = get_close_matches(word.split("=")[0], known, 1)
        hint = f"did you mean {near[0]}?" if near else f"the options are {', '.join(known)}."
        if not word.startswith("-"):
            hint = "put quotes around a text with spaces."
        faults.append(f"line 1: {word} is not known; {hint}")
    return faults


def read_options(line: str) -> Options:
    """The options of the line.

    Raises:
        ExperimentError: with every fault of the line.
    """
    try:
        words = shlex.split(line)
    except ValueError:
        raise ExperimentError("line 1: a quotation is not closed; add the missing quote.") from None
    try:
        given, strangers = _parser().parse_known_args(words)
    except argparse.ArgumentError as error:
        raise ExperimentError(f"line 1: {error.argument_name}: {error.message}. {SEE_HELP}") from None
    faults = _strangers(strangers)
    values: dict[str, Any] = vars(given)
    for name in ("trials", "parallel", "seed"):
        values[name] = _whole(name, values[name], faults)
    values["gpu_hours"] = _number("gpu-hours", values["gpu_hours"], faults)
    for name in ("metric", "direction"):
        words = [word.strip() for word in values[name].split(",")]
        values[name] = words if len(words) > 1 else values[name]
    values["tags"] = tuple(filter(None, (tag.strip() for tag in given.tags.split(","))))
    if [values[name] for name in ("trials", "time", "gpu_hours")] == [None] * 3 and values[
        "algorithm"
    ] != "grid":
        values["trials"] = TRIALS
    if faults:
        raise ExperimentError("The options make no sense yet; nothing was started.", faults)
    return Options(**values)
