"""Show experiments in TensorBoard: ``python -m hopslab.tensorboard --at FOLDER --prefix PATH EXPERIMENT[.TRIAL…]…``.

It listens on ``FOLDER/socket``, says how far it is in ``FOLDER/progress``, and ends with its standard input: whoever
has started it need not live to end it.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
import traceback
from pathlib import Path

from hopslab.errors import HopslabError
from hopslab.rest import platform
from hopslab.settings import read_settings
from hopslab.tensorboard.board import Board
from hopslab.tensorboard.reading import wanted
from hopslab.tensorboard.serving import RELOAD_SECONDS, serve

_PATIENCE = 30.0


def _keep_up(board: Board) -> None:
    while True:
        time.sleep(RELOAD_SECONDS)
        try:
            board.refresh()
        except HopslabError as error:
            print(f"{error.code}: {error.detail}", file=sys.stderr, flush=True)  # noqa: T201 -- its log
        except Exception:
            # The next one may be better; TensorBoard goes on with what there is.
            traceback.print_exc()


def main() -> int:
    """Write the event files, serve them, and keep them up to date."""
    parser = argparse.ArgumentParser(prog="python -m hopslab.tensorboard")
    parser.add_argument("--at", required=True, type=Path, help="an empty folder of its own")
    parser.add_argument("--prefix", required=True, help="the path that requests begin with")
    parser.add_argument("experiments", nargs="+", metavar="EXPERIMENT[.TRIAL…]")
    given = parser.parse_args()

    def say(words: str) -> None:
        (given.at / "progress").write_text(words)
        print(words, file=sys.stderr, flush=True)  # noqa: T201 -- its log

    try:
        which = [wanted(text) for text in given.experiments]
        rest = platform()
        rest.patience = _PATIENCE
        logs = given.at / "logs"
        board = Board(rest, read_settings(), logs, which, say)
        rest.patience = 0.0
    except HopslabError as error:
        say(f"{error.code}: {error}")
        return 1
    threading.Thread(target=_keep_up, args=(board,), daemon=True).start()
    say("Starting TensorBoard")
    serve(logs, given.at / "socket", given.prefix)
    while os.read(0, 4096):
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
