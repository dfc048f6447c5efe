"""A model without each of its layers, and data without each of its columns."""

from maggy import experiment
from maggy.ablation import AblationStudy
from maggy.experiment_config import AblationConfig


class Sequential:
    """What Keras's own has of it."""

    def __init__(self, layers):
        self.layers = layers

    def get_config(self):
        return {
            "name": "sequential",
            "layers": [
                {"class_name": "Dense", "config": {"name": name}, "build_config": {"input_shape": (None, 4)}}
                for name in self.layers
            ],
            "build_input_shape": (None, 4),
        }

    @classmethod
    def from_config(cls, config):
        assert "build_input_shape" not in config
        assert all("build_config" not in layer for layer in config["layers"])
        return cls([layer["config"]["name"] for layer in config["layers"]])


def base_model_generator():
    return Sequential(["first", "my_dense_two", "my_dense_three", "sigmoid", "last"])


def other_model_generator():
    return Sequential(["only"])


def create_dataset(num_epochs, batch_size, ablated_feature=None):
    return [column for column in ("fare", "class", "sex") if column != ablated_feature] * num_epochs


def training_fn(dataset_function, model_function):
    return len(dataset_function(2, 10)) + len(model_function().layers)


study = AblationStudy("titanic_train_dataset", 1, label_name="survived", dataset_generator=create_dataset)
study.features.include("fare", ["class"])
study.model.layers.include("my_dense_two", "sigmoid")
study.model.layers.include_groups(["my_dense_three", "sigmoid"])
study.model.layers.include_groups(prefix="my_dense")
study.model.set_base_model_generator(base_model_generator)
study.model.add_custom_model_generator(other_model_generator, "tiny")
config = AblationConfig(
    name="Titanic-LOCO", ablation_study=study, ablator="loco", description="", hb_interval=1
)
result = experiment.lagom(train_fn=training_fn, config=config)
