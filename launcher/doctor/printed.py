"""The findings as a person reads them: grouped, aligned, what mends a thing below it."""

import shutil
import textwrap

from launcher.doctor.finding import Finding

_MARKS = {"ok": "✓", "weak": "!", "missing": "✗"}
_NAME = 24
_WIDEST = 110


def printed(found: dict[str, list[Finding]], columns: int | None = None) -> str:
    """All groups, and the sum at the end."""
    width = min(columns or shutil.get_terminal_size((100, 24)).columns, _WIDEST)
    lines = []
    for group, every in found.items():
        if every:
            lines += [group, *(line for one in every for line in _lines(one, width)), ""]
    return "\n".join([*lines, _sum([one for every in found.values() for one in every]), ""])


def _lines(one: Finding, width: int) -> list[str]:
    head = f"  {_MARKS[one.state]} {one.name:<{_NAME}}"
    # A long path is not cut in two.
    told = textwrap.fill(one.told, width, initial_indent=head, subsequent_indent=" " * len(head),
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip
    # On a line of its own and never wrapped, so that it can be copied.
    return [told, *([f"{' ' * len(head)}→ {one.mend}"] if one.mend else [])]


def _sum(every: list[Finding]) -> str:
    missing, weak = (sum(one.state == state for one in every) for state in ("missing", "weak"))
    if missing:
        also = f", and {weak} could be better (!)" if weak else ""
        return f"{missing} {'things are' if missing > 1 else 'thing is'} missing (✗){also}."
    return f"Nothing is missing; {weak} could be better (!)." if weak else "Everything is well."
