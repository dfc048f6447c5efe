"""What is told to a person of a file that cannot be shown."""

from __future__ import annotations


class Fault(Exception):  # noqa: N818  a fault of the file, told to its reader
    """Ends a reading; ``code`` is the problem's, the message is words for people without a path of this machine."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def failed(words: str) -> Fault:
    """The file is not what it should be."""
    return Fault("failed", words)


def too_large(words: str) -> Fault:
    """The file cannot be shown within what a preview may take."""
    return Fault("too-large", words)
