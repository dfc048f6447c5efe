"""As for maggy 1: one training of a model whose class is given, with hyperparameters and data."""

from maggy import experiment
from maggy.config import TfDistributedConfig


class Line:
    def __init__(self, slope):
        self.slope = slope

    def fit(self, rows, epochs):
        for _ in range(epochs):
            for x, y in rows:
                self.slope += 0.1 * (y - self.slope * x) * x


def read(rows):
    return [(float(x), float(y)) for x, y in rows]


def train(model, dataset, hparams, reporter):
    line = model(hparams["slope"])
    line.fit(dataset, hparams["epochs"])
    reporter.log("fitted")
    return {"slope": line.slope, "rows": len(dataset)}


config = TfDistributedConfig(
    name="line",
    model=Line,
    dataset=[("1", "3"), ("2", "6")],
    process_data=read,
    hparams={"slope": 0.0, "epochs": 50},
)
result = experiment.lagom(train, config)
