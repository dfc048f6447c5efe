from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopslab.experiment.space import (
    MAX_INT,
    MAX_TEXT,
    Choice,
    Dimension,
    LogUniform,
    RandInt,
    Uniform,
    choice,
    dimension_faults,
    loguniform,
    randint,
    space_faults,
    to_contract,
    uniform,
)
from hopslab.experiment.study import Study
from platform_double import BASE, body_faults

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,20}", fullmatch=True).filter(
    lambda name: not space_faults({name: uniform(0, 1)})
)
REALS = st.floats(-1e100, 1e100)
SCALARS = st.one_of(
    st.text(max_size=50), st.floats(-1e100, 1e100), st.integers(-MAX_INT, MAX_INT), st.booleans(), st.none()
)


def ordered(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[tuple[float, float]]:
    return st.lists(numbers, min_size=2, max_size=2, unique=True).map(lambda pair: (min(pair), max(pair)))


DIMENSIONS: st.SearchStrategy[Dimension] = st.one_of(
    ordered(REALS).map(lambda pair: uniform(*pair)),
    ordered(st.floats(1e-100, 1e100)).map(lambda pair: loguniform(*pair)),
    ordered(st.integers(-(2**40), 2**40)).map(lambda pair: randint(*pair)),  # type: ignore[arg-type]
    st.lists(SCALARS, min_size=1, max_size=8, unique=True).map(lambda options: choice(*options)),
)


def allows(dimension: Dimension, value: object) -> bool:
    match dimension:
        case Choice(options):
            return value in options
        case RandInt(low, high):
            return isinstance(value, int) and low <= value <= high
        case Uniform(low, high) | LogUniform(low, high):
            return isinstance(value, float) and low <= value <= high


@given(st.dictionaries(NAMES, DIMENSIONS, min_size=1, max_size=4), st.sampled_from(["random", "tpe"]))
def test_a_sound_space_is_accepted_by_the_contract_and_proposals_lie_in_it(
    space: dict[str, Dimension], algorithm: str
) -> None:
    assert space_faults(space) == []
    body = {
        "name": "x",
        "metric": "m",
        "direction": "maximize",
        "algorithm": algorithm,
        "planned": 1,
        "parallel": 1,
    }
    assert body_faults(BASE, {**body, "space": to_contract(space)}) == []
    study = Study(space, direction="maximize", algorithm=algorithm, seed=0)
    for _ in range(3):
        _number, params = study.ask()
        assert set(params) == set(space)
        assert all(allows(space[name], value) for name, value in params.items())


@given(st.one_of(st.integers(), st.floats(), st.text(max_size=5), st.none(), st.booleans()), st.floats())
def test_every_pair_of_bounds_is_either_sound_or_has_faults_in_words(low: object, high: float) -> None:
    for made in (Uniform(low, high), LogUniform(low, high), RandInt(low, high)):  # type: ignore[arg-type]
        faults = dimension_faults(made)
        assert faults or made.low < made.high
        assert all(fault.endswith((".", "?")) for fault in faults)


@pytest.mark.parametrize(
    ("dimension", "words"),
    [
        (uniform(2, 1), "low (2) is above high (1); swap them"),
        (uniform(1, 1), "nothing is left to search"),
        (uniform(0, math.inf), "high is inf; give a finite number"),
        (uniform(math.nan, 1), "low is nan; give a finite number"),
        (uniform(-1.7e308, 1.7e308), "too wide"),
        (uniform("0", 1), "low is '0'; give a number"),  # type: ignore[arg-type]
        (uniform(True, 5), "low is True; give a number"),
        (loguniform(0, 1), "logarithms need numbers above 0"),
        (loguniform(-1, 1), "logarithms need numbers above 0"),
        (randint(1, 2.5), "high is 2.5; give a whole number"),  # type: ignore[arg-type]
        (randint(0, 2**60), "whole numbers go up to 2**53 - 1"),
        (choice(), "choice has no options"),
        (choice("a", "b", "a"), "'a' is there twice"),
        (choice(1, True), "True is there twice (True equals 1"),
        (choice((1, 2), (3, 4)), "tuple is no text"),
        (choice(math.nan, 1), "nan is not a finite number"),
        (choice("x" * (MAX_TEXT + 1)), "1000 is the most"),
        (choice(range(2000)), "choice has 2000 options"),
        (choice(2**60), "is beyond 2**53 - 1"),
        ("rbf", "str is no dimension; use uniform"),
    ],
)
def test_a_fault_is_named_with_its_remedy(dimension: object, words: str) -> None:
    assert words in dimension_faults(dimension)[0]


@pytest.mark.parametrize(
    ("space", "words"),
    [
        ({}, "The space is empty"),
        ([1], "The space is a list"),
        ({"class": uniform(0, 1)}, "'class' is no name"),
        ({"a b": uniform(0, 1)}, "'a b' is no name"),
        ({"λ": uniform(0, 1)}, "'λ' is no name"),
        ({3: uniform(0, 1)}, "3 is no name"),
        ({"trial": uniform(0, 1)}, "'trial' is what a function gets"),
        ({"x" * 101: uniform(0, 1)}, "100 is the most"),
    ],
)
def test_a_space_with_a_fault_names_it(space: object, words: str) -> None:
    (fault,) = space_faults(space)
    assert words in fault


def test_every_fault_of_a_space_is_told_at_once() -> None:
    assert len(space_faults({"C": loguniform(-1, -2), "gamma": uniform(1, 0), "kernel": choice()})) == 4


def test_a_list_and_numpy_scalars_are_taken_as_options() -> None:
    assert choice(["rbf", "poly"]) == choice("rbf", "poly")
    assert choice(*np.array([1, 2])) == choice(1, 2)
    assert all(type(option) is int for option in choice(*np.array([1, 2])).options)


def test_the_same_seed_proposes_the_same_trials() -> None:
    space = {"C": loguniform(1e-3, 1e3), "kernel": choice("rbf", "poly")}
    first, second = (Study(space, direction="maximize", algorithm="random", seed=7) for _ in range(2))
    assert [first.ask() for _ in range(10)] == [second.ask() for _ in range(10)]
