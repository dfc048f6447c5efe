"""Zip files of the platform onto this machine. What is in them was named by others, so it is believed nothing."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
import zipfile
from pathlib import Path

from hopslab.dataset.local import BLOCK, fault
from hopslab.dataset.model import Carried
from hopslab.errors import HopslabError

LEFT_OUT = "LEFT OUT OF THIS ARCHIVE.txt"
_LEFT_OUT_MOST = 4 * 1024 * 1024


def _refused(why: str) -> HopslabError:
    return HopslabError("archive.refused", f"Nothing was placed: {why}")


def _parts(info: zipfile.ZipInfo) -> list[str]:
    name = info.orig_filename
    parts = name.removesuffix("/").split("/")
    kind = stat.S_IFMT(info.external_attr >> 16)
    expected = stat.S_IFDIR if name.endswith("/") else stat.S_IFREG
    if "\\" in name or "\0" in name or any(part in ("", ".", "..") for part in parts):
        raise _refused(f"the archive holds {name[:200]!r}, which leads elsewhere.")
    if kind not in (0, expected):
        raise _refused(f"the archive holds {name[:200]!r}, which is a link or something else than a file.")
    return parts


def _left_out(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[str, ...]:
    with archive.open(info) as content:
        lines = content.read(_LEFT_OUT_MOST).decode("utf-8", "replace").splitlines()
    names = []
    for line in lines:
        if line.startswith('"'):
            try:
                names.append(str(json.loads(line)))
            except ValueError:
                names.append(line)
    return tuple(names)


def _write(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> int:
    with archive.open(info) as content, target.open("xb") as file:
        shutil.copyfileobj(content, file, BLOCK)
    return info.file_size


def _fits(archive: zipfile.ZipFile, folder: Path) -> None:
    needed = sum(info.file_size for info in archive.infolist())
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise HopslabError("file.local", f"{folder} has {free} bytes left; unpacked it takes {needed}.")


def _fill(archive: zipfile.ZipFile, top: str | None, root: Path) -> Carried:
    files = size = 0
    left_out: tuple[str, ...] = ()
    root.mkdir()
    for info in archive.infolist():
        first, *rest = parts = _parts(info)
        if top is not None and parts == [LEFT_OUT] and top != LEFT_OUT:
            left_out = _left_out(archive, info)
            continue
        if top is not None and first != top:
            raise _refused(f"the archive holds {info.filename[:200]!r}, which was not asked for.")
        target = root.joinpath(*(parts if top is None else rest))
        if info.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            size += _write(archive, info, target)
            files += 1
    return Carried(files, size, left_out)


def unpack(path: Path, top: str | None, to: Path) -> Carried:
    """Unpack into a new folder, or an empty one, which appears whole or not at all.

    Args:
        path: The zip file.
        top: The folder in it that becomes ``to``; all that is in it where there is none.
        to: The folder; what it lies in is there.

    Raises:
        HopslabError: ``archive.refused``: it is no sound zip file, or would write elsewhere; ``file.local``.
    """
    try:
        work = Path(tempfile.mkdtemp(prefix=".hopslab-", dir=to.parent))
    except OSError as error:
        raise fault(to.parent, error) from error
    try:
        with zipfile.ZipFile(path) as archive:
            _fits(archive, work)
            carried = _fill(archive, top, work / "whole")
        os.rename(work / "whole", to)  # noqa: PTH104 -- over an empty folder, too
        return carried
    except FileExistsError as error:
        raise _refused(f"it holds a name twice, as a file and something else ({error.filename}).") from error
    except NotADirectoryError as error:
        raise _refused(f"it holds a name as a file and as a folder ({error.filename}).") from error
    except OSError as error:
        raise fault(to, error) from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise _refused(f"it is no sound zip file ({error}).") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
