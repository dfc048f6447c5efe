"""Entry point: ``python -I <this folder> <request> <file> <answer>``, all three named by whoever starts it."""

import sys
from pathlib import Path

# Isolated mode knows no path to this package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hopslab_preview.worker import main

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
