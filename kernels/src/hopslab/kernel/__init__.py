"""The process behind the kernel "Hopslab (Python)"."""
