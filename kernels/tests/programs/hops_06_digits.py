"""As for hops 0.6: a number is returned, and the functions return the folder."""

from hops import experiment, tensorboard, util


def train(C, gamma):  # noqa: N803
    from sklearn.datasets import load_digits
    from sklearn.svm import SVC

    images, digits = load_digits(return_X_y=True)
    accuracy = SVC(C=C, gamma=gamma).fit(images[:600], digits[:600]).score(images[600:900], digits[600:900])
    print("accuracy", accuracy)
    with open(tensorboard.logdir() + "/report.txt", "w") as report:
        report.write(f"{C} {gamma}")
    return accuracy


def hill(x, y):
    return 1 - (x - 0.5) ** 2 - (y - 3) ** 2


lists = util.grid_params({"C": [0.1, 10.0], "gamma": [0.001]})
launched = experiment.launch(train, lists, name="digits", versioned_resources=None, description="by hand")
searched = experiment.grid_search(hill, {"x": [0.1, 0.5], "y": [2, 3]}, direction="max")
evolved, best = experiment.differential_evolution(
    hill, {"x": [0.0, 1.0], "y": [0, 10]}, direction="max", generations=4, population=6
)
