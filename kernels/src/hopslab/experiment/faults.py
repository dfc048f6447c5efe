"""Faults of what was asked, in words; each of these answers none or one."""

from __future__ import annotations


def count_faults(name: str, value: object, most: int) -> list[str]:
    """What is wrong with a whole number from 1."""
    if isinstance(value, bool) or not isinstance(value, int):
        return [f"{name} is {value!r}; give a whole number."]
    if not 1 <= value <= most:
        return [f"{name} is {value}; give a number from 1 to {most}."]
    return []


def text_faults(name: str, value: object, least: int, most: int) -> list[str]:
    """What is wrong with a text of so many characters."""
    if not isinstance(value, str):
        return [f"{name} is {value!r}; give a text."]
    if not least <= len(value) <= most:
        return [f"{name} has {len(value)} characters; it takes from {least} to {most}."]
    return []


def one_of(name: str, value: object, known: tuple[str, ...]) -> list[str]:
    """What is wrong with a choice."""
    return [] if value in known else [f"{name} is {value!r}; use one of: {', '.join(known)}."]
