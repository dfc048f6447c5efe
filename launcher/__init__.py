"""Installs, builds, starts and looks after one Hopslab installation; standard library only."""
