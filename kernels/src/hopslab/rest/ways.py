"""The ways to the platform: a sandbox's own socket, or HTTPS with a token or a device's certificate."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from hopslab.errors import HopslabError, RefusedError, UnreachableError

# Fewer and larger writes than http.client's own 8 KiB.
_BLOCK = 256 * 1024


class Way(Protocol):
    """How the platform is reached and who asks. Safe to share between threads."""

    @property
    def where(self) -> str:
        """What to call it in words; holds no secret."""

    @property
    def keeps(self) -> bool:
        """Whether connections are worth keeping."""

    def open(self, timeout: float) -> http.client.HTTPConnection:
        """A connection that stands; raises what ``fault_of`` tells."""

    def headers(self) -> dict[str, str]:
        """What says who asks."""


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path
        self._limit = timeout

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self._limit)
        self.sock.connect(str(self._path))


class SocketWay:
    """A sandbox's own socket, which is the projectUser's identity."""

    keeps = False

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def where(self) -> str:
        """The socket."""
        return str(self._path)

    def open(self, timeout: float) -> http.client.HTTPConnection:
        """A connection over the socket."""
        return opened(_UnixConnection(self._path, timeout))

    def headers(self) -> dict[str, str]:
        """Nothing: the socket says who asks."""
        return {}


class _TlsConnection(http.client.HTTPSConnection):
    def __init__(self, host: str, port: int, timeout: float, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=timeout, context=context, blocksize=_BLOCK)
        self._trust = context

    def connect(self) -> None:
        # Names below localhost are this machine, whatever its resolver knows (RFC 6761, 6.3).
        local = self.host == "localhost" or self.host.endswith(".localhost")
        plain = socket.create_connection(("localhost" if local else self.host, self.port), self.timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


class HttpsWay:
    """The installation's own port or that of programs. Proxies of the environment are not used.

    Args:
        host: Its name or address, which its certificate has to be for.
        port: Its port.
        trust: Which authority is trusted, and the device's certificate where it shows one.
        token: Gives the token, or None where the certificate says who asks; asked for each request.
    """

    keeps = True

    def __init__(
        self, host: str, port: int, trust: ssl.SSLContext, token: Callable[[], str] | None = None
    ) -> None:
        self._host, self._port = host, port
        self._trust = trust
        self._token = token

    @property
    def where(self) -> str:
        """Its URL."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"https://{host}:{self._port}"

    def open(self, timeout: float) -> http.client.HTTPConnection:
        """A verified connection."""
        return opened(_TlsConnection(self._host, self._port, timeout, self._trust))

    def headers(self) -> dict[str, str]:
        """The token, where there is one."""
        return {} if self._token is None else {"Authorization": f"Bearer {self._token()}"}


def opened(connection: http.client.HTTPConnection) -> http.client.HTTPConnection:
    """Connect; nothing stays open where that fails."""
    try:
        connection.connect()
    except BaseException:
        connection.close()
        raise
    return connection


def _of_tls(where: str, error: ssl.SSLError) -> HopslabError | None:
    reason = error.reason or ""
    if isinstance(error, ssl.SSLCertVerificationError):
        return HopslabError(
            "platform.certificate",
            f"The certificate of {where} is not trusted here: {error.verify_message} Give the installation's"
            " own authority, the file ca.pem of its administrator, as ca= or in HOPSLAB_CA, and its name in"
            " the URL as the certificate has it.",
        )
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"):
        return HopslabError("platform.url", f"What answers at {where} does not speak TLS; look at the URL.")
    if "ALERT" in reason and ("CERTIFICATE" in reason or "UNKNOWN_CA" in reason):
        return RefusedError(
            "auth.certificate",
            f"{where} does not take this device's certificate ({reason.lower().replace('_', ' ')});"
            " have a new one made.",
        )
    return None


def fault_of(where: str, error: Exception, *, sent: bool) -> HopslabError:
    """What an exception of a connection means; ``sent``: whether the platform may have got the request."""
    told: HopslabError | None = None
    if isinstance(error, ssl.SSLError):
        told = _of_tls(where, error)
    elif isinstance(error, socket.gaierror) and error.errno != socket.EAI_AGAIN:
        told = HopslabError("platform.url", f"There is no machine of the name in {where} ({error.strerror}).")
    return told or UnreachableError(f"The platform does not answer on {where} ({error}).", sent=sent)
