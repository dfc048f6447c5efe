from __future__ import annotations

import json
import os
import platform as system
import subprocess
import sys
from pathlib import Path
from typing import Any

from conftest import Settings
from hopslab.experiment import again, sweep
from hopslab.experiment.provenance import installed
from hopslab.experiment.reads import Reads, as_told, to_contract
from hopslab.experiment.slicing import needed
from platform_double import Platform
from sweeps import swept


def test_files_that_are_read_are_noted_once_as_they_were_then(tmp_path: Path, monkeypatch: Any) -> None:
    reads = Reads(f"{tmp_path}/", most=2)
    for name in ("Raw/a.csv", "Raw/b.csv", "Raw/c.csv", "Raw/m.py", "Jupyter/d.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("123")
    one = tmp_path / "Raw/a.csv"
    os.utime(one, ns=(5, 5))
    for mode in ("r", "rb"):
        reads.opened(str(one), mode, 0)
    one.write_text("longer now")
    reads.opened(os.fsencode(one), None, os.O_RDONLY)
    assert reads.all() == reads.news() == [(str(one), 3, 5)]
    assert reads.news() == []

    for name, mode, flags in [
        ("Raw/b.csv", "w", 0),
        ("Raw/b.csv", "r+", 0),
        ("Raw/b.csv", None, os.O_RDWR),
        ("Raw", None, os.O_RDONLY),
        ("Raw/m.py", "r", 0),
        ("Jupyter/d.csv", "r", 0),
        ("../outside.csv", "r", 0),
    ]:
        reads.opened(str(tmp_path / name), mode, flags)
    reads.opened(7, "r", 0)
    assert len(reads.all()) == 1
    monkeypatch.chdir(tmp_path)
    reads.opened("Raw/b.csv", "r", 0)
    reads.opened("Raw/../Raw/b.csv", "r", 0)
    reads.opened("Raw/c.csv", "r", 0)
    assert [Path(path).name for path, _, _ in reads.all()] == ["a.csv", "b.csv"]
    assert reads.left_out == 1


def test_the_hook_sees_what_python_opens_and_never_stands_in_its_way(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x")
    code = (
        "import sys, pathlib\nfrom hopslab.experiment import reads\n"
        "reads.reads = reads.Reads(sys.argv[1] + '/')\nreads.watch(); reads.watch()\n"
        "pathlib.Path(sys.argv[1], 'a.csv').read_text()\n"
        "try: open(sys.argv[1] + '/missing')\nexcept FileNotFoundError: pass\n"
        "import json; print(json.dumps(reads.reads.all()))"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert [path for path, _, _ in json.loads(said)] == [str(tmp_path / "a.csv")]


def test_what_a_worker_says_it_read_is_not_trusted() -> None:
    assert as_told([["/a", 1, 2], ["/a", -1, 2], ["/a", "1", 2], "abc", 5, ["x" * 5000, 1, 2]]) == [
        ("/a", 1, 2)
    ]


def test_the_cells_that_a_function_needs_are_found_through_each_other() -> None:
    cells = [
        "password = 'secret'",
        "import numpy as np",
        "def load():\n    return np.zeros(3)",
        "X = load()",
        "X[0] = 1",
        "print(X)",
        "X.sort()",
        "y = 5",
        "broken(",
        "result = experiment.run(train, {})",
        "%%experiment\nX = uniform(0, 1)\ndef f(X): return X",
    ]
    assert needed("def train(lr):\n    return X.sum() * lr", cells) == [cells[i] for i in (1, 2, 3, 4, 6)]
    assert needed("def (", cells) == []
    assert needed("x" * 10, ["x" * 10 + " = '" + "a" * 300_000 + "'"]) == []


def test_a_variable_of_the_functions_own_needs_no_cell_whatever_its_name_is() -> None:
    cells = [
        "sizes = [1, 2]",
        "s = requests.get('https://example.org')",
        "i = len(s)",
        "print([each for each in sizes])",
        "each = 7",
        "def helper(lr):\n    return [i * LIMIT for i in sizes], lr",
        "LIMIT = 5",
        "count = 0",
        "count += 1",
        "class Net:\n    def forward(self, s):\n        return np.zeros(s), s",
        "import numpy as np",
    ]
    function = (
        "def train(lr, trial):\n"
        "    for s, each in enumerate(sizes):\n"
        "        trial.report(s * each)\n"
        "    def inner(i):\n        return helper(lr) * i + count\n"
        "    return inner(Net().forward(s))"
    )
    assert needed(function, cells) == [cells[i] for i in (0, 5, 6, 7, 8, 9, 10)]
    assert needed(function, ["return sizes"]) == []


def test_a_sweep_tells_what_it_is_made_of_with_what_its_trials_read(
    inside: Settings, platform: Platform, monkeypatch: Any
) -> None:
    already = Reads()
    already.take([("/project/Raw/before.csv", 1, 2_000_000_000)])
    monkeypatch.setattr(sweep, "reads", already)

    def train(C: float) -> float:  # noqa: N803
        from hopslab.experiment.reads import reads

        reads.take([("/project/Raw/trial.csv", 3, 4_000_000_000)])
        return C

    result = swept(inside, train, trials=2)
    assert result.delivered and platform.faults == []
    told = platform.only["made of"]
    assert told["function"] == "train" and told["packages"] == installed()
    assert told["packages"]["optuna"] and told["resources"]["cores"] == 2
    assert told["files"] == [
        {"path": "/project/Raw/before.csv", "size": 1, "modifiedAt": "1970-01-01T00:00:02.000000Z"},
        {"path": "/project/Raw/trial.csv", "size": 3, "modifiedAt": "1970-01-01T00:00:04.000000Z"},
    ]


def test_what_is_not_as_it_was_is_told(tmp_path: Path, environment: Settings, platform: Platform) -> None:
    file = tmp_path / "a.csv"
    file.write_text("123")
    found = file.stat()
    kept = to_contract((str(file), found.st_size, found.st_mtime_ns))
    made = {
        "python": system.python_version(),
        "packages": installed(),
        "files": [kept],
        "filesLeftOut": 0,
    }
    number = "0" * 8
    platform.pages[f"/projects/demo/experiments/{number}/provenance"] = made
    assert again.check(number) == []
    assert again.checksum(file) == "a665a45920422f9d417e4867efdc4fb8a04a1f3fff1fa07e998e86f7f7a27ae3"

    made["packages"] = {**installed(), "gone": "1.0", "optuna": "0.1"}
    del made["packages"]["pytest"]
    made["python"] = "3.9.0"
    file.write_text("1234")
    made["files"] = [kept, {**kept, "path": str(tmp_path / "b.csv")}]
    told = again.check(number)
    for words in ("Python was 3.9.0", "gone was 1.0 and is not installed", "optuna was 0.1 and is "):
        assert any(one.startswith(words) for one in told), told
    assert any(one.startswith("pytest ") and one.endswith(" was not installed.") for one in told)
    assert f"{file} had 3 bytes and has 4." in told
    assert f"{tmp_path / 'b.csv'} is not there any more." in told
    file.write_text("123")
    os.utime(file, ns=(5, 5_000_000_000))
    assert any("was changed at 1970" in one for one in again.check(number))
