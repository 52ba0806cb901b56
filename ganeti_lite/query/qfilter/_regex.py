"""Regular expressions of filters: PCRE, searched anywhere in the text, with limits on the work for each text.

Ganeti's filters are PCRE; so are these, by the PCRE2 library. A pattern whose matching explodes is stopped by the
library's own limits and fails the query that brought it. A pattern cannot lift them: of several settings of a limit
the lowest counts.
"""

import re
import sys
from typing import Final

import pcre2

from ganeti_lite.errors import GenericError

MATCH_LIMIT: Final = 200_000
"""Steps that a search may take from one place of a text: some milliseconds, far more than a sensible pattern needs."""

HEAP_LIMIT_KIB: Final = 32 * 1024
"""Memory that a search may take to remember its steps."""

_LIMITS: Final = f"(*LIMIT_MATCH={MATCH_LIMIT})(*LIMIT_HEAP={HEAP_LIMIT_KIB})"
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


class Regex:
    """A compiled pattern; raises :class:`RegexSyntaxError` if it is none."""

    __slots__ = ("_compiled", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        try:
            self._compiled = _compile(pattern, jit=True)
        except pcre2.PatternError as error:
            position = max(0, error.pos - len(_LIMITS))
            raise RegexSyntaxError(position, str(error.msg).partition("; ")[2]) from error
        except UnicodeEncodeError as error:
            raise RegexSyntaxError(error.start - len(_LIMITS), "a lone surrogate is no character") from error

    def find_in(self, texts: list[str]) -> list[bool]:
        """For each text whether the pattern is found in it; raises GenericError where that exceeds a limit."""
        try:
            return _find(self._compiled, texts)
        except pcre2.LibraryError as error:
            if error.code != _JIT_STACK_LIMIT:
                raise self._exceeded(error) from error
        try:
            return _find(_compile(self.pattern, jit=False), texts)
        except pcre2.LibraryError as error:
            raise self._exceeded(error) from error

    def _exceeded(self, error: Exception) -> GenericError:
        return GenericError(f"Regular expression '{self.pattern}' cannot be searched: {error}")


def _compile(pattern: str, *, jit: bool) -> pcre2.Pattern:
    r"""With the limits in front.

    The Python binding turns on an option by which ``\x{6e}`` is no character any more but ``\u006e`` is.
    """
    return pcre2.compile(_LIMITS + _ESCAPE.sub(_respell, pattern), jit=jit)


def _respell(escape: re.Match[str]) -> str:
    if escape[1] is None or (code := int(escape[1], 16)) > sys.maxunicode:
        return escape[0]
    return f"\\u{code:04x}" if code <= 0xFFFF else chr(code)


def _find(compiled: pcre2.Pattern, texts: list[str]) -> list[bool]:
    search = compiled.search
    return [search(text) is not None for text in texts]
