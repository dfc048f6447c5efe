"""Modules that a package of that name has elsewhere and not here: importing one says what to use."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.abc import MetaPathFinder


class _Absent(MetaPathFinder):
    """Asked last, so it is not asked for what there is."""

    def __init__(self, package: str, words: Callable[[str], str]) -> None:
        self._package = package
        self._words = words

    def find_spec(self, fullname: str, *_more: object) -> None:
        package, _, name = fullname.rpartition(".")
        if package != self._package:
            return
        raise ModuleNotFoundError(self._words(name), name=fullname)


def explain(package: str, words: Callable[[str], str]) -> None:
    """Have the import of any module of this package that is not there fail with these words.

    Args:
        package: A package that is being imported.
        words: What to say, by the module's name in it.
    """
    sys.meta_path.append(_Absent(package, words))
