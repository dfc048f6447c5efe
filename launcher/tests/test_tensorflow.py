"""TensorFlow's environment is made only where somebody asks for it, and kept up to date from then on."""

from pathlib import Path

from launcher.install import more_steps, with_tensorflow
from launcher.layout import layout
from launcher.test_parts import TENSORFLOW
from launcher.test_parts import test_parts as parts

HEAVY = {"environment-tensorflow", "own-package-tensorflow"}


def test_only_who_asks_for_it_waits_for_it(tmp_path: Path) -> None:
    at = layout(None, None, checkout=tmp_path)
    assert not with_tensorflow(at, asked=False)
    assert with_tensorflow(at, asked=True)
    (at.environments / "tensorflow").mkdir(parents=True)
    assert with_tensorflow(at, asked=False)
    for tests in (False, True):
        names = {step.name for step in more_steps(at, tests, tensorflow=False)}
        assert HEAVY.isdisjoint(names)
    assert {step.name for step in more_steps(at, False, tensorflow=True)} >= HEAVY


def test_the_part_that_needs_it_is_one_of_its_own(tmp_path: Path) -> None:
    found = {part.name: part for part in parts(layout(None, None, checkout=tmp_path), tmp_path)}
    assert found[TENSORFLOW].command[-1] == "tests_tensorflow"
    assert found[TENSORFLOW].heavy
    assert found["kernels"].command[-1] == "tests"
