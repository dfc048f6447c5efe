"""How the notebook server is set up; the platform mounts its configuration as ``/etc/jupyter`` in each sandbox."""
