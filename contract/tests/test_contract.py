"""Every operation of openapi.json, asked by everybody: what is answered is what the contract says."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from stage import CHECKOUT, Stage
from tally import Tally
from values import WIDE, dictionaries

OPENAPI = CHECKOUT / "schema" / "openapi.json"
OPERATIONS = {
    operation["operationId"]: operation
    for path in json.loads(OPENAPI.read_text())["paths"].values()
    for operation in path.values()
}

# What no request of these people can bring about, and why.
NEVER_GOOD = {
    "holdCompute": "only from a sandbox with executors",
    "giveBackCompute": "only from a sandbox with executors",
    "enterNotebookServer": "only while the server is ready",
    "openTensorboard": "only while the server is ready",
    "confirmSecondFactor": "by a code that is good for a minute and a half",
}

# "Request Header Fields Too Large", from somewhat below the 16 KiB that a head may have.
TOO_LONG = 431
LONGEST_ADDRESS = 12_000

CHECKS = {
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
}

stage = Stage()
tally = Tally()
config = schemathesis.Config.from_dict(
    {
        **dictionaries(stage.values),
        "base-url": stage.url,
        # Who asks is ours to say.
        "generation": {"with-security-parameters": False},
        "phases": {"coverage": {"enabled": WIDE, "unexpected-methods": []}},
        "checks": {"enabled": False, **{name: {"enabled": True} for name in CHECKS}},
    }
)
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


def tar_of(*names: str) -> bytes:
    """A tar archive of empty files."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as tar:
        for name in names:
            tar.addfile(tarfile.TarInfo(name))
    return whole.getvalue()


archives = st.one_of(st.just(tar_of("a.py", "b/c.md")), st.binary())
schemathesis.openapi.media_type("application/x-tar", archives)
schemathesis.serializer.alias("application/x-tar", "application/octet-stream")
schema = schemathesis.openapi.from_path(OPENAPI, config=config)


@schema.hook
def map_body(context: schemathesis.HookContext, body: Any) -> Any:
    """What a generator cannot know.

    Whoever asks for a notebook server waits for it: there is none to be had at once. Whoever picks a point
    without any hyperparameter picks the one that the experiment has.
    """
    asked = context.operation and context.operation.definition.raw["operationId"]
    if asked == "startNotebookServer" and isinstance(body, dict) and "executors" in body:
        return {"wait": True, **body}
    if asked == "enqueueTrial" and isinstance(body, dict) and body.get("params") == {}:
        return {**body, "params": {"rate": 0.25}}
    return body


@pytest.fixture(scope="session", autouse=True)
def _ended() -> Iterator[None]:
    yield
    stage.close()


def everybody_asks(case: schemathesis.Case[Any]) -> None:
    operation = case.operation.definition.raw
    for person in stage.people:
        answer = stage.ask(case, person)
        if answer.status_code == TOO_LONG:
            # Lists in the query can make an address that HTTP has no room for: no operation has seen it.
            assert len(answer.request.url or "") > LONGEST_ADDRESS
            return
        tally.count(operation["operationId"], answer.status_code)
        try:
            case.validate_response(answer)
            if person == "anonymous" and operation["x-access"] != "public":
                assert answer.status_code == 401, "who is asked for comes first"
        except Exception as fault:
            fault.add_note(f"asked by {person}")
            raise
        if case.method != "GET" and answer.status_code < 300:
            stage.put_back()


@schema.parametrize()
def test_answers_as_declared(case: schemathesis.Case[Any]) -> None:
    everybody_asks(case)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_was_reached(operation: str) -> None:
    assert tally.asked(operation) > 0
    if operation in NEVER_GOOD:
        assert tally.good(operation) == 0, "it can be reached after all: take it from the list"
        return
    well = schema.find_operation_by_id(operation).as_strategy(generation_mode=GenerationMode.POSITIVE)

    @settings(max_examples=100)
    @given(well)
    def until_answered_well(case: schemathesis.Case[Any]) -> None:
        if not tally.good(operation):
            everybody_asks(case)

    if not tally.good(operation):
        # A deletion goes on after its answer, and may have taken away what was put back meanwhile.
        stage.put_back()
        until_answered_well()
    assert tally.good(operation) > 0


def test_no_error_was_logged() -> None:
    assert stage.log() == ""
