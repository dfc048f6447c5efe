"""``python -m hopslab.demo OUTDIR``: write the demo project's data and notebook."""

from __future__ import annotations

import sys
from pathlib import Path

from hopslab.demo import write_demo


def main() -> int:
    """Write the files and print where; 2 for wrong usage."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.stderr.write("usage: python -m hopslab.demo OUTDIR\n")
        return 2
    for path in write_demo(Path(sys.argv[1])):
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
