"""Start JupyterLab: ``python -m hopslab_server``.

Half of its own start goes into two things that nobody here has a use for, and they are left out.
"""

import sys
from typing import Any

# A checker of international addresses in event schemas: it compiles a grammar for two seconds at its import.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]

from jupyterlab import commands  # noqa: E402


def _no_configuration(_logger: Any) -> dict[str, dict[str, Any]]:
    """Yarn's, which JupyterLab asks Node for to build extensions; a sandbox has no network to build any with."""
    return {"yarn config": {}, "npm config": {}}


commands._yarn_config = _no_configuration

if __name__ == "__main__":
    from jupyterlab.labapp import main

    main()
