"""Regular expressions of filters: PCRE, searched anywhere in the text, with limits on the work.

Ganeti's filters are PCRE; so are these, by the PCRE2 library. A pattern whose matching explodes is stopped by the
library's own limits and fails the query that brought it. A pattern cannot lift them: of several settings of a limit
the lowest counts.

Each text is searched under a limit that only a strange pattern reaches. Where it is reached the search is made again
under a much higher one, but not for many texts of a query: ten thousand rows, each just below that, would keep
everybody else waiting for seconds. Only steps are counted, never time: the same query always ends in the same way.
"""

import re
import sys
from functools import cached_property
from typing import Final

import pcre2

from ganeti_lite.errors import GenericError

ORDINARY_LIMIT: Final = 5_000
"""Steps that a search may take from one place of any text: some microseconds. Sensible patterns need up to a hundred
for a name."""

MATCH_LIMIT: Final = 200_000
"""The same for a costly text: 0.3 ms in machine code, some milliseconds without. A map of a /16, of 65,536
characters, may need as many."""

COSTLY_TEXTS: Final = 500
"""How many texts of a query may take more than the ordinary limit."""

HEAP_LIMIT_KIB: Final = 32 * 1024
"""Memory that a search may take to remember its steps."""

_JIT_STACK_LIMIT: Final = -46
"""PCRE2_ERROR_JIT_STACKLIMIT: machine code has a small stack of its own, which long texts may exceed."""

_ESCAPE: Final = re.compile(r"\\(?:Q.*?(?:\\E|\Z)|x\{([0-9A-Fa-f]{1,8})\}|.)", re.DOTALL)
"""Any escape of a pattern, quotations included; group 1 is there for a character by its number in braces."""


class RegexSyntaxError(ValueError):
    """A pattern that PCRE refuses.

    :ivar position: index in the pattern where it gave up.
    """

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(position, reason)
        self.position = position
        self.reason = reason


class SearchLimitError(GenericError):
    """The search for a pattern is too much work."""


class SearchAllowance:
    """What the regular expressions of one query may still take, all together."""

    def __init__(self) -> None:
        self._costly_texts = COSTLY_TEXTS

    def take(self) -> bool:
        """Ask for one more costly text; whether it is granted."""
        self._costly_texts -= 1
        return self._costly_texts >= 0


class Regex:
    """A compiled pattern; raises :class:`RegexSyntaxError` if it is none."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        try:
            self._ordinary = _compile(pattern, ORDINARY_LIMIT)
        except pcre2.PatternError as error:
            position = max(0, error.pos - len(_limit(ORDINARY_LIMIT)))
            raise RegexSyntaxError(position, str(error.msg).partition("; ")[2]) from error
        except UnicodeEncodeError as error:
            position = error.start - len(_limit(ORDINARY_LIMIT))
            raise RegexSyntaxError(position, "a lone surrogate is no character") from error

    def find_in(self, texts: list[str], allowance: SearchAllowance) -> list[bool]:
        """For each text whether the pattern is found in it; raises :class:`SearchLimitError` if a limit is exceeded."""
        search = self._ordinary.search
        try:
            return [search(text) is not None for text in texts]
        except pcre2.LibraryError:
            return [self._is_found(text, allowance) for text in texts]

    def _is_found(self, text: str, allowance: SearchAllowance) -> bool:
        try:
            return self._ordinary.search(text) is not None
        except pcre2.LibraryError:
            if not allowance.take():
                raise self._exceeded(f"more than {COSTLY_TEXTS} texts are costly") from None
        try:
            return self._thorough.search(text) is not None
        except pcre2.LibraryError as error:
            if error.code != _JIT_STACK_LIMIT:
                raise self._exceeded(error) from error
        try:
            return self._interpreted.search(text) is not None
        except pcre2.LibraryError as error:
            raise self._exceeded(error) from error

    @cached_property
    def _thorough(self) -> pcre2.Pattern:
        return _compile(self.pattern, MATCH_LIMIT)

    @cached_property
    def _interpreted(self) -> pcre2.Pattern:
        return _compile(self.pattern, MATCH_LIMIT, jit=False)

    def _exceeded(self, reason: object) -> SearchLimitError:
        return SearchLimitError(f"Regular expression '{self.pattern}' cannot be searched: {reason}")


def _compile(pattern: str, match_limit: int, *, jit: bool = True) -> pcre2.Pattern:
    r"""With the limits in front.

    The Python binding turns on an option by which ``\x{6e}`` is no character any more but ``\u006e`` is.
    """
    return pcre2.compile(_limit(match_limit) + _ESCAPE.sub(_respell, pattern), jit=jit)


def _limit(match_limit: int) -> str:
    return f"(*LIMIT_MATCH={match_limit})(*LIMIT_HEAP={HEAP_LIMIT_KIB})"


def _respell(escape: re.Match[str]) -> str:
    if escape[1] is None or (code := int(escape[1], 16)) > sys.maxunicode:
        return escape[0]
    return f"\\u{code:04x}" if code <= 0xFFFF else chr(code)
