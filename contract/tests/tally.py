"""How often each operation was asked, and what it answered."""

from __future__ import annotations

from collections import Counter, defaultdict


class Tally:
    """Statuses by operation."""

    def __init__(self) -> None:
        self._answers: dict[str, Counter[int]] = defaultdict(Counter)

    def count(self, operation: str, status: int) -> None:
        self._answers[operation][status] += 1

    def asked(self, operation: str) -> int:
        return self._answers[operation].total()

    def good(self, operation: str) -> int:
        return sum(times for status, times in self._answers[operation].items() if status < 300)

    def lines(self) -> list[str]:
        """A row for every operation, with how often each status was answered."""
        rows = []
        for operation, answers in sorted(self._answers.items()):
            told = " ".join(f"{status}:{times}" for status, times in sorted(answers.items()))
            rows.append(f"{operation:26} asked {answers.total():5}, 2xx {self.good(operation):5}   {told}")
        total = sum(answers.total() for answers in self._answers.values())
        return [*rows, f"{len(self._answers)} operations, {total} requests"]
