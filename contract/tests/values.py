"""What requests name that is there: mixed among what is generated, so that more than refusals is seen."""

from __future__ import annotations

import os
from typing import Any

# By hand: many more cases, and those at every edge of the contract.
WIDE = os.environ.get("HOPSLAB_CONTRACT") == "wide"

# By the address of an operation, what its parameter `id` names.
IDS = {
    "/auth/sessions/": "session",
    "/auth/tokens/": "token",
    "/pending/": "pending",
    "/quota/requests/": "request",
    "/offers/": "offer",
    "/experiments/": "experiment",
    "/trash/": "trash",
    "/operations/": "operation",
    "/uploads/": "upload",
}

NAMES: dict[str, list[Any]] = {
    "project": ["atlas"],
    "dataset": ["digits", "Jupyter"],
    "path": ["x.csv", "x.ipynb"],
    "zip": ["x.zip"],
    "member": ["bob", "cy", "ada"],
    "person": ["dee", "bob", "eve", "root"],
    "device": ["phone"],
    "model": ["digits"],
    "newModel": ["digits", "atoms"],
    "two": [2],
    "sharedDataset": ["digits"],
    "added": ["other::atoms"],
    "atoms": ["atoms"],
    "freshDataset": ["Jupyter", "Models"],
    "receiver": ["other"],
    "folder": [""],
    "newFolder": ["2026", "2026/a b"],
    "emptyTable": ["empty.csv"],
    "newPath": ["y.csv", "y.ipynb"],
    "asset": ["project:atlas", "member:bob", "dataset:digits", "file:digits/x.csv", "model:digits/1"],
    "confirmation": ["atlas"],
    "newPerson": ["gil", "hal"],
    "newPassword": ["another horse and its battery"],
    "tus": ["1.0.0"],
    "metadata": ["path eS5jc3Y=", "path eS5pcHluYg=="],
    "metric": ["accuracy"],
    "none": [0],
    "one": [1],
    "beginning": ["0"],
    "memory": [2**30],
}

# What names what, wherever it stands.
BINDINGS = {
    "path.p": "project",
    "path.project": "project",
    "path.d": "dataset",
    "path.path": "path",
    "path.user": "member",
    "path.username": "person",
    "path.name": "device",
    "query.path": "folder",
    "query.asset": "asset",
    "body.confirm": "confirmation",
    "body.path": "path",
    "body.paths[*]": "path",
    "body.to.path": "newPath",
    "body.to.dataset": "dataset",
    "body.members[*].user": "person",
    "body.username": "person",
    "body.password": "password",
    "body.current": "password",
    "body.code": "recoveryCode",
    "body.refreshToken": "refreshToken",
    "header.Tus-Resumable": "tus",
}

_MODEL = {"path.name": "model"}
_SHARE = {"path.d": "sharedDataset", "path.project": "receiver"}

OF_OPERATIONS = {
    "createShare": {"path.d": "freshDataset", "body.project": "receiver"},
    "changeShare": _SHARE,
    "removeShare": _SHARE,
    "listShareHolders": _SHARE,
    "makePublic": {"path.d": "sharedDataset"},
    "makePrivate": {"path.d": "sharedDataset"},
    "listPublicHolders": {"path.d": "sharedDataset"},
    "createUpload": {"header.Upload-Metadata": "metadata"},
    "getUpload": {"path.d": "sharedDataset", "path.id": "upload"},
    "appendUpload": {
        "path.d": "sharedDataset",
        "path.id": "upload",
        "header.Upload-Offset": "beginning",
    },
    "removeUpload": {"path.d": "sharedDataset", "path.id": "upload"},
    "importPublic": {"body.project": "receiver", "body.dataset": "atoms"},
    "returnPublic": {"path.d": "added"},
    "uploadBatch": {"query.path": "newFolder"},
    "updateDataset": {"path.d": "sharedDataset"},
    # One that runs is not resumed, and only its first driver has been there.
    "resumeExperiment": {"path.id": "endedExperiment"},
    "reportTrials": {"path.id": "experiment", "body.epoch": "one"},
    "finishExperiment": {"path.id": "experiment", "body.epoch": "one"},
    "tellProvenance": {"path.id": "experiment", "body.epoch": "one"},
    "getProvenance": {"path.id": "endedExperiment"},
    # The first is registered, the second is being written.
    "listModelVersions": _MODEL,
    "getBestModel": {**_MODEL, "query.metric": "metric"},
    "getModelVersion": {**_MODEL, "path.version": "one"},
    "registerModel": {**_MODEL, "path.version": "two", "body.experiment": "experiment"},
    "deleteModel": {**_MODEL, "path.version": "one"},
    "reserveModel": {"path.name": "newModel"},
    "stopTrial": {"path.id": "experiment", "path.n": "none"},
    "createUser": {"body.username": "newPerson"},
    # A file with something in it is read in a sandbox, which this server has not.
    "previewFile": {"path.d": "sharedDataset", "path.path": "emptyTable"},
    "previewStatistics": {"path.d": "sharedDataset", "path.path": "emptyTable"},
    "makeFolder": {"path.path": "newFolder"},
    "zipFiles": {"body.to": "newPath"},
    "unzipFile": {"body.path": "zip", "body.to": "newFolder"},
    "readArchive": {"query.path": "path"},
    "changePassword": {"body.password": "newPassword"},
    "startNotebookServer": {
        "body.executors": "none",
        "body.cores": "one",
        "body.memory": "memory",
        "body.gpus": "none",
    },
}


def dictionaries(values: dict[str, str]) -> dict[str, Any]:
    """The part of Schemathesis' configuration that says where those values go."""
    every = {**NAMES, **{name: [value] for name, value in values.items()}}
    ids = [
        {"include-path-regex": path, "parameters": _bound({"path.id": name})} for path, name in IDS.items()
    ]
    more = [{"include-operation-id": of, "parameters": _bound(names)} for of, names in OF_OPERATIONS.items()]
    # Of several that fit the first one counts alone.
    return {
        "dictionaries": {name: {"values": entries} for name, entries in every.items()},
        "parameters": _bound(BINDINGS),
        "operations": [*more, *ids],
    }


def _bound(names: dict[str, str], probability: float = 0.9) -> dict[str, Any]:
    return {where: {"dictionary": name, "probability": probability} for where, name in names.items()}
