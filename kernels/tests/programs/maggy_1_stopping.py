"""As for maggy 1: a config, hparams as a dict, a callback of Keras, and trials that are stopped early."""

from maggy import Searchspace
from maggy.callbacks import KerasEpochEnd
from maggy.core.exceptions import EarlyStopException
from maggy.experiment import experiment
from maggy.experiment_config import OptimizationConfig


class Fit:
    """What a training of Keras does with its callbacks."""

    def __init__(self, level):
        self.level = level

    def run(self, callbacks):
        logs = {}
        for callback in callbacks:
            callback.set_model(self)
            callback.on_train_begin()
        for epoch in range(4):
            logs = {"loss": 1 - self.level, "val_accuracy": self.level}
            for callback in callbacks:
                callback.on_epoch_end(epoch, logs)
        return logs


def train(hparams, reporter, model, dataset):
    level = dataset[hparams["index"]]
    try:
        logs = model(level).run([KerasEpochEnd(reporter, metric="val_acc")])
    except EarlyStopException as stopped:
        reporter.log("caught")
        return {"accuracy": stopped.metric, "caught": True}
    return {"accuracy": logs["val_accuracy"]}


config = OptimizationConfig(
    num_trials=6,
    optimizer="gridsearch",
    searchspace=Searchspace(index=("DISCRETE", [5, 4, 3, 2, 1, 0])),
    optimization_key="accuracy",
    direction="max",
    es_interval=1,
    es_min=2,
    es_policy="median",
    name="hp_tuning_test",
    model=Fit,
    dataset=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
)
result = experiment.lagom(train_fn=train, config=config)
