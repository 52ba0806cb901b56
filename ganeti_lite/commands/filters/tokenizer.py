"""Cuts a textual filter into tokens, one at a time, of the kinds that the parser asks for.

Which kind a text is depends on what may stand there: ``/`` starts a regular expression behind ``=~`` and nowhere else.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple, NoReturn

from .errors import FilterSyntaxError

RULES: Final[Mapping[str, re.Pattern[str]]] = {
    "BLANK": re.compile(r"\s*", re.ASCII),
    "WORD": re.compile(r"[A-Za-z][A-Za-z0-9_/.]*"),
    "NUMBER": re.compile(r"[+-]?[0-9]{1,1000}"),
    "QUOTED": re.compile(r'"(?:[^"\\\n\r]|""|\\.)*"' r"|'(?:[^'\\\n\r]|''|\\.)*'"),
    "OPERATOR": re.compile(r"[=!<>~*]+"),
    "REGEX": re.compile(r"(?:m\s*)?([/#^|])((?:\\.|(?!\1)[^\\\n\r])*)\1([A-Za-z]*)"),
    "OPEN": re.compile(r"\("),
    "CLOSE": re.compile(r"\)"),
    "END": re.compile(r"\Z"),
}
"""Kinds of tokens; those of a WORD may be fields or keywords, whichever the grammar wants."""


class Token(NamedTuple):
    """A piece of a filter.

    :ivar kind: a key of :data:`RULES`.
    :ivar position: where it starts.
    :ivar groups: the parts of the text that its rule marks.
    """

    kind: str
    text: str
    position: int
    groups: tuple[str, ...]


class Tokenizer:
    """A place in a filter. Blanks before a token are skipped."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._position = 0

    def peek(self, *kinds: str) -> Token | None:
        """The token that starts here, of the first kind that fits; ``None`` if none does."""
        start = self._skip_blanks()
        for kind in kinds:
            if match := RULES[kind].match(self._source, start):
                return Token(kind, match[0], start, match.groups())
        return None

    def take(self, *kinds: str) -> Token | None:
        """The same, and move behind it."""
        token = self.peek(*kinds)
        if token is not None:
            self._position = token.position + len(token.text)
        return token

    def expect(self, *kinds: str, expected: str) -> Token:
        """The same; raises :class:`FilterSyntaxError` if there is no such token."""
        token = self.take(*kinds)
        if token is None:
            self.fail(expected)
        return token

    def take_word(self, word: str) -> bool:
        """Move behind a keyword, if it is here."""
        token = self.peek("WORD")
        return token is not None and token.text == word and self.take("WORD") is not None

    def rewind(self, token: Token) -> None:
        """Move back to where a token started."""
        self._position = token.position

    def fail(self, expected: str) -> NoReturn:
        """Raise an error about the place where we are.

        :raises FilterSyntaxError: always.
        """
        start = self._skip_blanks()
        found = f"'{self._source[start]}'" if start < len(self._source) else "the end"
        self.fail_at(start, f"Expected {expected}, found {found}")

    def fail_at(self, position: int, message: str) -> NoReturn:
        """Raise an error about another place.

        :raises FilterSyntaxError: always.
        """
        raise FilterSyntaxError(self._source, position, message)

    def _skip_blanks(self) -> int:
        blank = RULES["BLANK"].match(self._source, self._position)
        return self._position if blank is None else blank.end()
