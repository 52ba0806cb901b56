"""Text of others in lines of the log: what is no printable character stands there as an escape.

A name with an end of line in it would otherwise look like a line that the daemon has written, and one with a terminal's
control sequence would do to the reader's terminal what its author likes.
"""


def printable(value: object) -> str:
    """The text of *value* on one line."""
    text = str(value)
    return text if text.isprintable() else "".join(map(_escape, text))


def _escape(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode()
