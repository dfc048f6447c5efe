from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopslab.experiment import protocol as p
from hopslab.experiment.wire import ProtocolError

SCALARS = st.one_of(
    st.text(), st.floats(allow_nan=False, allow_infinity=False), st.integers(), st.booleans(), st.none()
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
COUNTS = st.integers(0, 10**6)
MESSAGES = st.one_of(
    st.builds(p.Hello, st.text()),
    st.builds(p.Setup, st.text(), st.text(), st.lists(st.text()), st.dictionaries(st.text(), st.text())),
    st.just(p.Next()),
    st.builds(p.Run, COUNTS, COUNTS, st.dictionaries(st.text(), SCALARS)),
    st.just(p.End()),
    st.builds(p.Report, COUNTS, NUMBERS, COUNTS),
    st.builds(p.Verdict, st.sampled_from(["go", "prune", "stop"])),
    st.builds(p.Stop, COUNTS),
    st.builds(
        p.Ended,
        COUNTS,
        st.sampled_from(["complete", "pruned", "failed", "stopped"]),
        st.none() | NUMBERS,
        st.dictionaries(st.text(), NUMBERS),
        st.none() | st.text(),
        st.none() | st.text(),
        st.booleans(),
    ),
)


@given(MESSAGES)
def test_a_message_arrives_as_it_was_sent(message: p.Message) -> None:
    assert p.decode(p.encode(message)) == message


@given(st.binary() | st.text().map(str.encode))
def test_anything_else_is_refused_as_no_message(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        p.decode(data)


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"3",
        b"null",
        b'{"kind": "shutdown"}',
        b'{"kind": []}',
        b'{"kind": "run"}',
        b'{"kind": "end", "x": 1}',
    ],
)
def test_json_that_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError, match="not a message"):
        p.decode(data)
