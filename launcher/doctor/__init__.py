"""What is missing, weak or degraded on this machine, and what mends it."""
