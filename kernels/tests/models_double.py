"""What the platform's double knows of models; of the folders it looks whether they are there, as the server does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from platform_double import Platform

PATH = re.compile(r"/projects/demo/models(?:/([^/?]+))?(?:/(best|versions)(?:/(\d+))?)?(?:\?(.*))?")
VERSIONS = "/api/v1/projects/{p}/models/{name}/versions"
ABOUT = {"description": "", "metrics": {}, "experiment": None, "trial": None, "sha256": None}

Answer = tuple[int, dict[str, Any] | None]


class Models:
    """``root`` is the folder of the dataset; ``user`` is who asks."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.root: Path | None = None
        self.user = "ada"
        self.rows: dict[tuple[str, int], dict[str, Any]] = {}
        self.puts = 0
        self.refuse_put: tuple[int, str] | None = None

    def answer(self, method: str, path: str, body: Any = None) -> Answer:
        match = PATH.fullmatch(path)
        assert match is not None, path
        name, verb, version, query = match.groups()
        if method == "GET":
            return self._seen(name, verb, version, parse_qs(query or ""))
        key = (name, int(version or 0))
        if method == "DELETE":
            return (204, None) if self.rows.pop(key, None) else self._unknown()
        from platform_double import body_faults

        template = VERSIONS if method == "POST" else f"{VERSIONS}/{{version}}"
        faults = body_faults(template, body, method.lower())
        self.platform.faults += faults
        if faults:
            return self.platform.problem(400, "request.invalid", "; ".join(faults))
        return self._reserve(name, body) if method == "POST" else self._register(key, body)

    def _reserve(self, name: str, body: dict[str, Any]) -> Answer:
        last = max((number for of, number in self.rows if of == name), default=0)
        key = (name, body.get("version", last + 1))
        row = self.rows.get(key)
        if row is not None and row["state"] == "ready" and not body["overwrite"]:
            return self.platform.problem(409, "model.version-taken", "It is registered already.")
        self.rows[key] = row or {**ABOUT, "state": "draft", "bytes": 0, "files": 0, "createdBy": self.user}
        return 201, self._shown(key)

    def _register(self, key: tuple[str, int], body: dict[str, Any]) -> Answer:
        self.puts += 1
        if self.refuse_put is not None:
            return self.platform.problem(*self.refuse_put, "refused by the test")
        if key not in self.rows:
            return self._unknown()
        files = [path for path in self._folder(key).rglob("*") if path.is_file()]
        if not files:
            return self.platform.problem(409, "model.files", "It holds no file.")
        size = sum(path.stat().st_size for path in files)
        self.rows[key] |= {
            **body,
            "state": "ready",
            "files": len(files),
            "bytes": size,
            "createdBy": self.user,
        }
        return 200, self._shown(key)

    def _seen(self, name: str | None, verb: str | None, version: str | None, query: dict[str, Any]) -> Answer:
        ready = sorted(key for key, row in self.rows.items() if row["state"] == "ready")
        if name is None:
            newest = dict(ready)
            items = [
                {"name": of, "versions": len(ready), "newest": self._shown((of, number))}
                for of, number in newest.items()
            ]
            return 200, {"items": items, "nextCursor": None}
        own = [key for key in ready if key[0] == name]
        if verb == "best":
            metric, sign = query["metric"][0], 1 if query["direction"][0] == "maximize" else -1
            having = [key for key in own if metric in self.rows[key]["metrics"]]
            best = max(having, key=lambda key: (sign * self.rows[key]["metrics"][metric], key), default=None)
            return (200, self._shown(best)) if best else self._unknown()
        if verb == "versions":
            key = (name, int(version or 0))
            return (200, self._shown(key)) if key in self.rows else self._unknown()
        if not own:
            return self._unknown()
        return 200, {"items": [self._shown(key) for key in reversed(own)], "nextCursor": None}

    def _folder(self, key: tuple[str, int]) -> Path:
        assert self.root is not None
        return self.root / key[0] / str(key[1])

    def _shown(self, key: tuple[str, int]) -> dict[str, Any]:
        name, version = key
        missing = self.rows[key]["state"] == "ready" and not self._folder(key).is_dir()
        return {
            "name": name,
            "version": version,
            "path": f"Models/{name}/{version}",
            "missing": missing,
            "createdAt": "2026-11-29T10:00:00Z",
            **self.rows[key],
        }

    def _unknown(self) -> Answer:
        return self.platform.problem(404, "model.unknown", "There is no such model.")
