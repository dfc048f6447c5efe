"""What pyarrow and Spark open in code of their own, told by the functions that people call for it.

Python says nothing of such files, so these functions are wrapped as their module is imported, whoever imports it.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit

Note = Callable[[Iterable[object]], None]
# Of a call: its first arguments and what came of it.
Find = Callable[[tuple[Any, ...], dict[str, Any], Any], Iterable[object]]

# More than can be noted, so that it is known that there were more.
_ENOUGH = 1000
_NAMES = ("source", "input_file", "path")


def _plain(name: str) -> str:
    """A local file's path, where it is given as a URL."""
    return unquote(urlsplit(name).path) if name.startswith("file:") else name


def _argument(arguments: tuple[Any, ...], named: dict[str, Any], _result: Any) -> Iterable[object]:
    """A file named in the call; streams and buffers are none."""
    given = [*arguments[:2], *(named[name] for name in _NAMES if name in named)]
    return [_plain(os.fsdecode(one)) for one in given[:2] if isinstance(one, (str, os.PathLike))][:1]


def _files_of(dataset: Any) -> Iterable[object]:
    for child in getattr(dataset, "children", ()):  # a union of datasets
        yield from _files_of(child)
    yield from map(_plain, getattr(dataset, "files", None) or ())


def _of_result(_arguments: tuple[Any, ...], _named: dict[str, Any], result: Any) -> Iterable[object]:
    return _files_of(result)


def _of_self(arguments: tuple[Any, ...], _named: dict[str, Any], _result: Any) -> Iterable[object]:
    return _files_of(arguments[0])


def _of_frame(_arguments: tuple[Any, ...], _named: dict[str, Any], frame: Any) -> Iterable[object]:
    """What a Spark DataFrame is read from; each name is a question to the JVM."""
    names = frame._jdf.inputFiles()
    return (_plain(str(names[place])) for place in range(min(len(names), _ENOUGH)))


_READERS: dict[str, dict[str, Find]] = {
    "pyarrow": {"memory_map": _argument, "input_stream": _argument},
    "pyarrow.csv": {"read_csv": _argument, "open_csv": _argument},
    "pyarrow.json": {"read_json": _argument, "open_json": _argument},
    "pyarrow.feather": {"read_table": _argument},
    "pyarrow.orc": {"ORCFile.__init__": _argument},
    "pyarrow.dataset": {"dataset": _of_result, "parquet_dataset": _of_result},
    "pyarrow.parquet.core": {"ParquetFile.__init__": _argument, "ParquetDataset.__init__": _of_self},
    "pyspark.sql.readwriter": {"DataFrameReader._df": _of_frame},
}


def _telling(call: Callable[..., Any], find: Find, note: Note) -> Callable[..., Any]:
    @functools.wraps(call)
    def told(*arguments: Any, **named: Any) -> Any:
        result = call(*arguments, **named)
        with contextlib.suppress(Exception):  # nobody's file fails to open because of this
            note(itertools.islice(find(arguments, named, result), _ENOUGH))
        return result

    return told


def wrap(module: ModuleType, note: Note) -> None:
    """Have the readers of a module tell what they open."""
    for path, find in _READERS[module.__name__].items():
        *outer, name = path.split(".")
        with contextlib.suppress(AttributeError):  # another version
            holder: Any = getattr(module, outer[0]) if outer else module
            told = _telling(getattr(holder, name), find, note)
            if not outer:
                told.__module__ = module.__name__  # where whoever unpickles it finds it
            setattr(holder, name, told)


class _AsImported(MetaPathFinder):
    """Finds what the others find, and wraps it once it is loaded."""

    def __init__(self, note: Note) -> None:
        self._note = note

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _READERS:
            return None
        others = (finder for finder in list(sys.meta_path) if finder is not self)
        found = (finder.find_spec(fullname, path, target) for finder in others)
        spec = next((one for one in found if one is not None), None)
        loader: Any = None if spec is None else spec.loader
        if loader is not None:
            load = loader.exec_module

            def load_and_wrap(module: ModuleType) -> None:
                load(module)
                wrap(module, self._note)

            loader.exec_module = load_and_wrap
        return spec


def begin(note: Note) -> None:
    """Have the readers tell ``note`` of each file that they open, those that are imported and those that will be."""
    for name in _READERS:
        if name in sys.modules:
            wrap(sys.modules[name], note)
    sys.meta_path.insert(0, _AsImported(note))
