"""Asha's budgets."""

from maggy import Searchspace, experiment
from maggy.config import HyperparameterOptConfig
from maggy.optimizer import Asha


def train(hparams):
    return hparams["x"] * hparams["budget"]


result = experiment.lagom(
    train, HyperparameterOptConfig(20, Asha(2, 1, 4), Searchspace(x=("DOUBLE", [0.0, 1.0])), name="asha")
)
