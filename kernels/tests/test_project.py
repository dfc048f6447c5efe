"""The project and its members, as a notebook asks for them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from hopslab import members, project
from hopslab.errors import HopslabError, NotFoundError, RefusedError, UnreachableError
from hopslab.pending import PendingAct, done_or_held
from hopslab.settings import Settings
from platform_double import OPENAPI, Platform

ADA = {"user": "ada", "displayName": "Ada", "role": "data_owner", "since": "2026-11-01T08:00:00.000Z"}
BOB = {"user": "bob", "displayName": "Bob", "role": "data_scientist", "since": "2026-11-02T08:00:00.000Z"}


def lay(platform: Platform, path: str, template: str, answer: dict[str, Any]) -> None:
    """Lay down an answer that the contract allows."""
    operation = OPENAPI["paths"][f"/api/v1{template}"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": OPENAPI["components"]}).validate(answer)
    platform.pages[path] = answer


def test_the_project_is_told(environment: Settings, platform: Platform) -> None:
    lay(
        platform,
        "/projects/demo",
        "/projects/{p}",
        {
            "name": "demo",
            "description": "Digits",
            "role": "data_owner",
            "state": "active",
            "services": ["notebooks"],
            "members": 2,
            "createdAt": "2026-11-01T08:00:00.000Z",
        },
    )
    told = project.about()
    assert (told.name, told.role, told.services, told.members) == ("demo", "data_owner", ("notebooks",), 2)
    assert told.created_at.year == 2026


def test_egress_is_told_and_whether_it_is_here(
    environment: Settings, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = "/projects/{p}/egress"
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    lay(platform, "/projects/demo/egress", template, {"enabled": False})
    assert project.egress() == project.Egress(enabled=False, here=False)
    lay(platform, "/projects/demo/egress", template, {"enabled": True})
    assert project.egress() == project.Egress(enabled=True, here=True)
    monkeypatch.delenv("HTTPS_PROXY")
    assert project.egress() == project.Egress(enabled=True, here=False)


def test_members_come_page_by_page(environment: Settings, platform: Platform) -> None:
    template = "/projects/{p}/members"
    first, second = "/projects/demo/members?limit=1000", "/projects/demo/members?limit=1000&cursor=bmV4dA"
    lay(platform, first, template, {"items": [ADA], "nextCursor": "bmV4dA"})
    lay(platform, second, template, {"items": [BOB], "nextCursor": None})
    assert [member.user for member in members.listed()] == ["ada", "bob"]
    lay(platform, "/projects/demo/members/bob", "/projects/{p}/members/{user}", BOB)
    assert members.get("bob").role == "data_scientist"


def test_access_is_told_by_right_and_grant(environment: Settings, platform: Platform) -> None:
    rights = [{"action": "dataset.view", "by": "role"}, {"action": "dataset.write", "by": "editable"}]
    answer = {"items": [{**BOB, "rights": rights}], "nextCursor": None}
    del answer["items"][0]["since"]  # type: ignore[index]
    lay(platform, "/projects/demo/access?asset=dataset%3Anotes&limit=1000", "/projects/{p}/access", answer)
    (bob,) = project.access("dataset:notes")
    assert bob.rights == {"dataset.view": "role", "dataset.write": "editable"}


def test_a_refusal_is_of_its_class(environment: Settings, platform: Platform) -> None:
    with pytest.raises(NotFoundError) as found:
        members.get("nobody")
    assert found.value.code == "member.unknown"
    platform.refuse = (401, "auth.expired")
    with pytest.raises(RefusedError) as refused:
        project.about()
    assert refused.value.code == "auth.expired"
    with platform.away(), pytest.raises(UnreachableError):
        project.about()


def test_outside_a_sandbox_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOPSLAB_API_SOCKET", raising=False)
    with pytest.raises(HopslabError) as none:
        project.about()
    assert none.value.code == "platform.none"


def test_a_quota_is_told(environment: Settings, platform: Platform) -> None:
    limits = dict.fromkeys(
        ["cores", "memory", "gpus", "servers", "coreHours", "gpuHours", "bytes", "files", "topics"]
    )
    amounts = {"cores": 8, "memory": 2**34, "gpus": 0, "servers": 10}
    part = {"limit": amounts, "used": {**amounts, "cores": 2}}
    hours = {"coreHours": 1.5, "gpuHours": 0}
    answer = {
        "project": part,
        "user": part,
        "machine": part,
        "coresSharedBy": 4,
        "gpuTypes": [],
        "noGpuReason": "There is none.",
        "limits": {**limits, "gpuTypes": {}, "bytes": 2**40},
        "myLimits": {**limits, "gpuTypes": {}},
        "month": {
            "from": "2026-11-01T00:00:00.000Z",
            "turns": "2026-12-01T00:00:00.000Z",
            "project": hours,
            "user": hours,
        },
        "storage": {"bytes": 10, "files": 2, "countedAt": None},
        "warnings": [],
    }
    lay(platform, "/projects/demo/quota", "/projects/{p}/quota", answer)
    told = project.quota()
    assert told.mine.used.cores == 2
    assert told.project.limit == project.Amounts(8, 2**34, 0, 10)
    assert (told.bytes, told.files, told.core_hours) == (10, 2, 1.5)
    assert told.limits == {"bytes": 2**40, "files": None, "core_hours": None, "gpu_hours": None}


def test_usage_is_told_by_day_or_by_user(environment: Settings, platform: Platform) -> None:
    used = {"of": "ada", "coreHours": 2, "memoryHours": 4.5, "gpuHours": {"H200": 1}}
    answer = {"items": [used], "nextCursor": None}
    path = "/projects/demo/usage?by=user&from=2026-11-01&to=2026-11-03"
    lay(platform, path, "/projects/{p}/usage", answer)
    assert project.usage(date(2026, 11, 1), date(2026, 11, 3), by="user") == [
        project.Usage("ada", 2, 4.5, {"H200": 1})
    ]


def test_what_waits_for_a_click_says_where() -> None:
    held = {
        "pending": {
            "id": "7",
            "url": "https://hub/pending/7",
            "summary": "Add bob.",
            "expiresAt": "2026-11-01T08:00:00.000Z",
        }
    }
    act = done_or_held(held, members._member)
    assert isinstance(act, PendingAct)
    assert (act.url, act.summary, act.expires_at.year) == ("https://hub/pending/7", "Add bob.", 2026)
    assert done_or_held(BOB, members._member) == members._member(BOB)
