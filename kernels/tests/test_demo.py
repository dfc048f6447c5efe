from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from conftest import Settings, variables
from hopslab.settings import MIB
from notebooks import kernel


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-m", "hopslab.demo", str(folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [
        str(folder / "digits" / "digits.parquet"),
        str(folder / "Jupyter" / "digits_sweep.ipynb"),
    ]
    return folder


def test_the_digits_are_real_and_all_there(demo: Path) -> None:
    digits = pd.read_parquet(demo / "digits" / "digits.parquet")
    assert list(digits.columns) == ["label", "pixels"]
    assert len(digits) == 1797
    assert set(digits["label"]) == set(range(10))
    assert {len(pixels) for pixels in digits["pixels"]} == {64}
    assert max(max(pixels) for pixels in digits["pixels"]) == 16


def test_the_notebook_is_valid_and_for_our_kernel(demo: Path) -> None:
    notebook = nbformat.read(demo / "Jupyter" / "digits_sweep.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec == {
        "display_name": "Hopslab (Python)",
        "language": "python",
        "name": "hopslab",
    }
    for cell in notebook.cells:
        if cell.cell_type == "code":
            ast.parse(cell.source.split("\n", 1)[1] if cell.source.startswith("%%") else cell.source)


def test_the_notebook_is_as_it_would_be_saved(demo: Path) -> None:
    path = demo / "Jupyter" / "digits_sweep.ipynb"
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    assert nbformat.writes(notebook) + "\n" == path.read_text(encoding="utf-8")
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_notebook_runs_to_a_good_model(demo: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(demo / "Jupyter" / "digits_sweep.ipynb", as_version=4)
    settings = Settings(None, None, None, 0, 2, 512 * MIB, 0, tmp_path)
    said = ""
    with kernel(variables(settings)) as client:
        assert notebook.metadata.language_info == client.language(), "opening it changes nothing"
        for cell in notebook.cells:
            if cell.cell_type == "code":
                answer = client.run(cell.source.replace("/project/digits", str(demo / "digits")))
                assert answer.error == "", cell.source
                said += answer.text
    assert "digits: complete, 60 trials" in said
    accuracy = float(said.split("accuracy on the test images: ")[1][:5])
    assert accuracy > 0.95


def test_wrong_usage_is_told() -> None:
    done = subprocess.run([sys.executable, "-m", "hopslab.demo"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "usage: python -m hopslab.demo OUTDIR\n"
