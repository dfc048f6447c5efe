from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hopslab.experiment.searches import ALGORITHMS
from hopslab.experiment.space import (
    Choice,
    Dimension,
    LogUniform,
    QLogUniform,
    QUniform,
    RandInt,
    Uniform,
    choice,
    in_order,
    is_active,
    level,
    levels,
    loguniform,
    qloguniform,
    quniform,
    randint,
    to_contract,
    uniform,
)
from hopslab.experiment.space_faults import MAX_INT, MAX_TEXT, dimension_faults, space_faults
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


STEPPED = st.tuples(st.integers(1, 1000), st.integers(1, 50), st.integers(1, 40)).map(
    lambda of: (of[0], of[0] + of[1] * of[2], of[1])
)
DIMENSIONS: st.SearchStrategy[Dimension] = st.one_of(
    STEPPED.map(lambda of: quniform(*of)),
    STEPPED.map(lambda of: qloguniform(of[0] / 10, of[1] / 10, of[2] / 10)),
    STEPPED.map(lambda of: randint(*of)),
    ordered(REALS).map(lambda pair: uniform(*pair)),
    ordered(st.floats(1e-100, 1e100)).map(lambda pair: loguniform(*pair)),
    ordered(st.integers(-(2**40), 2**40)).map(lambda pair: randint(*pair)),  # type: ignore[arg-type]
    st.lists(SCALARS, min_size=1, max_size=8, unique=True).map(lambda options: choice(*options)),
)


def allows(dimension: Dimension, value: object) -> bool:
    match dimension:
        case Choice(options):
            return value in options
        case RandInt(low, high, step):
            return isinstance(value, int) and low <= value <= high and (value - low) % step == 0
        case QUniform() | QLogUniform():
            return value in [level(dimension, index) for index in range(levels(dimension) or 0)]
        case Uniform(low, high) | LogUniform(low, high):
            return isinstance(value, float) and low <= value <= high


@st.composite
def spaces(draw: st.DrawFn) -> dict[str, Dimension]:
    """Sound spaces, some of whose dimensions depend on earlier ones."""
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    space: dict[str, Dimension] = {}
    for name in names:
        dimension = draw(DIMENSIONS)
        parents = [other for other, made in space.items() if 1 < (levels(made) or 0) <= 1000]
        if parents and draw(st.booleans()):
            on = draw(st.sampled_from(parents))
            indices = draw(st.sets(st.integers(0, (levels(space[on]) or 1) - 1), min_size=1, max_size=3))
            dimension = dimension.when(**{on: [level(space[on], index) for index in indices]})
        space[name] = dimension
    return {} if space_faults(space) else space


@given(spaces().filter(bool), st.sampled_from(ALGORITHMS), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_what_is_proposed_lies_in_the_space_and_has_what_is_active_and_the_contract_takes_it(
    space: dict[str, Dimension], algorithm: str, chance: random.Random
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
    if algorithm == "grid" and any(levels(dimension) is None for dimension in space.values()):
        return
    study = Study(space, direction="maximize", algorithm=algorithm, seed=0)
    for _ in range(14):
        number, params = study.ask()
        assert {name for name, dimension in space.items() if is_active(dimension, params)} == set(params)
        assert all(allows(space[name], value) for name, value in params.items())
        complete = chance.random() < 0.8
        study.tell(number, "complete" if complete else "failed", chance.random() if complete else None)


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
        (quniform(0, 1, 0), "step is 0; give a number above 0"),
        (quniform(0, 1, 2), "step (2) is wider than from 0 to 1"),
        (quniform(0, 1, math.nan), "step is nan; give a finite number"),
        (quniform(0, 1e300, 1e-300), "too fine for a float"),
        (qloguniform(0, 10, 1), "logarithms need numbers above 0; give a small positive low or use quniform"),
        (randint(0, 10, 0.5), "step is 0.5; give a whole number"),  # type: ignore[arg-type]
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


KERNEL = choice("linear", "rbf", "poly")


@pytest.mark.parametrize(
    ("space", "words"),
    [
        ({"g": uniform(0, 1).when(kernel="rbf")}, "g: when(kernel=...): there is no hyperparameter kernel"),
        (
            {"kernel": KERNEL, "g": uniform(0, 1).when(kernl="rbf")},
            "there is no hyperparameter kernl; did you mean kernel?",
        ),
        (
            {"kernel": KERNEL, "g": uniform(0, 1).when(kernel="rfb")},
            "g: when(kernel='rfb'): 'rfb' is no value of kernel; did you mean rbf?",
        ),
        ({"kernel": KERNEL, "g": uniform(0, 1).when(kernel=[])}, "no value is given"),
        ({"kernel": KERNEL, "g": uniform(0, 1).when(kernel=[("rbf",)])}, "tuple is no value of kernel"),
        ({"g": uniform(0, 1).when(g=0.5)}, "it depends on itself"),
        ({"C": uniform(0, 1), "g": uniform(0, 1).when(C=0.5)}, "C is uniform, which hits no value twice"),
        ({"n": randint(0, 10_000), "g": uniform(0, 1).when(n=5)}, "n has 10001 values"),
        ({"n": randint(0, 10, 5), "g": uniform(0, 1).when(n=4)}, "4 is no value of n"),
        (
            {"kernel": KERNEL, "g": uniform(0, 1).when(kernel="rbf").when(kernel="poly")},
            "kernel cannot have two values at once",
        ),
        (
            {"a": KERNEL.when(c="rbf"), "b": KERNEL.when(a="rbf"), "c": KERNEL.when(b="rbf"), "d": KERNEL},
            "a: when: a on c on b on a depend in a circle",
        ),
        (
            {"kernel": KERNEL, "g": KERNEL.when(kernel="rbf"), "h": KERNEL.when(g="rbf", kernel="poly")},
            "h: when: it is never asked: what it depends on needs another value of kernel.",
        ),
    ],
)
def test_a_condition_that_cannot_hold_is_refused_with_its_remedy(
    space: dict[str, Dimension], words: str
) -> None:
    (fault,) = space_faults(space)
    assert words in fault


def test_steps_are_the_tenths_that_were_written_and_whole_where_all_is() -> None:
    tenths = quniform(0, 1, 0.1)
    assert [level(tenths, index) for index in range(levels(tenths) or 0)] == [
        0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0,
    ]  # fmt: skip
    units = qloguniform(16, 100, 32)
    assert [level(units, index) for index in range(levels(units) or 0)] == [16, 48, 80]
    assert all(type(level(units, index)) is int for index in range(3))
    assert levels(randint(1, 10, 3)) == 4


def test_dimensions_come_after_those_they_depend_on() -> None:
    space = {"a": KERNEL.when(b="rbf"), "b": KERNEL.when(c="poly"), "c": KERNEL}
    assert [name for name, _ in in_order(space)] == ["c", "b", "a"]


def test_a_condition_is_written_with_the_values_of_the_other_dimension() -> None:
    space = {"fast": choice(True, False), "n": randint(1, 3).when(fast=1)}
    assert to_contract(space)["n"] == {
        "kind": "randint",
        "low": 1,
        "high": 3,
        "when": [{"name": "fast", "in": [True]}],
    }
