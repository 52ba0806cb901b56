"""Regular expressions of filters: PCRE, searched anywhere in the text, with a limit on the work per text.

Ganeti's filters are PCRE; so are these, by the PCRE2 library. A pattern whose matching explodes is stopped by the
library's own step limit and fails the query that brought it.
"""

from typing import Final

import pcre2

from ganeti_lite.errors import GenericError

MATCH_LIMIT: Final = 200_000
"""Steps that one search may take: about a millisecond, several thousand times what a sensible pattern needs."""

_LIMIT: Final = f"(*LIMIT_MATCH={MATCH_LIMIT})"


class RegexSyntaxError(ValueError):
    """A pattern that PCRE refuses.

    :ivar position: index in the pattern where it gave up.
    """

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(position, reason)
        self.position = position
        self.reason = reason


class Regex:
    """A compiled pattern; raises :class:`RegexSyntaxError` if it is none."""

    __slots__ = ("_search", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        try:
            self._search = pcre2.compile(_LIMIT + pattern, jit=True).search
        except pcre2.PatternError as error:
            position = max(0, error.pos - len(_LIMIT))
            raise RegexSyntaxError(position, str(error.msg).partition("; ")[2]) from error
        except UnicodeEncodeError as error:
            raise RegexSyntaxError(error.start, "a lone surrogate is no character") from error

    def find_in(self, texts: list[str]) -> list[bool]:
        """For each text whether the pattern is found in it; raises GenericError where that takes too many steps."""
        search = self._search
        try:
            return [search(text) is not None for text in texts]
        except pcre2.LibraryError as error:
            raise GenericError(f"Regular expression '{self.pattern}' cannot be searched: {error}") from error
