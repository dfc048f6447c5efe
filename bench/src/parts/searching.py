"""What one trial costs an algorithm, asked and told, after 1,000 and after 80,000 recorded trials; milliseconds of CPU.

Two studies take turns, so that what else the machine does hits both; prints JSON: {algorithm: [after 1,000, after 80,000]}.
"""

import json
import random
import statistics
import sys
import time

from hopslab.experiment import choice, loguniform, randint, uniform
from hopslab.experiment.records import TrialRecord, now
from hopslab.experiment.searches import ALGORITHMS
from hopslab.experiment.study import Study

RECORDED = (1_000, 80_000)
SPACE = {"x": uniform(-1, 1), "rate": loguniform(1e-5, 1e-1), "n": randint(1, 10), "kernel": choice("a", "b", "c")}
STEPS = {"x": choice(*range(50)), "n": randint(1, 1000), "kernel": choice("a", "b", "c", "d")}


def value(params):
    return float(params["x"]) ** 2 + params["n"]


def study(algorithm, recorded):
    space = STEPS if algorithm == "grid" else SPACE
    drawn = Study(space, direction="minimize", algorithm="random", seed=recorded)
    asked = (drawn.ask() for _ in range(recorded))
    known = (TrialRecord(number, "complete", params, value=value(params), ended_at=now()) for number, params in asked)
    made = Study(space, direction="minimize", algorithm=algorithm, pruner="asha", seed=1, known=known)
    made.ask()  # a grid finds its place
    return made


def trial(made):
    begun = time.thread_time()
    number, params = made.ask()
    made.report(number, random.random(), 0)
    made.tell(number, "complete", value(params))
    return 1000 * (time.thread_time() - begun)


def cost(algorithm, trials):
    studies = [study(algorithm, recorded) for recorded in RECORDED]
    taken = [[trial(made) for made in studies] for _ in range(trials)]
    # A mean of all: a Gaussian process fits its lengths only now and then.
    return [statistics.fmean(column) for column in zip(*taken, strict=True)]


if __name__ == "__main__":
    only = sys.argv[1:] or ALGORITHMS
    print(json.dumps({name: [round(ms, 4) for ms in cost(name, 60 if name == "gp" else 200)] for name in only}))
