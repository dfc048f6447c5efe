"""What an ablation study leaves out, one part at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hopslab.classic.programs import invalid

__all__ = ["AblationStudy"]


def _texts(what: str, given: tuple[Any, ...]) -> list[str]:
    flat = [one for each in given for one in (each if isinstance(each, (list, tuple, set)) else [each])]
    wrong = [one for one in flat if not isinstance(one, str)]
    if wrong:
        raise invalid([f"{what} takes names, not {wrong[0]!r:.60}."])
    return flat


class _Names:
    """Names that are left out, each in a trial of its own."""

    what = "include"

    def __init__(self) -> None:
        self.included: list[str] = []

    def include(self, *names: Any) -> None:
        """Leave each of these out once: names, or lists of them."""
        self.included += [name for name in _texts(self.what, names) if name not in self.included]

    def exclude(self, *names: Any) -> None:
        """Do not leave these out after all."""
        unwanted = _texts(self.what, names)
        self.included = [name for name in self.included if name not in unwanted]


class Features(_Names):
    """Columns of the data."""

    what = "features.include"


class Layers(_Names):
    """Layers of a Keras model, by name; never the first and the last."""

    what = "layers.include"

    def __init__(self) -> None:
        super().__init__()
        self.groups: list[tuple[str, ...] | str] = []

    def include_groups(self, *groups: Any, prefix: str | None = None) -> None:
        """Leave these out together: each a list of names, or all whose name begins with the prefix."""
        for group in groups:
            names = tuple(_texts("layers.include_groups", (group,)))
            if isinstance(group, str) or len(names) < 2:
                raise invalid([f"layers.include_groups takes lists of two names or more, not {group!r:.60}."])
            self.groups.append(names)
        if prefix is not None:
            self.groups += _texts("layers.include_groups", (prefix,))


class Model:
    """The model of a study.

    Attributes:
        layers: What is left out of it.
    """

    def __init__(self) -> None:
        self.layers = Layers()
        self.base_model_generator: Callable[[], Any] | None = None
        self.custom_model_generators: list[tuple[Callable[[], Any], str]] = []

    def set_base_model_generator(self, base_model_generator: Callable[[], Any]) -> None:
        """What makes the whole model."""
        self.base_model_generator = base_model_generator

    def add_custom_model_generator(
        self, custom_model_generator: Callable[[], Any], model_identifier: str
    ) -> None:
        """What makes another model, for a trial of its own."""
        self.custom_model_generators.append((custom_model_generator, model_identifier))


class AblationStudy:
    """What is left out of data and model.

    Args:
        training_dataset_name: Of a feature store; there is none here, so that ``dataset_generator`` is needed.
        training_dataset_version: See above.
        label_name: See above.
        dataset_generator: What the function gets as ``dataset_function``. It is told by ``ablated_feature`` which
            column to leave out, or None, where columns are included.
    """

    def __init__(
        self,
        training_dataset_name: str = "",
        training_dataset_version: int = 1,
        label_name: str = "",
        *,
        dataset_generator: Callable[..., Any] | None = None,
    ) -> None:
        self.features = Features()
        self.model = Model()
        self.hops_training_dataset_name = training_dataset_name
        self.hops_training_dataset_version = training_dataset_version
        self.label_name = label_name
        self.custom_dataset_generator = dataset_generator
