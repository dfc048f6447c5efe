"""An experiment that is the program itself."""

from hops import experiment, tensorboard

folder = experiment.begin(name="calculate pi", description="by hand")
logdir = tensorboard.logdir()
pi = 4 * sum((-1) ** n / (2 * n + 1) for n in range(1000))
experiment.end(pi)
