from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from hopslab.experiment import printed
from hopslab.experiment.printed import LOG, printing
from hopslab.settings import Settings
from sweeps import states, swept


def test_what_trials_print_is_kept_in_their_folders(settings: Settings) -> None:
    def train(C: float, trial: Any) -> float:  # noqa: N803
        if trial.number == 1:
            print("epoch", trial.attempt)  # noqa: T201
            print("warned", file=sys.stderr)  # noqa: T201
            logging.basicConfig(force=True, format="%(message)s")
            logging.getLogger().warning("logged")
            if trial.attempt == 1:
                os.kill(os.getpid(), 9)
        return C

    result = swept(settings, train, trials=3)
    assert states(result) == ["complete"] * 3
    assert [path.name for path in sorted(result.folder.iterdir())] == ["trial-00001"]
    lines = "epoch 1\nwarned\nlogged\nepoch 2\nwarned\nlogged\n"
    assert (result.folder / "trial-00001" / LOG).read_text() == lines


def test_it_is_shown_as_ever_and_only_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with printing(tmp_path / "0") as log, printing(tmp_path / "0") as same:
        assert same is log
        print("seen")  # noqa: T201
        same.write("written only\n")
    print("after")  # noqa: T201
    assert capsys.readouterr().out == "seen\nafter\n"
    assert (tmp_path / "0" / LOG).read_text() == "seen\nwritten only\n"


def test_what_somebody_else_put_there_is_neither_followed_nor_waited_for(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("somebody's")
    for number, again in enumerate((False, True)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / LOG).symlink_to(other)
        with printing(folder, again=again):
            print("mine")  # noqa: T201
        assert (folder / LOG).read_text() == "mine\n"
        (folder / LOG).unlink()
        os.mkfifo(folder / LOG)
        with printing(folder, again=again):
            print("mine")  # noqa: T201
        assert (folder / LOG).read_text() == "mine\n"
    (tmp_path / "link").symlink_to(tmp_path / "0")
    with printing(tmp_path / "link"):
        print("not here")  # noqa: T201
    assert (tmp_path / "0" / LOG).read_text() == "mine\n"
    assert other.read_text() == "somebody's"


def test_it_ends_where_too_much_is_printed_or_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printed, "MOST", 10)
    with printing(tmp_path / "0"):
        for _ in range(5):
            print("four")  # noqa: T201
    kept = (tmp_path / "0" / LOG).read_text()
    assert kept.startswith("four\nfour\n\n(More was printed")
    assert len(kept) < 60
    (tmp_path / "1").write_text("a file")
    with printing(tmp_path / "1"):
        print("goes on")  # noqa: T201
