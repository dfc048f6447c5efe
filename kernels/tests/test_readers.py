"""Files that pyarrow opens without Python; those of Spark are in ``test_spark``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.orc
import pyarrow.parquet
import pytest

BEGIN = """
import json, os, sys
from pathlib import Path
from hopslab.experiment import reads
reads.reads = reads.Reads(sys.argv[1] + "/")
root = Path(sys.argv[1], "Raw")
"""
TELL = "\nprint(json.dumps([Path(path).name for path, _, _ in reads.reads.all()]))"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    folder = root / "Raw" / "parts"
    folder.mkdir(parents=True)
    table = pa.table({"a": [1, 2]})
    for name in ("one.parquet", "two.parquet", "three.parquet", "parts/x y.parquet", "parts/z.parquet"):
        pa.parquet.write_table(table, root / "Raw" / name)
    pa.csv.write_csv(table, root / "Raw" / "a.csv")
    pa.feather.write_feather(table, root / "Raw" / "a.feather", compression="uncompressed")
    pa.orc.write_table(table, root / "Raw" / "a.orc")
    (root / "Raw" / "a.json").write_text('{"a": 1}\n')
    return root


def read_by(project: Path, code: str) -> list[str]:
    """The names of files that a process notes."""
    command = [sys.executable, "-c", BEGIN + code + TELL, str(project)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    names: list[str] = json.loads(done.stdout.splitlines()[-1])
    return names


def test_each_of_pyarrows_readers_tells_of_its_files(project: Path) -> None:
    # Some are there before, some come later; some are called by name, and some refuse what they are given.
    code = """
import pyarrow.csv
import pyarrow as pa
reads.watch()
import cloudpickle, io, pickle
import pyarrow.dataset, pyarrow.feather, pyarrow.json, pyarrow.orc, pyarrow.parquet as pq
def news(*expected):
    assert [Path(one[0]).name for one in reads.reads.news()] == list(expected), reads.reads.all()
news()
pq.read_table(root / "one.parquet"); news("one.parquet")
pq.ParquetFile(str(root / "two.parquet")).read(); news("two.parquet")
pa.csv.read_csv(input_file=root / "a.csv"); news("a.csv")
pa.csv.read_csv(io.BytesIO(b"a,b\\n1,2\\n")); news()
pa.feather.read_table(root / "a.feather"); news("a.feather")
pa.json.read_json(str(root / "a.json")); news("a.json")
pa.orc.ORCFile(root / "a.orc").read(); news("a.orc")
os.chdir(root)
pa.dataset.dataset("three.parquet").to_table(); news("three.parquet")
assert isinstance(pq.ParquetFile("one.parquet"), pq.ParquetFile)
both = pa.dataset.dataset([pa.dataset.dataset(str(root / "parts")), pa.dataset.dataset("one.parquet")])
news("x y.parquet", "z.parquet")
try: pa.csv.read_csv("missing.csv")
except FileNotFoundError as error: assert "missing.csv" in str(error)
news()
assert pickle.loads(cloudpickle.dumps(pa.csv.read_csv)) is pa.csv.read_csv
"""
    assert len(read_by(project, code)) == 9


def test_a_folder_that_pandas_reads_is_all_its_files(project: Path) -> None:
    code = "reads.watch()\nimport pandas as pd\nassert len(pd.read_parquet(root / 'parts')) == 4"
    assert read_by(project, code) == ["x y.parquet", "z.parquet"]


def test_more_files_than_are_kept_are_counted(project: Path) -> None:
    code = """
reads.reads = reads.Reads(sys.argv[1] + "/", most=1)
reads.watch()
import pyarrow.dataset
pyarrow.dataset.dataset(str(root / "parts"))
assert reads.reads.left_out == 1
"""
    assert read_by(project, code) == ["x y.parquet"]


def test_nothing_is_imported_for_it(project: Path) -> None:
    code = "reads.watch()\nassert not {'pyarrow', 'pyspark.sql.readwriter'} & set(sys.modules)"
    assert read_by(project, code) == []
