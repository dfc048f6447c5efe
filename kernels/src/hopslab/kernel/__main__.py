"""Start the kernel: ``python -P -m hopslab.kernel -f CONNECTION_FILE``.

Spark's driver is started before anything heavy is imported, so that it is there when the first cell asks for it.
"""

from __future__ import annotations

import sys

from hopslab import spark
from hopslab.settings import read_settings

EXTENSION = "--InteractiveShellApp.extra_extensions=hopslab.ipython"


def main() -> None:
    """Run the kernel until it is shut down."""
    if read_settings().executors > 0:
        spark.begin()
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=[*sys.argv[1:], EXTENSION])


if __name__ == "__main__":
    main()
