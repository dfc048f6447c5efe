"""What `admin verify-audit` says of what was found."""

from typing import Any

from launcher.audit import told


def found(**more: Any) -> dict[str, Any]:
    return {
        "verified": True,
        "rows": 12345,
        "position": 12345,
        "hash": "ab" * 32,
        "heads": 130,
        "signed": {"position": 12340, "at": "2026-11-22T10:00:00.000Z"},
        "faults": [],
        "moreFaults": False,
        "seconds": 0.1,
    } | more


def test_a_good_journal_is_told_with_the_head_to_note() -> None:
    first, head = told(found())
    assert first.startswith("✓ 12,345 rows are as they were written, up to row 12,345")
    assert "row 12,340 of 2026-11-22" in first
    assert head.strip() == f"its hash: {'ab' * 32}"


def test_an_empty_journal_has_no_head() -> None:
    assert told(found(rows=0, position=0, hash=None, signed=None)) == [
        "✓ 0 rows are as they were written, up to row 0; no head is signed yet"
    ]


def test_each_fault_is_told_with_its_place() -> None:
    faults = [
        {"kind": "missing", "from": 7, "to": 1007, "detail": "These rows are gone."},
        {"kind": "altered", "from": 2000, "to": 2000, "detail": "Altered."},
        {"kind": "head", "from": 3, "to": 3, "detail": "Not signed."},
    ]
    lines = told(found(verified=False, faults=faults, moreFaults=True))
    assert lines[0].startswith("✗ the journal is not as it was written")
    assert lines[1:] == [
        "  rows 7 to 1,007: These rows are gone.",
        "  row 2,000: Altered.",
        "  line 3: Not signed.",
        "  and more",
    ]
