"""The demo project: scikit-learn's handwritten digits and a notebook that searches a classifier for them."""

from __future__ import annotations

import json
from pathlib import Path

from hopslab.demo.notebook import digits_sweep


def write_digits(target: Path) -> int:
    """Write the 1,797 images of 8x8 grey values (0 to 16) with the digit each shows; return the number of rows.

    Columns: ``label`` (0 to 9) and ``pixels`` (64 values, row by row).
    """
    import pyarrow as pa
    import pyarrow.parquet as pq
    from sklearn.datasets import load_digits

    digits = load_digits()
    table = pa.table(
        {
            "label": pa.array(digits.target, pa.int8()),
            "pixels": pa.array(digits.data.astype("float32").tolist(), pa.list_(pa.float32(), 64)),
        }
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, target)
    return int(table.num_rows)


def write_notebook(target: Path) -> None:
    """Write the tutorial notebook."""
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(digits_sweep(), indent=1, sort_keys=True, ensure_ascii=False)
    target.write_text(text + "\n", encoding="utf-8")


def write_demo(folder: Path) -> list[Path]:
    """Write ``digits/digits.parquet`` and ``Jupyter/digits_sweep.ipynb`` below ``folder``; return both."""
    data, notebook = folder / "digits" / "digits.parquet", folder / "Jupyter" / "digits_sweep.ipynb"
    write_digits(data)
    write_notebook(notebook)
    return [data, notebook]
