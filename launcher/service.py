"""`service`: a systemd unit for this installation."""

import os
import pwd
import sys

from launcher.layout import CHECKOUT, Layout

_UNIT = """\
[Unit]
Description=Hopslab ({data})
After=network.target

[Service]
Type=exec
User={user}
ExecStart="{command}" up --data "{data}" --port {port}
Restart=on-failure
RestartSec=2
# Sandboxes and PostgreSQL outlive a restart of the platform and are adopted by the next start.
KillMode=process
# So that each sandbox gets a control group of its own.
Delegate=yes
TimeoutStartSec=infinity
TimeoutStopSec=90

[Install]
WantedBy=multi-user.target
"""


def service(at: Layout) -> int:
    """Prints the unit, and where to put it on standard error."""
    user = pwd.getpwuid(os.getuid()).pw_name
    print(_UNIT.format(data=at.data, user=user, command=CHECKOUT / "hopslab", port=at.port), end="")
    print("# As root: ./hopslab service > /etc/systemd/system/hopslab.service && systemctl enable --now hopslab", file=sys.stderr)
    return 0
