"""What an experiment is to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hopslab.classic.programs import invalid

__all__ = [
    "AblationConfig",
    "BaseConfig",
    "HyperparameterOptConfig",
    "LagomConfig",
    "OptimizationConfig",
    "TfDistributedConfig",
    "TorchDistributedConfig",
]


class LagomConfig:
    """What every kind has.

    Args:
        name: What people find the experiment by.
        description: A sentence for others.
        hb_interval: Makes no difference here: reports are sent as they come.
    """

    def __init__(self, name: str, description: str = "", hb_interval: float = 1) -> None:
        self.name = name
        self.description = description
        self.hb_interval = hb_interval


class BaseConfig(LagomConfig):
    """The function is run once."""

    def __init__(
        self,
        name: str = "base",
        hb_interval: float = 1,
        description: str = "",
        *,
        hparams: Mapping[str, Any] | None = None,
        model: Any = None,
        dataset: Any = None,
    ) -> None:
        super().__init__(name, description, hb_interval)
        self.hparams = dict(hparams or {})
        self.model = model
        self.dataset = dataset


class HyperparameterOptConfig(LagomConfig):
    """Hyperparameters are searched.

    Args:
        num_trials: How many trials.
        optimizer: ``randomsearch``, ``tpe``, ``gp``, ``gridsearch``, ``asha`` or ``none``, or one of
            :mod:`maggy.optimizer`.
        searchspace: What is searched.
        optimization_key: What is compared of a dict that the function returns.
        direction: ``max`` or ``min``.
        es_interval: At every so many steps a trial is judged.
        es_min: No trial is stopped early before so many are complete.
        es_policy: ``median``: what is worse than the median is stopped early; or ``none``.
        name: What people find the experiment by.
        description: A sentence for others.
        hb_interval: Makes no difference here: reports are sent as they come.
        model: What the function gets as ``model``.
        dataset: What the function gets as ``dataset``.
        train_set: What the function gets as ``train_set``.
        test_set: What the function gets as ``test_set``.
    """

    def __init__(
        self,
        num_trials: int,
        optimizer: Any,
        searchspace: Any,
        optimization_key: str = "Metric",
        direction: str = "max",
        es_interval: int = 1,
        es_min: int = 10,
        es_policy: Any = "median",
        name: str = "HPOptimization",
        description: str = "",
        hb_interval: float = 1,
        model: Any = None,
        dataset: Any = None,
        train_set: Any = None,
        test_set: Any = None,
    ) -> None:
        super().__init__(name, description, hb_interval)
        if isinstance(num_trials, bool) or not isinstance(num_trials, int) or num_trials < 1:
            raise invalid([f"num_trials is {num_trials!r}; give a whole number from 1 on."])
        self.num_trials = num_trials
        self.optimizer = optimizer
        self.searchspace = searchspace
        self.optimization_key = optimization_key
        self.direction = direction
        self.es_interval = es_interval
        self.es_min = es_min
        self.es_policy = es_policy
        self.model = model
        self.dataset = dataset
        self.train_set = train_set
        self.test_set = test_set


class OptimizationConfig(HyperparameterOptConfig):
    """Another name of ``HyperparameterOptConfig``."""


class AblationConfig(LagomConfig):
    """What a model is without some of its parts.

    Args:
        ablation_study: What is left out: a ``maggy.ablation.AblationStudy``.
        ablator: ``loco``, which leaves one part out at a time.
        direction: ``max`` or ``min``.
        name: What people find the experiment by.
        description: A sentence for others.
        hb_interval: Makes no difference here: reports are sent as they come.
        model: What the function gets as ``model``.
        dataset: What the function gets as ``dataset``.
    """

    def __init__(
        self,
        ablation_study: Any,
        ablator: Any = "loco",
        direction: str = "max",
        name: str = "ablationStudy",
        description: str = "",
        hb_interval: float = 1,
        model: Any = None,
        dataset: Any = None,
    ) -> None:
        super().__init__(name, description, hb_interval)
        self.ablation_study = ablation_study
        self.ablator = ablator
        self.direction = direction
        self.model = model
        self.dataset = dataset


class TorchDistributedConfig(LagomConfig):
    """One training with PyTorch; by one worker here, as ``lagom`` says where there are more.

    Args:
        module: The model's class, or several; what the function gets as ``module`` and ``model``.
        dataset: What the function gets as ``dataset``.
        hparams: What the function gets as ``hparams``.
        backend: ``torch``; DeepSpeed is not here.
        name: What people find the experiment by.
        hb_interval: Makes no difference here: reports are sent as they come.
        description: A sentence for others.
        train_set: What the function gets as ``train_set``.
        test_set: What the function gets as ``test_set``.
        more: Other arguments of the package's own: ``mixed_precision``, ``zero_lvl`` and ``deepspeed_config``.
    """

    def __init__(
        self,
        module: Any = None,
        dataset: Any = None,
        hparams: Mapping[str, Any] | None = None,
        backend: str = "torch",
        *,
        name: str = "torchDist",
        hb_interval: float = 1,
        description: str = "",
        train_set: Any = None,
        test_set: Any = None,
        **more: Any,
    ) -> None:
        super().__init__(name, description, hb_interval)
        set_here = [key for key in ("mixed_precision", "zero_lvl", "deepspeed_config") if more.pop(key, None)]
        if more:
            raise TypeError(f"TorchDistributedConfig has no {', '.join(more)}")
        if backend != "torch":
            raise invalid([f"backend is {backend!r}; there is 'torch'."])
        if set_here:
            raise invalid([f"{', '.join(set_here)}: models are trained whole here; set it in the function."])
        self.module = module
        self.dataset = dataset
        self.hparams = dict(hparams or {})
        self.train_set = train_set
        self.test_set = test_set


class TfDistributedConfig(LagomConfig):
    """One training with Keras: by all executors where its backend is jax, else by one, as ``lagom`` says.

    Args:
        model: The model's class; what the function gets as ``model``.
        dataset: What the function gets as ``dataset``.
        process_data: Makes of ``dataset``, or of ``train_set`` and ``test_set``, what the function gets.
        mixed_precision: Not here: set it in the function.
        name: What people find the experiment by.
        hb_interval: Makes no difference here: reports are sent as they come.
        description: A sentence for others.
        hparams: What the function gets as ``hparams``.
        train_set: What the function gets as ``train_set``.
        test_set: What the function gets as ``test_set``.
    """

    def __init__(
        self,
        model: Any = None,
        dataset: Any = None,
        process_data: Callable[..., Any] | None = None,
        mixed_precision: bool = False,
        name: str = "tfDist",
        hb_interval: float = 1,
        description: str = "",
        hparams: Mapping[str, Any] | None = None,
        train_set: Any = None,
        test_set: Any = None,
    ) -> None:
        super().__init__(name, description, hb_interval)
        if mixed_precision:
            raise invalid(["mixed_precision: set it in the function."])
        self.model = model
        self.dataset = dataset
        self.process_data = process_data
        self.hparams = dict(hparams or {})
        self.train_set = train_set
        self.test_set = test_set
