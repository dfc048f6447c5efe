"""As for maggy 0.4: hyperparameters by name, a reporter, and everything given to lagom."""

from maggy import Searchspace, experiment

space = Searchspace(alpha=("DOUBLE", [1e-5, 1e-2]), epochs=("INTEGER", [3, 6]))
space.add("loss", ("CATEGORICAL", ["hinge", "log_loss"]))


def train(alpha, epochs, loss, reporter):
    from sklearn.datasets import load_digits
    from sklearn.linear_model import SGDClassifier

    images, digits = load_digits(return_X_y=True)
    model = SGDClassifier(alpha=alpha, loss=loss, random_state=1)
    accuracy = 0.0
    for epoch in range(epochs):
        model.partial_fit(images[:600], digits[:600], classes=range(10))
        accuracy = model.score(images[600:900], digits[600:900])
        reporter.broadcast(accuracy, epoch)
        reporter.log(f"epoch {epoch}: {accuracy}")
    return accuracy


result = experiment.lagom(
    map_fun=train,
    name="sgd",
    searchspace=space,
    optimizer="randomsearch",
    direction="max",
    num_trials=5,
    es_policy="none",
    hb_interval=1,
)
