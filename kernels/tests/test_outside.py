"""The platform as a program outside reaches it: whom it trusts, who it says it is, and what it is told."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from pathlib import Path

import pytest

import hopslab
from hopslab import project, rest
from hopslab.errors import HopslabError, NotFoundError, RefusedError, UnreachableError
from outside_double import TOKEN, OutsidePlatform

pytestmark = pytest.mark.usefixtures("nothing_in_use")


def test_a_token_from_a_file_is_sent_and_told_to_nobody(
    there: OutsidePlatform, authority: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = hopslab.connect(there.url, "demo", token_file=authority / "token", ca=authority / "ca.pem")
    assert there.headers[-1]["Authorization"] == f"Bearer {TOKEN}"
    assert repr(client) == f"<Hopslab project demo at {there.url}>"
    there.answers.append((404, {}, b'{"code": "member.unknown", "detail": "no"}'))
    with pytest.raises(NotFoundError) as unknown:
        client.in_project("GET", "/members/x")
    assert TOKEN not in "".join(traceback.format_exception(unknown.value)) + caplog.text


def test_the_environment_says_where_and_who(
    there: OutsidePlatform, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "URL": there.url,
        "PROJECT": "demo",
        "TOKEN_FILE": str(authority / "token"),
        "CA": str(authority / "ca.pem"),
    }.items():
        monkeypatch.setenv(f"HOPSLAB_{name}", value)
    assert rest.platform().in_project("GET", "") == {"name": "demo"}
    assert hopslab.connect().project == "demo"


def test_a_token_that_is_changed_in_its_file_is_the_next_ones(
    there: OutsidePlatform, authority: Path, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    client = hopslab.connect(there.url, "demo", token_file=file, ca=authority / "ca.pem")
    file.write_text("hsl_gone")
    with pytest.raises(RefusedError) as refused:
        client.in_project("GET", "")
    assert refused.value.code == "auth.required"


def test_a_device_shows_its_certificate(authority: Path) -> None:
    there = OutsidePlatform(authority, devices=True)
    try:
        hopslab.connect(
            there.url,
            "demo",
            certificate=authority / "device.pem",
            key=authority / "device.key",
            ca=authority / "ca.pem",
        )
        assert "Authorization" not in there.headers[-1]
    finally:
        there.close()


def test_an_authority_that_is_another_ones_is_not_believed(there: OutsidePlatform, authority: Path) -> None:
    began = time.monotonic()
    with pytest.raises(HopslabError) as wrong:
        hopslab.connect(there.url, "demo", token=TOKEN, ca=authority / "other.pem")
    assert wrong.value.code == "platform.certificate"
    assert "ca.pem" in wrong.value.detail
    assert there.asked == []
    with pytest.raises(HopslabError) as unknown:
        hopslab.connect(there.url, "demo", token=TOKEN)
    assert unknown.value.code == "platform.certificate"
    with pytest.raises(HopslabError) as other_name:
        hopslab.connect(f"https://localhost:{there.port}", "demo", token=TOKEN, ca=authority / "ca.pem")
    assert "localhost" in other_name.value.detail
    assert time.monotonic() - began < 30, "it was asked again, though that is of no use"


def test_a_wrong_token_is_said_at_once(there: OutsidePlatform, authority: Path) -> None:
    with pytest.raises(RefusedError):
        hopslab.connect(there.url, "demo", token="hsl_wrong", ca=authority / "ca.pem")
    assert len(there.asked) == 1
    with pytest.raises(HopslabError) as none:
        project.about()
    assert none.value.code == "platform.none"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1",
        "127.0.0.1",
        "https://",
        "https://a:b",
        "https://127.0.0.1/hub",
        "https://x?y",
        "",
    ],
)
def test_what_is_no_url_of_a_platform_is_said(url: str) -> None:
    with pytest.raises(HopslabError) as wrong:
        hopslab.connect(url, "demo", token=TOKEN)
    assert wrong.value.code in ("platform.url", "settings.invalid")


def test_a_password_in_the_url_is_not_repeated() -> None:
    with pytest.raises(HopslabError) as wrong:
        hopslab.connect("https://ada:secret@127.0.0.1", "demo", token=TOKEN)
    assert "secret" not in str(wrong.value)


@pytest.mark.parametrize("token", ["", "two words", "hsl_x\r\nX-Evil: 1", "ü"])
def test_what_is_no_token_is_not_repeated(there: OutsidePlatform, authority: Path, token: str) -> None:
    with pytest.raises(HopslabError) as wrong:
        hopslab.connect(there.url, "demo", token=token, ca=authority / "ca.pem")
    assert wrong.value.code == "settings.invalid"
    assert not token or token not in str(wrong.value)
    assert there.asked == []


def test_who_one_is_has_to_be_said_once(there: OutsidePlatform, authority: Path) -> None:
    ca = authority / "ca.pem"
    with pytest.raises(HopslabError, match="by one of them"):
        hopslab.connect(there.url, "demo", ca=ca)
    with pytest.raises(HopslabError, match="by one of them"):
        hopslab.connect(there.url, "demo", ca=ca, token=TOKEN, certificate=authority / "device.pem")
    with pytest.raises(HopslabError, match="cannot be read"):
        hopslab.connect(there.url, "demo", ca=ca, token_file=authority / "none")
    with pytest.raises(HopslabError, match="no certificate"):
        hopslab.connect(there.url, "demo", ca=authority / "ca.key", token=TOKEN)
    with pytest.raises(HopslabError, match="no certificate with its key"):
        hopslab.connect(there.url, "demo", ca=ca, certificate=authority / "device.pem")


def test_nobody_is_followed_elsewhere(there: OutsidePlatform, authority: Path) -> None:
    there.answers.append((307, {"Location": "https://127.0.0.1:1/evil"}, b""))
    with pytest.raises(HopslabError) as elsewhere:
        hopslab.connect(there.url, "demo", token=TOKEN, ca=authority / "ca.pem")
    assert elsewhere.value.code == "platform.redirected"


def test_a_page_of_somebody_else_is_no_answer(there: OutsidePlatform, authority: Path) -> None:
    there.answers.append((200, {"Content-Type": "text/html"}, b"<html>Welcome"))
    with pytest.raises(HopslabError) as other:
        hopslab.connect(there.url, "demo", token=TOKEN, ca=authority / "ca.pem")
    assert other.value.code == "platform.answer"


def test_what_may_be_asked_again_is(there: OutsidePlatform, authority: Path) -> None:
    client = hopslab.connect(there.url, "demo", token=TOKEN, ca=authority / "ca.pem", patience=20)
    busy = b'{"code": "service.unavailable", "detail": "in a moment", "retriable": true}'
    there.answers += [(503, {}, busy)] * 2
    assert client.in_project("GET", "") == {"name": "demo"}
    there.answers += [(503, {}, busy)]
    with pytest.raises(HopslabError, match="in a moment"):
        client.in_project("POST", "/x", {})


def test_a_platform_that_is_away_is_waited_for_and_given_up(there: OutsidePlatform, authority: Path) -> None:
    client = hopslab.connect(there.url, "demo", token=TOKEN, ca=authority / "ca.pem", patience=20)
    there.close()
    coming = threading.Timer(0.5, there.open)
    coming.start()
    assert client.in_project("GET", "") == {"name": "demo"}
    coming.join()
    client.patience = 0.3
    with there.away(), pytest.raises(UnreachableError):
        client.in_project("GET", "")


def test_a_connection_serves_again(there: OutsidePlatform, authority: Path) -> None:
    client = hopslab.connect(there.url, "demo", token=TOKEN, ca=authority / "ca.pem", patience=0)
    for _ in range(3):
        client.in_project("GET", "")
    with there.away():
        pass
    assert client.in_project("GET", "") == {"name": "demo"}
