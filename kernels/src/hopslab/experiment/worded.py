"""Algorithms by name with options in one text, such as ``median:warmup=3,startup=10``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any


def options_of(
    text: str,
    made: Mapping[str, Callable[..., Any]],
    *,
    least: Mapping[str, int],
    real: frozenset[str] = frozenset(),
) -> dict[str, float]:
    """The options behind the name: what is passed by keyword only to what is made by it.

    Args:
        text: A name of ``made``, and options.
        made: What each name makes.
        least: The least value of options that do not begin at 0.
        real: Options that are no whole numbers.

    Raises:
        ValueError: with its words, where an option makes no sense.
    """
    name, _, words = text.partition(":")
    parameters = inspect.signature(made[name]).parameters.values()
    known = [one.name for one in parameters if one.kind is inspect.Parameter.KEYWORD_ONLY]
    options: dict[str, float] = {}
    for word in filter(None, (part.strip() for part in words.split(","))):
        option, sign, value = (part.strip() for part in word.partition("="))
        if option not in known or not sign:
            near = get_close_matches(option, known, 1)
            hint = f"did you mean {near[0]}=...?" if near and near[0] != option else f"write {option}=5."
            none = f"{name} takes {', '.join(known) or 'no options'}."
            raise ValueError(f"{word!r} is no option of {name}; {hint if near or option in known else none}")
        options[option] = _number(option, value, option in real, least.get(option, 0))
    return options


def _number(option: str, text: str, real: bool, least: int) -> float:
    try:
        value = float(text) if real else int(text)
    except ValueError:
        raise ValueError(f"{option} is {text!r}; give a {'' if real else 'whole '}number.") from None
    if not least <= value < 2**53:
        raise ValueError(f"{option} is {text}; give a number from {least} on.")
    return value
