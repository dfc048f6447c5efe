"""Plain Optuna with PostgreSQL storage: two processes share a study; prints seconds per trial after the 100th."""

import sys
from concurrent.futures import ProcessPoolExecutor

import optuna

TRIALS, PROCESSES, BEFORE = 1000, 2, 100


def objective(trial):
    return trial.suggest_float("x", -1, 1) ** 2 + trial.suggest_int("n", 1, 10)


def work(storage):
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.load_study(study_name="bench", storage=storage, sampler=optuna.samplers.TPESampler())
    study.optimize(objective, n_trials=TRIALS // PROCESSES)


if __name__ == "__main__":
    storage = sys.argv[1]
    if "bench" in optuna.get_all_study_names(storage):
        optuna.delete_study(study_name="bench", storage=storage)
    optuna.create_study(study_name="bench", storage=storage)
    with ProcessPoolExecutor(PROCESSES) as pool:
        list(pool.map(work, [storage] * PROCESSES))
    rows = optuna.load_study(study_name="bench", storage=storage).trials
    ends = sorted(row.datetime_complete for row in rows)
    assert len(ends) == TRIALS
    print((ends[-1] - ends[BEFORE - 1]).total_seconds() / (TRIALS - BEFORE))
