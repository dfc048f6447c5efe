"""A small platform behind TLS that keeps files in memory and breaks connections where a test says."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import socket
import ssl
import subprocess
import tarfile
import threading
import uuid
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "hsl_good"
BASE = "/api/v1/projects/demo"


def certificates(folder: Path) -> None:
    """An authority, what it issued for this machine and for a device, and another authority."""

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    for name in ("ca", "other"):
        openssl(
            *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"),
            *("-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem"),
        )
    for name, more in (("server", "subjectAltName=IP:127.0.0.1"), ("device", "extendedKeyUsage=clientAuth")):
        (folder / "more").write_text(more)
        openssl(
            *("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr"),
        )
        openssl(
            *("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"),
            *("-days", "2", "-extfile", "more", "-out", f"{name}.pem"),
        )


class OutsidePlatform:
    def __init__(self, folder: Path, *, devices: bool = False) -> None:
        self.files: dict[str, bytes] = {}
        self.folders: set[str] = set()
        self.uploads: dict[str, dict[str, Any]] = {}
        self.archive = b""
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        # For each request about bytes that is to come: after how many of them the connection breaks.
        self.cuts: list[int] = []
        # Whether the answer of the next request that changes something is lost.
        self.lose: list[bool] = []
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.spoil = False
        self.between = lambda: None
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "server.pem", folder / "server.key")
        if devices:
            self._context.load_verify_locations(folder / "ca.pem")
            self._context.verify_mode = ssl.CERT_REQUIRED
        self.devices = devices
        self.port = 0
        self._server: _Server | None = None
        self.open()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def open(self) -> None:
        platform = self

        class Handler(_Handler):
            pass

        Handler.platform = platform
        server = _Server(("127.0.0.1", self.port), Handler)
        server.context = self._context
        self.port = server.server_address[1]
        self._server = server
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            for one in list(self._server.open_ones):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            self._server = None

    @contextmanager
    def away(self) -> Iterator[None]:
        self.close()
        yield
        self.open()

    def tag(self, path: str) -> str:
        return f'"{hashlib.sha256(self.files[path]).hexdigest()[:12]}"'


class _Server(ThreadingHTTPServer):
    context: ssl.SSLContext
    daemon_threads = True

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.open_ones: weakref.WeakSet[ssl.SSLSocket] = weakref.WeakSet()

    def finish_request(self, request: Any, client_address: Any) -> None:
        with contextlib.suppress(OSError), self.context.wrap_socket(request, server_side=True) as secured:
            self.open_ones.add(secured)
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


class _Handler(BaseHTTPRequestHandler):
    platform: OutsidePlatform
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: object) -> None:
        pass

    def _ask(self) -> None:
        platform = self.platform
        url = urlsplit(self.path)
        platform.asked.append(f"{self.command} {url.path.removeprefix(BASE)}")
        platform.headers.append(dict(self.headers))
        if not platform.devices and self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._problem(401, "auth.required", "The token is not good.")
        elif platform.answers:
            status, headers, body = platform.answers.pop(0)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._say(status, headers, body)
        else:
            what, _, rest = url.path.removeprefix(f"{BASE}/datasets/genes/").partition("/")
            name = f"_{self.command.lower()}_{what}"
            query = {key: values[0] for key, values in parse_qs(url.query, keep_blank_values=True).items()}
            getattr(self, name, self._nothing)(unquote(rest), query)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _ask  # noqa: N815

    def _nothing(self, _rest: str, _query: dict[str, str]) -> None:
        if urlsplit(self.path).path == BASE:
            self._json(200, {"name": "demo"})
        else:
            self._problem(404, "route.unknown", self.path)

    def _get_entry(self, _rest: str, query: dict[str, str]) -> None:
        path = query["path"]
        kind = "file" if path in self.platform.files else "folder"
        if kind == "folder" and self.platform.archive == b"" and path:
            self._problem(404, "file.unknown", path)
            return
        self._json(200, {"name": path, "kind": kind, "size": 1, "modifiedAt": "2026-11-01T08:00:00.000Z"})

    def _get_files(self, path: str, _query: dict[str, str]) -> None:
        data, tag = self.platform.files[path], self.platform.tag(path)
        status, headers = 200, {"ETag": tag}
        asked = self.headers["Range"]
        if asked and self.headers["If-Range"] in (None, tag):
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(data):
                self._problem(416, "file.range", "beyond")
                return
            status = 206
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            data = data[start:]
        self._bytes(status, headers, data)

    def _get_archive(self, _rest: str, _query: dict[str, str]) -> None:
        self._bytes(200, {}, self.platform.archive)

    def _bytes(self, status: int, headers: dict[str, str], data: bytes) -> None:
        cut = self.platform.cuts.pop(0) if self.platform.cuts else len(data)
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data[:cut])
        self.wfile.flush()
        if cut < len(data):
            self.platform.between()
            self.close_connection = True

    def _put_folders(self, path: str, _query: dict[str, str]) -> None:
        self.platform.folders.add(path)
        self._json(201, {"name": path, "kind": "folder", "size": 0, "modifiedAt": "2026-11-01T08:00:00.000Z"})

    def _post_uploads(self, _rest: str, _query: dict[str, str]) -> None:
        said = dict(pair.split(" ") for pair in self.headers["Upload-Metadata"].split(","))
        path, checksum = (base64.b64decode(said[key]).decode() for key in ("path", "checksum"))
        if self.headers["If-None-Match"] == "*" and path in self.platform.files:
            self._problem(412, "request.stale", "There is a file of that name already.")
            return
        length = int(self.headers["Upload-Length"])
        number = str(uuid.uuid4())
        self.platform.uploads[number] = {"path": path, "checksum": checksum, "length": length, "data": b""}
        self._json(201, self._view(number))

    def _view(self, number: str) -> dict[str, Any]:
        upload = self.platform.uploads[number]
        return {"id": number, "offset": len(upload["data"]), "placed": upload.get("placed", False)}

    def _get_uploads(self, number: str, _query: dict[str, str]) -> None:
        if self._known(number) and self._finished(number):
            self._json(200, self._view(number))

    def _known(self, number: str) -> bool:
        if number in self.platform.uploads:
            return True
        self._problem(404, "upload.unknown", "There is no such upload.")
        return False

    def _finished(self, number: str) -> bool:
        upload = self.platform.uploads[number]
        if len(upload["data"]) < upload["length"] or upload.get("placed"):
            return True
        digest = base64.b64encode(hashlib.sha256(upload["data"]).digest()).decode()
        if upload["checksum"] != f"sha256 {digest}":
            del self.platform.uploads[number]
            self._problem(460, "upload.checksum", "It arrived with another checksum.")
            return False
        self.platform.files[upload["path"]] = upload["data"]
        upload["placed"] = True
        return True

    def _patch_uploads(self, number: str, _query: dict[str, str]) -> None:
        if not self._known(number):
            return
        upload = self.platform.uploads[number]
        if int(self.headers["Upload-Offset"]) != len(upload["data"]):
            self._problem(409, "upload.offset", "It has come to another byte.")
            return
        length = int(self.headers["Content-Length"])
        cut = self.platform.cuts.pop(0) if self.platform.cuts else length
        came = self.rfile.read(min(cut, length))
        if self.platform.spoil:
            came, self.platform.spoil = bytes(len(came)), False
        upload["data"] += came
        if cut < length:
            self.platform.between()
            self.close_connection = True
        elif self._finished(number):
            self._say(204, {}, b"")

    def _post_batch(self, _rest: str, query: dict[str, str]) -> None:
        length = int(self.headers["Content-Length"])
        cut = self.platform.cuts.pop(0) if self.platform.cuts else length
        came = self.rfile.read(min(cut, length))
        if cut < length:
            self.close_connection = True
            return
        with tarfile.open(fileobj=io.BytesIO(came)) as archive:
            for member in archive:
                path = f"{query['path']}/{member.name}"
                content = archive.extractfile(member)
                if content is None:
                    self.platform.folders.add(path)
                else:
                    self.platform.files[path] = content.read()
        self._json(201, {"files": 0, "folders": 0, "bytes": 0})

    def _json(self, status: int, answer: object) -> None:
        self._say(status, {"Content-Type": "application/json"}, json.dumps(answer).encode())

    def _problem(self, status: int, code: str, detail: str) -> None:
        # What was sent with it is not read, as where an upload is refused before its end.
        self.close_connection = True
        self._json(status, {"code": code, "detail": detail, "retriable": status >= 500})

    def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        if self.platform.lose and self.command != "GET" and self.platform.lose.pop(0):
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
