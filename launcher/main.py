"""The command line: what may be said, and what it means."""

import argparse
import os
import sys
from collections.abc import Sequence

from launcher.faults import Fault, Usage
from launcher.layout import Layout, layout

DESCRIPTION = "Hopslab: projects, notebooks and sweeps on Spark, with one command."


class _Parser(argparse.ArgumentParser):
    """argparse, its faults ours: exit code 2 and one line that says what is wrong."""

    def error(self, message: str) -> "None":  # type: ignore[override]
        raise Usage(f"{message}\n`{self.prog} --help` tells what there is")


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 1 to 65535")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="hopslab", description=DESCRIPTION)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="COMMAND", parser_class=_Parser)

    def verb(name: str, told: str) -> argparse.ArgumentParser:
        one = verbs.add_parser(name, help=told, description=told, allow_abbrev=False)
        one.add_argument("--data", metavar="DIR", help="the data folder (default: .hopslab in the checkout)")
        one.add_argument(
            "--port", type=_port, metavar="N", help="the port (default: the one last used with the data folder, else 8443)"
        )
        return one

    def json_too(one: argparse.ArgumentParser) -> argparse.ArgumentParser:
        one.add_argument("--json", action="store_true", help="answer in JSON, for programs")
        return one

    up = json_too(verb("up", "installs what is missing, builds, starts and supervises the platform"))
    up.add_argument("--no-demo", action="store_true", help="without the demo project")
    up.add_argument("--detach", action="store_true", help="return once it is up")
    up.add_argument("--tensorflow", action="store_true", help="with a kernel that has TensorFlow, from now on (1.8 GB)")
    down = json_too(verb("down", "ends the platform, running sandboxes too"))
    down.add_argument("--yes", action="store_true", help="do not ask")
    verb("trust", "makes this user's browsers trust the installation's certificates")
    json_too(verb("doctor", "says what is missing or weak on this machine, and what mends it"))
    verb("service", "prints a systemd unit")
    verb("check", "lint, types and structure of the sources")
    test = verb("test", "every check and every test")
    test.add_argument("parts", nargs="*", metavar="PART", help="only these parts (see --list)")
    test.add_argument("--list", action="store_true", help="name the parts")
    admin = verbs.add_parser("admin", help="administration", description="administration")
    acts = admin.add_subparsers(dest="act", required=True, metavar="ACT", parser_class=_Parser)
    create = json_too(acts.add_parser("create-user", help="makes a user", description="makes a user; asks for the password"))
    create.add_argument("name", metavar="NAME")
    create.add_argument("--display-name", metavar="TEXT")
    create.add_argument("--admin", action="store_true", help="with the platform role admin")
    create.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    create.add_argument("--data", metavar="DIR")
    create.add_argument("--port", type=_port, help=argparse.SUPPRESS)
    told = "finds rows of the journal that are not as they were written"
    verify = json_too(acts.add_parser("verify-audit", help=told, description=told))
    verify.add_argument("--data", metavar="DIR")
    verify.add_argument("--port", type=_port, help=argparse.SUPPRESS)
    told = "exchanges the authority that signs devices' certificates"
    rotate = json_too(acts.add_parser("rotate-device-ca", help=told, description=told))
    rotate.add_argument("--data", metavar="DIR")
    rotate.add_argument("--port", type=_port, help=argparse.SUPPRESS)
    told = "copies the whole installation into a new folder, while it runs"
    backup = json_too(acts.add_parser("backup", help=told, description=told))
    backup.add_argument("folder", metavar="DIR", help="a folder that is not there yet")
    backup.add_argument("--data", metavar="DATA")
    backup.add_argument("--port", type=_port, help=argparse.SUPPRESS)
    told = "puts a backup in the place of a data folder, while the platform is down"
    restore = json_too(acts.add_parser("restore", help=told, description=told))
    restore.add_argument("folder", metavar="DIR", help="the backup")
    restore.add_argument("--yes", action="store_true", help="replace what is in the data folder")
    restore.add_argument("--data", metavar="DATA")
    restore.add_argument("--port", type=_port, help=argparse.SUPPRESS)
    return parser


def _run(at: Layout, given: argparse.Namespace) -> int:
    """Each command's module is loaded when it is called for, so that each starts fast."""
    match given.verb:
        case "up":
            from launcher.up import up

            return up(at, demo=not given.no_demo, detach=given.detach, as_json=given.json, tensorflow=given.tensorflow)
        case "down":
            from launcher.down import down

            return down(at, sure=given.yes, as_json=given.json)
        case "trust":
            from launcher.trust import trust

            return trust(at)
        case "doctor":
            from launcher.doctor.command import doctor

            return doctor(at, as_json=given.json)
        case "service":
            from launcher.service import service

            return service(at)
        case "check":
            from launcher.testing import check

            return check(at)
        case "test":
            from launcher.testing import test

            return test(at, given.parts, names_only=given.list)
        case _:
            return _administer(at, given)


def _administer(at: Layout, given: argparse.Namespace) -> int:
    match given.act:
        case "verify-audit":
            from launcher.audit import verify_audit

            return verify_audit(at, given)
        case "rotate-device-ca":
            from launcher.admin import rotate_device_ca

            return rotate_device_ca(at, given)
        case "backup":
            from launcher.backup import backup

            return backup(at, given)
        case "restore":
            from launcher.restore import restore

            return restore(at, given)
        case _:
            from launcher.admin import create_user

            return create_user(at, given)


def main(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code: 0 done, 1 failed, 2 wrong usage."""
    os.umask(0o022)
    # Where Debian keeps useradd; an ordinary user's PATH lacks it.
    os.environ["PATH"] = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"
    try:
        given = _parser().parse_args(arguments)
        return _run(layout(given.data, given.port), given)
    except Fault as fault:
        print(f"hopslab: {fault}", file=sys.stderr)
        return 2 if isinstance(fault, Usage) else 1
    except PermissionError as error:
        print(f"hopslab: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nhopslab: interrupted; run it again to go on where it stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 1
