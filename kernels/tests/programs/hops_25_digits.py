"""As for hops 2.5: a dict is returned, with files, and the functions return three values."""

from hops import devices, experiment
from hops.experiment import Direction


def train(depth, criterion):
    import os

    from sklearn.datasets import load_digits
    from sklearn.tree import DecisionTreeClassifier

    images, digits = load_digits(return_X_y=True)
    tree = DecisionTreeClassifier(max_depth=depth, criterion=criterion, random_state=1)
    tree.fit(images[:600], digits[:600])
    error = 1 - tree.score(images[600:900], digits[600:900])
    with open("tree.txt", "w") as file:
        file.write(str(tree.get_depth()))
    assert os.path.exists("tree.txt")
    return {"error": error, "depth": tree.get_depth(), "tree": "tree.txt", "gpus": devices.get_num_gpus()}


def count(letter, times):
    return {"length": len(letter * times), "word": letter * times}


def once():
    return {"answer": 42, "words": "no number"}


space = {"depth": [2, 12], "criterion": ["gini", "entropy"]}
logdir, params, metrics = experiment.random_search(
    train, space, Direction.MIN, samples=4, name="trees", optimization_key="error"
)
grid_logdir, grid_params, grid_metrics = experiment.grid_search(
    count, {"letter": ["a", "b"], "times": [3, 2]}, direction=Direction.MIN, optimization_key="length"
)
once_logdir, once_outputs = experiment.launch(once, metric_key="answer")
