"""What ends a command with a message instead of a traceback."""


class Fault(Exception):
    """Something a person can mend: the text says what was wrong and what to do (exit code 1)."""


class Usage(Fault):
    """The command was called wrongly (exit code 2)."""
