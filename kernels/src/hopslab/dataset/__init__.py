"""The project's datasets, and what is in them.

In a sandbox each is a folder, read and written like any other: ``path`` says where. From outside
(``hopslab.connect``) files are carried: ``upload`` and ``download``, for data owners; programs, in *Jupyter*,
*Notebooks* and *Resources*, for every member.
"""

from hopslab.dataset.downloading import download
from hopslab.dataset.files import (
    copy,
    create,
    delete,
    entries,
    entry,
    listed,
    make_folder,
    move,
    read,
    restore,
    trash,
    write,
)
from hopslab.dataset.model import Carried, Content, Dataset, Entry, Progress, Trashed
from hopslab.dataset.paths import exists, path
from hopslab.dataset.uploading import upload

__all__ = [
    "Carried",
    "Content",
    "Dataset",
    "Entry",
    "Progress",
    "Trashed",
    "copy",
    "create",
    "delete",
    "download",
    "entries",
    "entry",
    "exists",
    "listed",
    "make_folder",
    "move",
    "path",
    "read",
    "restore",
    "trash",
    "upload",
    "write",
]
