"""Entry point: ``python3 -I -S -E <this folder>``, the specification as JSON on standard input."""

import os
import sys

# Isolated mode knows no path to this package.
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from hopslab_shim.shim import main

if __name__ == "__main__":
    sys.exit(main())
