"""The text of the tutorial notebook."""

from __future__ import annotations

from typing import Any

_INTRODUCTION = """\
# Find the best classifier for handwritten digits

This notebook searches hyperparameters **in parallel on your executors** and trains the best model it finds.
Run the cells one after the other (Shift+Enter). The search takes less than a minute.

While it runs, click the **h** at the left: it opens the Hopslab panel. A click on the experiment there opens its
trials as they come, with *Stop* to end the search early."""

_DATA = """\
## The data

The project's dataset `digits` holds 1,797 real images of handwritten digits, 8x8 pixels each, as Parquet. Datasets of
the project are folders below `/project`."""

_LOAD = """\
import numpy as np
import pandas as pd

digits = pd.read_parquet("/project/digits/digits.parquet")
X = np.stack(digits["pixels"]) / 16.0
y = digits["label"].to_numpy()
digits.head()"""

_LOOK = """\
import matplotlib.pyplot as plt

figure, axes = plt.subplots(2, 10, figsize=(10, 2.4))
for axis, pixels, label in zip(axes.flat, X, y):
    axis.imshow(pixels.reshape(8, 8), cmap="gray_r")
    axis.set_title(label)
    axis.axis("off")"""

_SPLIT_TEXT = """\
We keep a fifth of the images for a final test that the search never sees, and judge each trial on a validation part
of the rest."""

_SPLIT = """\
from sklearn.model_selection import train_test_split

X_rest, X_test, y_rest, y_test = train_test_split(X, y, test_size=0.2, stratify=y, random_state=0)
X_train, X_valid, y_train, y_valid = train_test_split(X_rest, y_rest, test_size=0.25, stratify=y_rest, random_state=0)
len(X_train), len(X_valid), len(X_test)"""

_SWEEP_TEXT = """\
## The search

A cell that begins with `%%experiment` is a whole search. Plain assignments say what may be tried; the last function
is run once per trial, each time with other values, on whichever executor is free. It can use everything defined
above. The algorithm `tpe` learns from the trials that are done and soon proposes better ones; the pruner `asha` gives a
trial up early where what it reports falls behind the others. Run `%%experiment?` in a cell to see the options.

Interrupt the cell (the square at the top) whenever you have seen enough: what is done is kept."""

_SWEEP = """\
%%experiment --name digits --metric accuracy --trials 60 --parallel 3 --algorithm tpe --pruner asha --model digits
C = loguniform(1e-3, 1e3)
gamma = loguniform(1e-5, 1e-1)
kernel = choice("rbf", "poly")

def train(C, gamma, kernel, trial):
    from sklearn.svm import SVC

    # Learn from more and more of the images, so that the learning curve can be watched.
    for step, part in enumerate((0.25, 0.5, 1.0)):
        images = int(part * len(X_train))
        model = SVC(C=C, gamma=gamma, kernel=kernel).fit(X_train[:images], y_train[:images])
        accuracy = model.score(X_valid, y_valid)
        trial.report(accuracy, step)
    trial.save_model(model)
    return {"accuracy": accuracy, "support_vectors": len(model.support_)}"""

_BEST_TEXT = """\
## What it found

The best hyperparameters are in `best`, and every trial in `experiment_result`. The experiment itself stays in the
project: every member sees it in the Experiments section. Its best model is registered in the Models section as
`digits`, with its accuracy and the trial that it came of; `hopslab.model.load("digits")` gives it back."""

_BEST = "best"

_TOP = """\
trials = experiment_result.to_dataframe().sort_values("value", ascending=False)
trials[["number", "state", "value", "params.kernel", "params.C", "params.gamma", "seconds", "executor"]].head(10)"""

_MAP = """\
figure, axis = plt.subplots(figsize=(7, 4))
for kernel, marker in (("rbf", "o"), ("poly", "s")):
    part = trials[trials["params.kernel"] == kernel]
    accuracy = part["metrics.accuracy"]
    points = axis.scatter(part["params.C"], part["params.gamma"], c=accuracy, marker=marker, vmin=0, vmax=1)
    axis.scatter([], [], marker=marker, color="gray", label=kernel)
axis.set(xscale="log", yscale="log", xlabel="C", ylabel="gamma", title="Accuracy of each trial")
axis.legend()
figure.colorbar(points, label="accuracy");"""

_FINAL_TEXT = """\
## The final model

Train once more with the best hyperparameters, on everything but the test images, and see how well it reads digits
that nothing has been tuned on."""

_FINAL = """\
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.svm import SVC

model = SVC(**best).fit(X_rest, y_rest)
print(f"accuracy on the test images: {model.score(X_test, y_test):.3f}")
ConfusionMatrixDisplay.from_estimator(model, X_test, y_test);"""

_NEXT = """\
## Try it yourself

* Add a third kernel: `kernel = choice("rbf", "poly", "sigmoid")`.
* Use `--algorithm gp` or `--pruner hyperband`, and compare the experiments in the panel.
* Search another model, such as scikit-learn's `RandomForestClassifier` with `depth = randint(2, 20)`.
* From a program, the same search is
  `hopslab.experiment.run(train, {"C": loguniform(1e-3, 1e3), ...}, trials=40, metric="accuracy", pruner="asha")`."""

_CELLS = (
    ("markdown", _INTRODUCTION),
    ("markdown", _DATA),
    ("code", _LOAD),
    ("code", _LOOK),
    ("markdown", _SPLIT_TEXT),
    ("code", _SPLIT),
    ("markdown", _SWEEP_TEXT),
    ("code", _SWEEP),
    ("markdown", _BEST_TEXT),
    ("code", _BEST),
    ("code", _TOP),
    ("code", _MAP),
    ("markdown", _FINAL_TEXT),
    ("code", _FINAL),
    ("markdown", _NEXT),
)


def _cell(number: int, kind: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": f"digits-{number:02}",
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    if kind == "code":
        cell.update(execution_count=None, outputs=[])
    return cell


def digits_sweep() -> dict[str, Any]:
    """The notebook, in the notebook format 4.5, without outputs.

    Its metadata are what JupyterLab writes for a kernel of this Python, so that opening it changes nothing.
    """
    from ipykernel.ipkernel import IPythonKernel

    return {
        "cells": [_cell(number, kind, text) for number, (kind, text) in enumerate(_CELLS)],
        "metadata": {
            "kernelspec": {"display_name": "Hopslab (Python)", "language": "python", "name": "hopslab"},
            "language_info": dict(IPythonKernel.language_info),
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
