"""Asking a running platform the way a program would: over TLS, trusting its own certificate authority only."""

import json
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Any

from launcher.faults import Fault
from launcher.layout import Layout


@dataclass(frozen=True)
class Answer:
    """What `/ready` answers, how long it took, and until when (seconds since 1970) the certificates are good."""

    services: list[dict[str, Any]]
    build: str
    seconds: float
    until: float
    authority_until: float


def ask(at: Layout, patience: float = 10) -> Answer | Fault:
    """Asks `/ready`; a fault in words where there is no answer, or one that cannot be trusted."""
    began = time.monotonic()
    where = f"127.0.0.1:{at.port}"
    try:
        trusting = ssl.create_default_context(cafile=str(at.data / "ca.pem"))
        with (
            socket.create_connection(("127.0.0.1", at.port), patience) as plain,
            trusting.wrap_socket(plain, server_hostname=at.domain) as tls,
        ):
            until = _time((tls.getpeercert() or {})["notAfter"])
            tls.sendall(f"GET /ready HTTP/1.1\r\nHost: {at.domain}:{at.port}\r\nConnection: close\r\n\r\n".encode())
            told = json.loads(_read(tls).partition(b"\r\n\r\n")[2])
    except ssl.SSLCertVerificationError as error:
        return Fault(f"{where} shows a certificate that is not good: {error.verify_message}")
    except (OSError, ValueError, KeyError) as error:
        return Fault(f"{where} does not answer as it should: {error}")
    if "services" not in told:
        return Fault(f"{where}: {told.get('detail', 'no state of the services is told')}")
    authority = _time(trusting.get_ca_certs()[0]["notAfter"])
    return Answer(told["services"], told["build"], time.monotonic() - began, until, authority)


def _time(text: object) -> float:
    return ssl.cert_time_to_seconds(str(text))


def _read(tls: ssl.SSLSocket) -> bytes:
    parts = []
    while part := tls.recv(65536):
        parts.append(part)
    return b"".join(parts)
