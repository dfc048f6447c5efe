"""Plain Ray Tune on two processors; prints seconds per trivial trial after the 10th."""

import logging
import shutil
import sys

import ray
from ray import tune

TRIALS, BEFORE = 60, 10


def objective(config):
    return {"loss": config["x"] ** 2 + config["n"]}


if __name__ == "__main__":
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    tuner = tune.Tuner(
        objective,
        param_space={"x": tune.uniform(-1, 1), "n": tune.randint(1, 10)},
        tune_config=tune.TuneConfig(
            num_samples=TRIALS, metric="loss", mode="min", max_concurrent_trials=2
        ),
        run_config=tune.RunConfig(storage_path=sys.argv[1], name="bench", verbose=0),
    )
    results = tuner.fit()
    ends = sorted(result.metrics["timestamp"] for result in results)
    assert len(ends) == TRIALS, f"{len(ends)} of {TRIALS} trials ended"
    print((ends[-1] - ends[BEFORE - 1]) / (TRIALS - BEFORE))
