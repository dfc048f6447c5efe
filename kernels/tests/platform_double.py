"""A small stand-in for the platform on a unix socket that holds every request to openapi.json."""

from __future__ import annotations

import json
import re
import socketserver
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from jsonschema import Draft202012Validator

from models_double import Models

OPENAPI = json.loads((Path(__file__).parents[2] / "schema" / "openapi.json").read_text())
BASE = "/api/v1/projects/{p}/experiments"
COMPUTE = "/api/v1/projects/{p}/notebook-server/compute"


def body_faults(path: str, body: object, verb: str = "post") -> list[str]:
    schema = OPENAPI["paths"][path][verb]["requestBody"]["content"]["application/json"]["schema"]
    whole = {**schema, "components": OPENAPI["components"]}
    validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(body)]


class Platform:
    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self.models = Models(self)
        self.experiments: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, str] = {}
        self.refuse: tuple[int, str] | None = None
        self.answer_state = "running"
        self.orders: dict[str, list[Any]] = {"stop": [], "enqueue": []}
        self.faults: list[str] = []
        self.drop_answers = 0
        self.batches = 0
        self.free = True
        self.most = 1
        self.there = 1000
        self.held = 0
        self.told: list[tuple[int, int]] = []
        self.holder: str | None = None
        self.asked: list[str] = []
        self.pages: dict[str, dict[str, Any]] = {}
        self._server: socketserver.ThreadingUnixStreamServer | None = None
        self.lock = threading.Lock()

    def open(self) -> None:
        if self._server is not None:
            return
        platform = self

        class Handler(_Handler):
            pass

        Handler.platform = platform
        self.socket.unlink(missing_ok=True)
        server = socketserver.ThreadingUnixStreamServer(str(self.socket), Handler)
        server.daemon_threads = True
        self._server = server
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
            self.socket.unlink(missing_ok=True)

    @contextmanager
    def away(self) -> Iterator[None]:
        self.close()
        yield
        self.open()

    @property
    def only(self) -> dict[str, Any]:
        (experiment,) = self.experiments.values()
        return experiment

    def made_of(self, number: str, body: Any) -> tuple[int, dict[str, Any]]:
        """What a driver tells of its experiment, kept with it."""
        faults = body_faults(BASE + "/{id}/provenance", body, "put")
        self.faults += faults
        if faults or number not in self.experiments:
            return self.problem(400, "request.invalid", "; ".join(faults))
        self.experiments[number]["made of"] = body
        return 200, {"environment": "0"}

    def compute(self, method: str, body: Any) -> tuple[int, dict[str, Any] | None]:
        """The executors: ``holder`` has ``held``, and who asks gets them while they are ``free``.

        There are ``most`` of the notebook server's, of which ``there`` are now for it; an elastic holder of more is
        asked for the others. ``told`` is what was wanted and then held.
        """
        self.asked.append(method)
        if method == "DELETE":
            self.holder, self.held = None, 0
            return 204, None
        faults = body_faults(COMPUTE, body, "put")
        self.faults += faults
        if faults:
            return self.problem(400, "request.invalid", "; ".join(faults))
        stand = {"holder": body["holder"], "since": "2026-11-22T10:00:00Z"}
        wanted = min(body.get("executors", self.most), self.most)
        self.held = self._lent(wanted, elastic=body["elastic"]) if self.free else 0
        self.told.append((wanted, self.held))
        if self.held:
            self.holder = body["holder"]
            keep = min(self.held, max(1, self.there)) if body["elastic"] else self.held
            asked = {"keepReason": "Grace waits for executors."} if keep < self.held else {}
            counts = {"executors": self.held, "wanted": wanted, "keep": keep, **asked}
            return 200, {"state": "held", **counts, **stand}
        self.holder = None
        why = "You ask for 2 cores; 0 cores free in demo."
        if not body["wait"]:
            return self.problem(409, "lease.over-quota", why)
        counts = {"executors": 0, "wanted": wanted, "keep": 0}
        return 200, {"state": "queued", "queuePosition": 1, "reason": why, **counts, **stand}

    def _lent(self, wanted: int, *, elastic: bool) -> int:
        if wanted <= self.held:
            return wanted
        there = min(wanted, self.there)
        return max(self.held, there if elastic or there == wanted else 0)

    def answer(self, path: str, body: dict[str, Any], key: str | None) -> tuple[int, dict[str, Any]]:
        match = re.fullmatch(
            r"/api/v1/projects/([^/]+)/experiments(?:/([^/]+)/(trials/batch|finish|resume|tensorboard))?",
            path,
        )
        steered = re.fullmatch(r"/api/v1/projects/[^/]+/experiments/([^/]+)/(.+)", path)
        if match is None and steered is not None and steered[1] in self.experiments:
            return self._steered(steered[1], steered[2], body)
        if match is None:
            return self.problem(*(self.refuse or (404, "route.unknown")), "refused by the test")
        _project, number, verb = match.groups()
        template = BASE + (f"/{{id}}/{verb}" if verb else "")
        faults = body_faults(template, body)
        self.faults += faults
        if faults:
            return self.problem(400, "request.invalid", "; ".join(faults))
        if self.refuse is not None:
            return self.problem(*self.refuse, "refused by the test")
        if number is None:
            return 201, self._create(body, key)
        experiment = self.experiments.get(number)
        if experiment is None:
            return self.problem(404, "experiment.unknown", number)
        if verb == "tensorboard":
            return 200, {"url": f"https://notebook/{number}?{json.dumps(body)}"}
        return self._driven(number, experiment, verb, body, key)

    def _steered(self, number: str, act: str, body: Any) -> tuple[int, dict[str, Any]]:
        """Takes orders, and tells them as long as a test does not take them away."""
        experiment = self.experiments[number]
        if act == "trials":
            self.faults += body_faults(BASE + "/{id}/trials", body)
            self.orders["enqueue"].append({"id": str(uuid.uuid4()), "params": body["params"]})
        elif act.startswith("trials/"):
            trial = experiment["trials"].get(int(act.split("/")[1]), {"state": "running"})
            self.orders["stop"].append(int(act.split("/")[1]))
            return 202, {"number": int(act.split("/")[1]), "state": trial["state"]}
        elif not experiment["ended"]:
            states = {"pause": "paused", "continue": "running", "stop": "stopping"}
            self.answer_state = states.get(act, "draining")
        return 202, self.shown(number)

    def _driven(
        self, number: str, experiment: dict[str, Any], verb: str, body: dict[str, Any], key: str | None
    ) -> tuple[int, dict[str, Any]]:
        if verb == "resume":
            return self._resume(number, experiment, body, key)
        if body.get("epoch", 1) != experiment["epoch"]:
            return self.problem(409, "experiment.resumed", "It was resumed elsewhere.")
        if experiment["ended"]:
            return self.problem(409, "experiment.ended", number)
        if verb == "finish":
            experiment["ended"] = {name: value for name, value in body.items() if name != "epoch"}
            return 200, {"id": number, "state": body["state"]}
        self.batches += 1
        for curve in body.get("curves", []):
            points = experiment["curves"].setdefault((curve["number"], curve["attempt"]), {})
            for point in curve["points"]:
                points.setdefault(point["step"], point["value"])
        for report in body["trials"]:
            self._take(experiment["trials"], report)
        return 200, {"state": self.answer_state, "orders": self._told(experiment)}

    def _told(self, experiment: dict[str, Any]) -> dict[str, Any]:
        """Orders that nothing confirms yet."""
        trials = experiment["trials"].values()
        taken = {trial.get("point") for trial in trials}
        ended = {trial["number"] for trial in trials if trial.get("endedAt")}
        return {
            "stop": [number for number in self.orders["stop"] if number not in ended],
            "enqueue": [one for one in self.orders["enqueue"] if one["id"] not in taken],
        }

    def _resume(
        self, number: str, experiment: dict[str, Any], body: dict[str, Any], key: str | None
    ) -> tuple[int, dict[str, Any]]:
        if key is None or key not in self.keys:
            if not experiment["ended"]:
                return self.problem(409, "experiment.running", "It still runs.")
            experiment["epoch"] += 1
            experiment["ended"] = None
            experiment["body"] |= {"planned": body.get("planned", experiment["body"]["planned"])}
            self.keys[key or str(uuid.uuid4())] = number
        return 200, self.shown(number)

    def shown(self, number: str) -> dict[str, Any]:
        one = self.experiments[number]
        state = one["ended"]["state"] if one["ended"] else self.answer_state
        return {
            "id": number,
            **one["body"],
            "objectives": [
                {"metric": one["body"]["metric"], "direction": one["body"]["direction"]},
                *one["body"].get("also", []),
            ],
            "trialCounts": Counter(trial["state"] for trial in one["trials"].values()),
            "state": state,
            "epoch": one["epoch"],
            "startedAt": "2026-11-22T10:00:00Z",
        }

    def _seen(self, path: str) -> dict[str, Any] | None:
        """What of its experiments is asked for, in pages of three."""
        match = re.fullmatch(
            r"/projects/demo/experiments(?:/([^/?]+))?(/trials|/metrics|/provenance)?(?:\?(.*))?", path
        )
        if match is None or (match[1] and match[1] not in self.experiments):
            return None
        if match[2] == "/provenance":
            told: dict[str, Any] | None = self.experiments[match[1]].get("made of")
            return told
        if match[1] and not match[2]:
            return self.shown(match[1])
        query = parse_qs(match[3] or "")
        if not match[1]:
            items = [self.shown(number) for number in self.experiments]
        elif match[2] == "/metrics":
            items = self._curves(match[1], query)
        else:
            items = [trial for _, trial in sorted(self.experiments[match[1]]["trials"].items())]
        after = int(query.get("cursor", ["0"])[0])
        more = after + 3 < len(items)
        return {"items": items[after : after + 3], "nextCursor": str(after + 3) if more else None}

    def _curves(self, number: str, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        latest = dict(sorted(self.experiments[number]["curves"].items()))
        kept = {trial: (attempt, points) for (trial, attempt), points in latest.items()}
        asked = [int(one) for one in query.get("trial", [])] or list(kept)
        return [
            {
                "number": n,
                "attempt": kept[n][0],
                "steps": list(kept[n][1]),
                "values": list(kept[n][1].values()),
            }
            for n in asked
            if n in kept
        ]

    def page(self, path: str) -> tuple[int, dict[str, Any] | None]:
        """What a test has laid down for a path with its query; of others there are none."""
        self.asked.append(path)
        if self.refuse is not None:
            return self.problem(*self.refuse, "refused by the test")
        if path.startswith("/projects/demo/models"):
            return self.models.answer("GET", path)
        found = self.pages.get(path) or self._seen(path)
        return (200, found) if found is not None else self.problem(404, "member.unknown", path)

    def _create(self, body: dict[str, Any], key: str | None) -> dict[str, Any]:
        if key not in self.keys or key is None:
            number = str(uuid.uuid4())
            self.experiments[number] = {"body": body, "trials": {}, "curves": {}, "ended": None, "epoch": 1}
            self.keys[key or number] = number
        return {"id": self.keys[key or ""], "state": "running"}

    def _take(self, trials: dict[int, dict[str, Any]], report: dict[str, Any]) -> None:
        known = trials.get(report["number"])
        if known is not None and known["attempt"] > report["attempt"]:
            return
        if known is not None and known["attempt"] == report["attempt"] and known.get("endedAt"):
            return
        trials[report["number"]] = report

    @staticmethod
    def problem(status: int, code: str, detail: str) -> tuple[int, dict[str, Any]]:
        return status, {
            "type": f"urn:hopslab:problem:{code}",
            "title": code,
            "status": status,
            "code": code,
            "detail": detail,
            "requestId": "test",
            "retriable": status >= 500,
        }


class _Handler(BaseHTTPRequestHandler):
    platform: Platform
    protocol_version = "HTTP/1.1"

    def address_string(self) -> str:
        return "sandbox"

    def log_message(self, *_arguments: object) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "null")
        with self.platform.lock:
            status, answer = self._answered(body)
            if self.platform.drop_answers > 0:
                # The request was carried out, the answer is lost.
                self.platform.drop_answers -= 1
                self.close_connection = True
                return
        self._say(status, answer)

    def _answered(self, body: Any) -> tuple[int, dict[str, Any] | None]:
        if "/models/" in self.path:
            return self.platform.models.answer(self.command, self.path.removeprefix("/api/v1"), body)
        return self.platform.answer(self.path, body, self.headers["Idempotency-Key"])

    def do_GET(self) -> None:
        with self.platform.lock:
            self._say(*self.platform.page(self.path.removeprefix("/api/v1")))

    def _compute(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "null")
        with self.platform.lock:
            if self.path.endswith("/provenance"):
                self._say(*self.platform.made_of(self.path.split("/")[-2], body))
            elif "/models/" in self.path:
                self._say(*self._answered(body))
            else:
                self._say(*self.platform.compute(self.command, body))

    do_PUT = do_DELETE = _compute  # noqa: N815

    def _say(self, status: int, answer: dict[str, Any] | None) -> None:
        data = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        if answer is not None:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)
