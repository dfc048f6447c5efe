"""Training on all executors, of both generations."""

from hops import experiment, tensorboard


def train():
    import json
    import os

    config = json.loads(os.environ["TF_CONFIG"])
    index = config["task"]["index"]
    print("worker", index)
    with open(tensorboard.logdir() + "/index", "w") as file:
        file.write(str(index))
    return {"accuracy": 0.5 + index, "workers": len(config["cluster"]["worker"]), "words": "no number"}


def silent():
    pass


logdir, metrics = experiment.mirrored(train, name="mirrored", metric_key="accuracy")
older = experiment.mirrored(silent, local_logdir=True)
