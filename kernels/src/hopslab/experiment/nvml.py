"""What the GPUs that this process may use are doing, as NVIDIA's management library (NVML) tells it.

The library comes with the driver. Four of its calls are all that is needed, and their interface is fixed:
https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceQueries.html
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LIBRARY = "libnvidia-ml.so.1"
_SUCCESS = 0


class Memory(ctypes.Structure):
    """``nvmlMemory_t``, in bytes."""

    _fields_ = [("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong)]


class Rates(ctypes.Structure):
    """``nvmlUtilization_t``: percent of the last moments in which anything ran, and in which memory was accessed."""

    _fields_ = [("gpu", ctypes.c_uint), ("memory", ctypes.c_uint)]


class NvmlError(OSError):
    """The library does not answer, or does not know the GPU."""


@dataclass(frozen=True)
class Reading:
    """One GPU just now: percent of the last moments, None where it can't be told (parts of a GPU), and bytes held."""

    busy: int | None
    memory: int


def visible(environment: Mapping[str, str]) -> list[str]:
    """The GPUs that libraries see in such an environment, as ``CUDA_VISIBLE_DEVICES`` names them."""
    named = [each.strip() for each in environment.get("CUDA_VISIBLE_DEVICES", "").split(",")]
    # An empty or invalid name ends the list, as it does for CUDA.
    ends = [place for place, name in enumerate(named) if not name or name == "-1"]
    return named[: ends[0]] if ends else named


class Gpus:
    """Some GPUs, by UUID or number.

    Raises:
        OSError: there is no library, or it does not know one of them.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._nvml = ctypes.CDLL(LIBRARY)
        self._ask("nvmlInit_v2")
        self._handles = [self._handle(name) for name in names]

    def _ask(self, call: str, *arguments: object) -> None:
        try:
            code: int = getattr(self._nvml, call)(*arguments)
        except AttributeError as error:
            raise NvmlError(f"this driver has no {call}") from error
        if code != _SUCCESS:
            raise NvmlError(f"{call} answered {code}")

    def _handle(self, name: str) -> ctypes.c_void_p:
        handle = ctypes.c_void_p()
        if name.isdecimal():
            self._ask("nvmlDeviceGetHandleByIndex_v2", ctypes.c_uint(int(name)), ctypes.byref(handle))
        else:
            self._ask("nvmlDeviceGetHandleByUUID", ctypes.c_char_p(name.encode()), ctypes.byref(handle))
        return handle

    def read(self) -> list[Reading]:
        """What each of them is doing.

        Raises:
            OSError: one does not answer.
        """
        return [self._reading(handle) for handle in self._handles]

    def _reading(self, handle: ctypes.c_void_p) -> Reading:
        memory, rates = Memory(), Rates()
        self._ask("nvmlDeviceGetMemoryInfo", handle, ctypes.byref(memory))
        try:
            self._ask("nvmlDeviceGetUtilizationRates", handle, ctypes.byref(rates))
        except NvmlError:
            return Reading(None, memory.used)
        return Reading(rates.gpu, memory.used)
