"""Entry point: ``python3 -I -S -E <this folder>``, the specification as JSON on standard input."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hopslab_shim.shim import main  # noqa: E402 -- isolated mode knows no path to this package

if __name__ == "__main__":
    sys.exit(main())
