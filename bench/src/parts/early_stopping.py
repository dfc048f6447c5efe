"""The same search of a real classifier, stopped early as it goes or in rounds that wait for their slowest trial.

`asynchronous` is ours, `rounds` is Optuna's TPE asked for as many points as there are processes, each trained to its end;
prints JSON: {"seconds": wall time of all searches, "best": the mean of their best accuracies}.
"""

import json
import os
import statistics
import sys
import time

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

TRIALS, PARALLEL, EPOCHS, SEEDS = 30, 2, 27, range(10)
PRUNER = "asha"


def digits():
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    X, y = load_digits(return_X_y=True)
    return train_test_split(X / 16.0, y, test_size=0.4, stratify=y, random_state=0)


def train(rate, width, alpha, batch, report=lambda _accuracy, _epoch: None):
    import numpy as np
    from sklearn.neural_network import MLPClassifier

    X, X_valid, y, y_valid = digits()
    model = MLPClassifier((width,), learning_rate_init=rate, alpha=alpha, batch_size=batch, random_state=0)
    for epoch in range(EPOCHS):
        model.partial_fit(X, y, classes=np.arange(10))
        accuracy = model.score(X_valid, y_valid)
        report(accuracy, epoch)
    return accuracy


def asynchronous(seed):
    from hopslab import experiment
    from hopslab.experiment import choice, loguniform, randint

    def objective(rate, width, alpha, batch, trial):
        return train(rate, width, alpha, batch, trial.report)

    space = {
        "rate": loguniform(1e-5, 1.0),
        "width": randint(8, 256),
        "alpha": loguniform(1e-6, 1.0),
        "batch": choice(16, 32, 64, 128),
    }
    result = experiment.run(
        objective, space, trials=TRIALS, parallel=PARALLEL, metric="accuracy", pruner=PRUNER, seed=seed
    )
    if result.state != "complete" or len(result.trials) != TRIALS:
        raise RuntimeError(f"{result}: {result.reason}")
    return result.best_value


def rounds(seed):
    from concurrent.futures import ProcessPoolExecutor

    import optuna
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    space = {
        "rate": FloatDistribution(1e-5, 1.0, log=True),
        "width": IntDistribution(8, 256),
        "alpha": FloatDistribution(1e-6, 1.0, log=True),
        "batch": CategoricalDistribution((16, 32, 64, 128)),
    }
    sampler = optuna.samplers.TPESampler(seed=seed, constant_liar=True)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    with ProcessPoolExecutor(PARALLEL) as pool:
        for _ in range(TRIALS // PARALLEL):
            asked = [study.ask(space) for _ in range(PARALLEL)]
            begun = [pool.submit(train, **trial.params) for trial in asked]
            for trial, one in zip(asked, begun, strict=True):
                study.tell(trial, one.result())
    return study.best_value


if __name__ == "__main__":
    search = {"asynchronous": asynchronous, "rounds": rounds}[sys.argv[1]]
    began = time.perf_counter()
    best = [search(seed) for seed in SEEDS]
    print(json.dumps({"seconds": time.perf_counter() - began, "best": statistics.fmean(best)}))
