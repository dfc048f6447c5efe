"""An ablation study: one trial with everything, and one without each part."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from hopslab import experiment
from hopslab.classic.programs import direction_of, finished, function_of, invalid
from maggy._program import Program
from maggy.ablation import AblationStudy
from maggy.config import AblationConfig
from maggy.experiment.searching import summary

KEY = "Metric"
NOTHING = "None"
FEATURE, LAYER = "ablated_feature", "ablated_layer"

Group = tuple[str, ...] | str


class Without:
    """Makes the base model without some of its layers: those of these names, or with this prefix.

    Raises:
        ValueError: it has no such layer between the first and the last, or is no ``Sequential`` model.
    """

    def __init__(self, base: Callable[[], Any], layers: Group) -> None:
        self._base = base
        self._layers = layers

    def __call__(self) -> Any:
        """The model, not trained yet."""
        model = self._base()
        config = model.get_config()
        layers = list(config.get("layers", ()))
        if not layers or any("inbound_nodes" in layer for layer in layers):
            raise ValueError(
                f"Layers are left out of Sequential models only, and this is a {type(model).__name__}."
            )
        own = [layer for layer in layers if layer.get("class_name") != "InputLayer"]
        between = [layer["config"]["name"] for layer in own[1:-1]]
        left_out = [name for name in between if self._is_out(name)]
        missing = [self._layers] if isinstance(self._layers, str) else set(self._layers) - set(left_out)
        if not left_out or (missing and not isinstance(self._layers, str)):
            raise ValueError(
                f"There is no layer {', '.join(sorted(missing))} between the first and the last; "
                f"there are: {', '.join(between) or 'none'}."
            )
        kept = [layer for layer in layers if layer["config"]["name"] not in left_out]
        # The shapes that layers were built with are not theirs any more.
        config["layers"] = [{k: v for k, v in layer.items() if k != "build_config"} for layer in kept]
        config.pop("build_input_shape", None)
        return type(model).from_config(config)

    def _is_out(self, name: str) -> bool:
        if isinstance(self._layers, str):
            return name.lower().startswith(self._layers.lower())
        return name in self._layers


class Parts:
    """What the function gets in each trial."""

    def __init__(self, study: AblationStudy) -> None:
        self._dataset = study.custom_dataset_generator
        self._told = bool(study.features.included)
        base = study.model.base_model_generator
        layers = study.model.layers
        self._models: dict[str, Callable[[], Any] | None] = {NOTHING: base}
        if base is not None:
            self._models |= {name: Without(base, (name,)) for name in layers.included}
            self._models |= {label_of(group): Without(base, group) for group in layers.groups}
        self._models |= {
            f"Custom model: {name}": generator for generator, name in study.model.custom_model_generators
        }

    def models(self) -> list[str]:
        """What models there are, the whole one first."""
        return list(self._models)

    def __call__(self, given: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
        """The functions of the trial."""
        dataset, feature = self._dataset, params[FEATURE]
        if dataset is not None and self._told:
            dataset = functools.partial(dataset, ablated_feature=None if feature == NOTHING else feature)
        return {**given, "dataset_function": dataset, "model_function": self._models[params[LAYER]]}


def label_of(group: Group) -> str:
    """What people read of a group."""
    return f"Layers prefixed {group}" if isinstance(group, str) else ", ".join(group)


def _faults(study: AblationStudy, takes: set[str]) -> list[str]:
    generator, model = study.custom_dataset_generator, study.model
    faults = []
    if "dataset_function" in takes and generator is None:
        faults.append("There is no feature store here; give AblationStudy a dataset_generator.")
    if study.features.included and (
        generator is None or FEATURE not in inspect.signature(function_of(generator)).parameters
    ):
        faults.append(
            f"features: dataset_generator takes no {FEATURE}; add it, and leave the column of this name out."
        )
    if model.base_model_generator is None and (
        "model_function" in takes or model.layers.included or model.layers.groups
    ):
        faults.append("model: there is no base model; call study.model.set_base_model_generator(...).")
    return faults


def ablate(fn: Any, config: AblationConfig) -> dict[str, Any]:
    """Run the study, and say what was best.

    Raises:
        HopslabError: ``experiment.invalid`` with every fault, ``experiment.failed`` where no trial was complete.
    """
    study = config.ablation_study
    if not isinstance(study, AblationStudy):
        raise invalid([f"ablation_study is {study!r:.60}; give a maggy.ablation.AblationStudy."])
    if not isinstance(config.ablator, str) or config.ablator.lower() != "loco":
        raise invalid([f"ablator is {config.ablator!r:.60}; use 'loco'."])
    direction = direction_of(config.direction)
    faults = _faults(study, set(inspect.signature(function_of(fn)).parameters))
    if faults:
        raise invalid(faults)
    parts = Parts(study)
    given = dict.fromkeys(("dataset_function", "model_function")) | {
        "model": config.model,
        "dataset": config.dataset,
    }
    points = [{FEATURE: NOTHING, LAYER: model} for model in parts.models()]
    points += [{FEATURE: feature, LAYER: NOTHING} for feature in study.features.included]
    result = experiment.launch(
        Program(fn, KEY, given, free=True, prepare=parts, whole=True),
        points,
        metric=KEY,
        direction=direction,
        name=config.name,
        description=config.description,
    )
    told = summary(finished(result), KEY, maximize=direction == "maximize")
    print(f"Finished experiment {config.name}: best {told['best_val']} with {told['best_config']}")  # noqa: T201
    return told
