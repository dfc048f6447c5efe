"""What each framework reads its place in the team from: environment variables, as its own launcher sets them."""

from __future__ import annotations

import importlib.util
import ipaddress
import json
from collections.abc import Sequence
from dataclasses import dataclass

from hopslab.errors import HopslabError

FRAMEWORKS = ("tensorflow", "keras", "torch", "horovod", "python")
STRATEGIES = ("all_reduce", "parameter_server")
_NAMES = {"tensorflow": "TensorFlow", "keras": "Keras", "torch": "PyTorch"}


@dataclass(frozen=True)
class Team:
    """Where all workers are: ``hosts`` and two free ``ports`` of each, by rank."""

    hosts: Sequence[str]
    ports: Sequence[Sequence[int]]

    @property
    def size(self) -> int:
        """How many workers there are."""
        return len(self.hosts)

    def address(self, rank: int, which: int = 0) -> str:
        """``host:port`` of a worker."""
        return f"{self.hosts[rank]}:{self.ports[rank][which]}"


def check_installed(framework: str, strategy: str = "all_reduce") -> None:
    """Refuse a framework that this environment, which is the workers' too, does not have.

    Raises:
        HopslabError: ``experiment.framework``.
    """
    if framework == "horovod":  # with nobody to launch it, it would train alone without a word
        raise HopslabError(
            "experiment.framework",
            "Horovod is in none of the platform's environments; nothing was started. "
            'framework="tensorflow" or "torch" do the same with what they bring along.',
        )
    if framework == "keras" and strategy == "all_reduce" and importlib.util.find_spec("jax") is None:
        raise HopslabError(
            "experiment.framework",
            "Keras trains by fit on several workers with jax only, which is not in this notebook's environment; "
            'nothing was started. Use the kernel "Hopslab (TensorFlow)", where the administrator has installed it.',
        )
    if framework != "python" and importlib.util.find_spec(framework) is None:
        name = _NAMES[framework]
        where = (
            'Use the kernel "Hopslab (TensorFlow)", where the administrator has installed it.'
            if framework in ("tensorflow", "keras")
            else 'It is not part of the platform\'s environments; framework="python" sets ranks and addresses up only.'
        )
        raise HopslabError(
            "experiment.framework",
            f"{name} is not in this notebook's environment; nothing was started. {where}",
        )


def variables(framework: str, strategy: str, team: Team, rank: int) -> dict[str, str]:
    """The environment variables of a worker.

    Every worker sees only its own GPUs, so each counts as the only one of its node (``LOCAL_RANK`` 0).
    """
    found = _common(team, rank)
    if framework in ("tensorflow", "keras"):
        found["TF_CONFIG"] = json.dumps(cluster(strategy, team, rank))
    if framework == "keras" and strategy == "all_reduce":
        found |= _keras(team, rank)
    return found


def _keras(team: Team, rank: int) -> dict[str, str]:
    """Of Keras's backends only jax trains by ``fit`` on several workers; the second port is nobody's else."""
    place = {
        "KERAS_DISTRIBUTION_JOB_ADDRESSES": team.address(0, 1),
        "KERAS_DISTRIBUTION_NUM_PROCESSES": str(team.size),
        "KERAS_DISTRIBUTION_PROCESS_ID": str(rank),
    }
    # For those who join by ``jax.distributed.initialize()``.
    jax = dict(
        zip(("JAX_COORDINATOR_ADDRESS", "JAX_NUM_PROCESSES", "JAX_PROCESS_ID"), place.values(), strict=True)
    )
    return {"KERAS_BACKEND": "jax", **place, **jax}


def _common(team: Team, rank: int) -> dict[str, str]:
    """As PyTorch's own launcher and many others set it."""
    found = {
        "MASTER_ADDR": team.hosts[0],
        "MASTER_PORT": str(team.ports[0][0]),
        "RANK": str(rank),
        "WORLD_SIZE": str(team.size),
        "LOCAL_RANK": "0",
        "LOCAL_WORLD_SIZE": "1",
    }
    if all(ipaddress.ip_address(host).is_loopback for host in team.hosts):
        # Else they look for the address of the machine's name, which a sandbox does not have.
        found |= dict.fromkeys(("GLOO_SOCKET_IFNAME", "TP_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME"), "lo")
    return found


def cluster(strategy: str, team: Team, rank: int) -> dict[str, object]:
    """TensorFlow's ``TF_CONFIG``.

    With a parameter server rank 0 is the chief, which also keeps the parameters; the others compute.
    """
    if strategy == "parameter_server":
        members = {
            "chief": [team.address(0)],
            "ps": [team.address(0, 1)],
            "worker": [team.address(other) for other in range(1, team.size)],
        }
        task = {"type": "chief", "index": 0} if rank == 0 else {"type": "worker", "index": rank - 1}
        return {"cluster": members, "task": task}
    return {
        "cluster": {"worker": [team.address(other) for other in range(team.size)]},
        "task": {"type": "worker", "index": rank},
    }
