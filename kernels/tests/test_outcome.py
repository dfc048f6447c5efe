from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopslab.experiment.outcome import MisusedError, NotANumberError, in_words, judge, number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_the_metric(value: float) -> None:
    assert judge(value, "accuracy") == (value, {"accuracy": value})
    assert judge(np.float64(value), "accuracy") == (value, {"accuracy": value})


class Tensor:
    """What a framework's 0-dimensional tensor looks like."""

    def __init__(self, value: object) -> None:
        self.value = value

    def item(self) -> object:
        if isinstance(self.value, list):
            raise RuntimeError("more than one element")
        return self.value


def test_numbers_of_every_kind_are_taken() -> None:
    assert [number(v) for v in (1, np.int64(2), np.float32(3), Tensor(4.0), np.array(5))] == [1, 2, 3, 4, 5]
    assert [
        number(v) for v in (True, "1", None, Tensor([1, 2]), np.array([1, 2]), np.bool_(True), Tensor("x"))
    ] == [None] * 7


def test_a_dict_gives_the_metric_and_every_other_finite_number() -> None:
    returned = {"accuracy": 0.9, "loss": np.float32(0.5), "note": "fine", "bad": math.nan, 3: 1}
    assert judge(returned, "accuracy") == (0.9, {"accuracy": 0.9, "loss": 0.5, "3": 1.0})


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        (None, "The function returned nothing; end it with `return accuracy`"),
        ("high", "is str 'high', not a number"),
        (True, "is bool True, not a number"),
        ([0.9], "is list [0.9], not a number"),
        ({"loss": 1, "acc": 2}, "does not return the metric 'accuracy'; it returned: loss, acc."),
        ({}, "it returned: none."),
        ({"accuracy": "0.9"}, "is str '0.9', not a number"),
    ],
)
def test_a_function_without_the_metric_is_told_what_it_returned(returned: Any, words: str) -> None:
    with pytest.raises(MisusedError) as caught:
        judge(returned, "accuracy")
    assert words in str(caught.value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float32("nan")])
def test_a_metric_that_is_not_finite_fails_its_trial_only(value: Any) -> None:
    for returned in (value, {"accuracy": value}):
        with pytest.raises(NotANumberError, match="no finite result"):
            judge(returned, "accuracy")


def test_what_was_raised_is_told_without_the_notes_of_libraries() -> None:
    error = ValueError("two\nlines")
    error.add_note("Set VERBOSE=1 to see more.")
    assert in_words(error) == "ValueError: two\nlines"
    with pytest.raises(SyntaxError) as caught:
        compile("train(", "cell", "exec")
    assert in_words(caught.value) == "SyntaxError: '(' was never closed"
    assert in_words(KeyboardInterrupt()) == "KeyboardInterrupt"
