"""Callbacks that report from a training of Keras."""

from __future__ import annotations

import sys
from typing import Any, Self

from maggy._reporter import Reporter

# What older versions of Keras called otherwise.
_NOW = {"acc": "accuracy", "val_acc": "val_accuracy"}


class _Callback:
    """What Keras calls. Where Keras is loaded, one of its own callbacks, too: some versions look for that."""

    def __new__(cls, *_arguments: Any, **_options: Any) -> Self:
        base = _keras_callback()
        if base is None or issubclass(cls, base):
            return super().__new__(cls)
        made: type[Self] = type(cls.__name__, (cls, base), {"__module__": cls.__module__})
        return super().__new__(made)

    def __init__(self, reporter: Reporter, metric: str) -> None:
        super().__init__()
        self.metric_name = metric
        self.reporter = reporter

    def __getattr__(self, name: str) -> Any:
        # Everything else that a training calls a callback for.
        if name.startswith("on_") or name in ("set_params", "set_model"):
            return lambda *_arguments, **_options: None
        raise AttributeError(f"{type(self).__name__} has no {name}")

    def _report(self, logs: Any, step: int | None) -> None:
        logs = logs or {}
        name = next((one for one in (self.metric_name, _NOW.get(self.metric_name)) if one in logs), None)
        if name is None:
            known = ", ".join(map(str, logs)) or "none"
            raise ValueError(
                f"{type(self).__name__} reports {self.metric_name!r}, and there is: {known}. "
                "Name one of these as its metric."
            )
        self.reporter.broadcast(logs[name], step)


def _keras_callback() -> type[Any] | None:
    """Keras's class, where the program has loaded Keras; loading it here would take long."""
    keras = sys.modules.get("keras") or getattr(sys.modules.get("tensorflow"), "keras", None)
    found = getattr(getattr(keras, "callbacks", None), "Callback", None)
    return found if isinstance(found, type) else None


class KerasBatchEnd(_Callback):
    """Reports a metric after each batch.

    Args:
        reporter: The function's.
        metric: Its name in Keras; of a batch there is ``loss``, and what the model was compiled with.
    """

    def __init__(self, reporter: Reporter, metric: str = "loss") -> None:
        super().__init__(reporter, metric)

    def on_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        """A batch has ended."""
        self._report(logs, None)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """A batch has ended."""
        self.on_batch_end(batch, logs)


class KerasEpochEnd(_Callback):
    """Reports a metric after each epoch.

    Args:
        reporter: The function's.
        metric: Its name in Keras, such as ``val_loss`` or ``val_accuracy``.
    """

    def __init__(self, reporter: Reporter, metric: str = "val_loss") -> None:
        super().__init__(reporter, metric)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """An epoch has ended."""
        self._report(logs, epoch)
