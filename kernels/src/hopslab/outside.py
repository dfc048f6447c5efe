"""The platform from outside: by HTTPS, as who a token or a device's certificate stands for."""

from __future__ import annotations

import dataclasses
import re
import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from hopslab.errors import HopslabError
from hopslab.rest import Rest, use
from hopslab.rest.ways import HttpsWay
from hopslab.settings import Outside, read_outside

_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,8192}")
TIMEOUT = 30.0
PATIENCE = 60.0


def _invalid(detail: str, code: str = "settings.invalid") -> HopslabError:
    return HopslabError(code, detail)


def _address(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    # It is not repeated where it may hold a password.
    if parts.username is not None or parts.password is not None:
        raise _invalid(
            "The URL holds a username or password: leave them out, and give a token.", "platform.url"
        )
    if parts.scheme != "https" or not host or parts.path.rstrip("/") or parts.query or parts.fragment:
        raise _invalid(
            f"{url!r} is not the platform's URL: it is https://NAME or https://NAME:PORT, without a path.",
            "platform.url",
        )
    return host, port or 443


def _checked(token: str, of: str) -> str:
    # http.client would repeat it in its own complaint.
    if not _TOKEN.fullmatch(token):
        raise _invalid(f"{of} holds no token: that is one word such as hsl_….")
    return token


def _token(outside: Outside) -> Callable[[], str] | None:
    if outside.token is not None:
        token = _checked(outside.token, "token=")
        return lambda: token
    path = outside.token_file
    if path is None:
        return None

    def read() -> str:
        try:
            return _checked(path.read_text(errors="replace").strip(), str(path))
        except OSError as error:
            raise _invalid(f"The token cannot be read from {path}: {error.strerror}.") from error

    return read


def _no_password() -> str:
    raise _invalid(
        "The device's key has a password; it is taken without one, from a file that only you read."
    )


def _trust(outside: Outside) -> ssl.SSLContext:
    try:
        trust = ssl.create_default_context(cafile=str(outside.ca) if outside.ca else None)
    except OSError as error:
        raise _invalid(f"{outside.ca} holds no certificate of an authority ({error.strerror}).") from error
    trust.minimum_version = ssl.TLSVersion.TLSv1_2
    if outside.certificate is not None:
        key = outside.key or outside.certificate
        try:
            trust.load_cert_chain(outside.certificate, key, _no_password)
        except OSError as error:
            raise _invalid(
                f"{outside.certificate} and {key} are no certificate with its key ({error.strerror})."
            ) from error
    return trust


def client(outside: Outside, patience: float = PATIENCE) -> Rest:
    """The client for what is given; asks nothing yet.

    Raises:
        HopslabError: ``settings.invalid`` or ``platform.url`` where something is missing or no good.
    """
    if outside.url is None or outside.project is None:
        raise _invalid("Say which platform and project: url and project, or HOPSLAB_URL and HOPSLAB_PROJECT.")
    host, port = _address(outside.url)
    token = _token(outside)
    if (token is None) == (outside.certificate is None):
        raise _invalid(
            "Say who you are by one of them: a token (HOPSLAB_TOKEN_FILE) or a device's certificate"
            " (HOPSLAB_CERTIFICATE)."
        )
    return Rest(HttpsWay(host, port, _trust(outside), token), outside.project, TIMEOUT, patience)


def connect(
    url: str | None = None,
    project: str | None = None,
    *,
    token: str | None = None,
    token_file: str | Path | None = None,
    certificate: str | Path | None = None,
    key: str | Path | None = None,
    ca: str | Path | None = None,
    patience: float = PATIENCE,
) -> Rest:
    """Use a project of a platform from a program outside; what follows in this process goes there.

    A token is a person's, made under *Your account* with the scopes ``read``, ``compute`` for uploads and changes of
    files, and ``manage`` for members and new datasets. A device's certificate goes to the port of programs. What is
    left out is taken from the environment.

    Args:
        url: The platform, such as ``https://hopslab.example.org:8443``; or ``HOPSLAB_URL``.
        project: Or ``HOPSLAB_PROJECT``.
        token: Better from a file, so that it is in no program.
        token_file: A file that holds the token, read for each request; or ``HOPSLAB_TOKEN_FILE``.
        certificate: A device's certificate, PEM; or ``HOPSLAB_CERTIFICATE``.
        key: Its key, PEM without a password, where that is in another file; or ``HOPSLAB_KEY``.
        ca: The installation's authority, its ``ca.pem``; or ``HOPSLAB_CA``. Else those that this machine trusts.
        patience: Seconds for which one goes on while the platform does not answer, or nothing moves.

    Raises:
        HopslabError: ``settings.invalid`` where something is missing or no good; ``platform.url``: it is no URL of a
            platform; ``platform.certificate``: the platform's certificate is not trusted.
        RefusedError: the token or the certificate is not good, or has expired.
        NotFoundError: ``project.unknown``: there is no such project, or you are no member.
        UnreachableError: nobody has answered for as long as ``patience`` says.
    """
    found = read_outside()
    given: dict[str, str | Path | None] = {"url": url, "project": project, "ca": ca and Path(ca)}
    if token is not None or token_file is not None or certificate is not None:
        # Who says how they come in means that, whatever the environment says.
        found = dataclasses.replace(found, token_file=None, certificate=None, key=None)
        given |= {"token": token, "token_file": token_file and Path(token_file)}
        given |= {"certificate": certificate and Path(certificate), "key": key and Path(key)}
    if token is not None and token_file is not None:
        raise _invalid("Give the token or the file that holds it, not both.")
    chosen = {name: value for name, value in given.items() if value is not None}
    rest = client(dataclasses.replace(found, **chosen), patience)  # type: ignore[arg-type]
    rest.in_project("GET", "")
    use(rest)
    return rest
