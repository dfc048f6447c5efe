"""`admin`: what an administrator does from the machine itself."""

import argparse
import getpass
import json
import sys

from launcher import running
from launcher.data import owners
from launcher.faults import Fault
from launcher.layout import Layout
from launcher.server_cli import ask_server


def create_user(at: Layout, given: argparse.Namespace) -> int:
    """Makes a user; the password comes from a prompt or from standard input, never from an argument."""
    if running.supervisor(at) is None:
        raise Fault("Hopslab is not running with this data folder; start it with `./hopslab up`")
    more = ["--admin"] if given.admin else []
    if given.display_name:
        more += ["--display-name", given.display_name]
    told = ask_server(at, owners(), "create-user", given.name, *more, given=_password(given.password_stdin))
    if given.json:
        print(json.dumps(told))
    else:
        print(f"{given.name} can log in at {at.url}")
    return 0


def rotate_device_ca(at: Layout, given: argparse.Namespace) -> int:
    """Has devices' certificates signed by a new authority; what the old one signed stays good until it ends."""
    if running.supervisor(at) is None:
        raise Fault("Hopslab is not running with this data folder; start it with `./hopslab up`")
    ask_server(at, owners(), "rotate-device-ca")
    if given.json:
        print(json.dumps({"rotated": True}))
    else:
        print("New certificates come from a new authority. Those of the old one are good until they end, two weeks at most.")
    return 0


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Fault("there is no terminal to ask for the password; give --password-stdin")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Again: "):
        raise Fault("the two passwords differ; nothing was changed")
    return first
