"""Reads the beginning of one data file, whatever it claims to be, in a sandbox that holds nothing else."""
