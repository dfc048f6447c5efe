"""The executors of this notebook server: asked for, kept and given back."""

from hopslab.lease.client import HELD, Lease, Stand

__all__ = ["HELD", "Lease", "Stand"]
