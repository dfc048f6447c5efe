"""NVIDIA's management library as far as it is used, of GPUs that are not there; it writes through real pointers.

A worker process gets it by ``site_folder``: Python imports ``sitecustomize`` as it starts.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hopslab.experiment.nvml import LIBRARY, Memory, Rates

NOT_SUPPORTED, NOT_FOUND = 3, 6
_pointer = ctypes.POINTER(ctypes.c_void_p)


class Nvml:
    """GPUs by UUID: percent busy (None: not supported) and bytes held, each time it is asked."""

    def __init__(self, gpus: Mapping[str, Callable[[], tuple[int | None, int]]]) -> None:
        names = list(gpus)

        def init() -> int:
            return 0

        def by_uuid(uuid: bytes, handle: Any) -> int:
            if uuid.decode() not in gpus:
                return NOT_FOUND
            handle[0] = names.index(uuid.decode()) + 1
            return 0

        def by_index(index: int, handle: Any) -> int:
            handle[0] = index + 1
            return 0 if index < len(names) else NOT_FOUND

        def memory(handle: int, told: Any) -> int:
            told[0].used = gpus[names[handle - 1]]()[1]
            return 0

        def rates(handle: int, told: Any) -> int:
            busy = gpus[names[handle - 1]]()[0]
            if busy is None:
                return NOT_SUPPORTED
            told[0].gpu = busy
            return 0

        call = ctypes.CFUNCTYPE
        self.nvmlInit_v2 = call(ctypes.c_int)(init)
        self.nvmlDeviceGetHandleByUUID = call(ctypes.c_int, ctypes.c_char_p, _pointer)(by_uuid)
        self.nvmlDeviceGetHandleByIndex_v2 = call(ctypes.c_int, ctypes.c_uint, _pointer)(by_index)
        self.nvmlDeviceGetMemoryInfo = call(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(Memory))(memory)
        self.nvmlDeviceGetUtilizationRates = call(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(Rates))(rates)


def loading(nvml: object) -> Callable[..., Any]:
    """A ``ctypes.CDLL`` that finds this library; None: there is none."""
    found = ctypes.CDLL

    def load(name: str | None, *args: Any, **more: Any) -> Any:
        if name != LIBRARY:
            return found(name, *args, **more)
        if nvml is None:
            raise OSError(f"{LIBRARY}: cannot open shared object file")
        return nvml

    return load


def site_folder(folder: Path) -> str:
    """A folder for ``PYTHONPATH``: processes find two GPUs, half and a quarter busy, the second with 2 MiB held."""
    (folder / "sitecustomize.py").write_text(
        "import ctypes, nvml_double\n"
        "from hopslab.experiment import gpu_meter\n"
        "gpu_meter.PATIENCE = 120.0\n"
        "gpus = {'GPU-0': lambda: (50, 1 << 20), 'GPU-1': lambda: (25, 2 << 20)}\n"
        "ctypes.CDLL = nvml_double.loading(nvml_double.Nvml(gpus))\n"
    )
    return f"{folder}:{Path(__file__).parent}"
