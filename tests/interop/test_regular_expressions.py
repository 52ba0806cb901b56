"""Regular expressions: Ganeti's are those of PCRE 8, ours those of PCRE2.

Both accept the same ones and find the same, but for a few forms that the two libraries read differently.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from ganeti_lite.simulator import encode_config

from .compare import Pair, Request, outcome
from .luxi import Connection
from .odd_configs import add_instance, bare
from .side_by_side import both
from .tally import Tally

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("real_ganeti")]

SILENT_SECONDS: Final = 5.0

PATTERNS: Final[Sequence[str]] = (
    *r"""
    a . ^ $ ^$ a| |a () (|a) a||b [a] [^a] []a] [^]a] [a-c-e] [-a] [a-] [] [^] [z-a] [a [ ] { } {1} a} ( ) (a a) * + ?
    a* a+ a? a*? a+? a?? a*+ a++ a?+ a{2} a{2,} a{1,2}? a{1,2}+ a{ a{x} a{0} a{65535} a{65536} a{2,1} (a{1000}){1000}
    a** a+* (* (? (?: (?:a) (?#comment)a (?# (?=a) (?!a) (?<=a) (?<!a) (?<=a+)b (?<=a|bc)d (?<=a{2}) (?>a+)b (?|(a)|(b))
    (a)(?1) (a(?1)?b) (?1) (?<n>a) (?'n'a) (?P<n>a) (?<n>a)\k<n> (?P<n>a)(?P=n) (?<n>a)(?<n>b) (?<1n>a) (?<>a)
    (?J)(?<n>a)|(?<n>b) (?i)A (?i:A)b a(?i)B (?-i)a (?s). (?m)^a (?U)a+ (?ims)a (?z)a (?i
    \d \D \w \W \s \S \h \H \v \V \R \N \X \b \B \A \z \Z \G \K a\Kb \e \f \n \r \t \a \0 \01 \012 \x41 \x{41} \xg
    \o{101} \o \cA \c \1 (a)\1 (a)\2 \g1 (a)\g1 (a)\g{1} (a)\g{-1} \g{-1} (a)\g<1> \10 \. \- \_ \é \L \l \ a\
    \Q.*\E \Q \E \Qa [\Q]\E] [a-\d] [\w] [\b] [\N] [\s\S] \p{L} \p{Lu} \P{L} \pL \p{Greek} \p{X} \p
    [[:alpha:]] [[:^alpha:]] [[:word:]] [[:nosuch:]] [:alpha:] [[.a.]] [[=a=]] [[:<:]]a [[:>:]]
    (?(1)a|b) (a)?(?(1)b|c) (?(?=a)a|b) (?(<n>)a) (?<n>a)?(?(<n>)b) (?(R)a|b) (?(DEFINE)(?<x>a))(?&x) (?(1)a|b|c)
    (*UTF8)a (*UTF)a (*UCP)a (*CR)a (*ANYCRLF)a (*ACCEPT) (*FAIL) (*F) a(*COMMIT)b (*PRUNE)a (*SKIP)a (*THEN)a
    (*MARK:x)a (*:x)a (*NO_START_OPT)a (*nosuch)a (?C)a (?C1)a (?C256)a (?+1)(a) (?-1) ä [ä-ü] 日本 (?i)Ä
    (a+)+$ (?:a|aa)+$ ^(?:[^.]+\.)*com$ ^web-\d+\.(?:lab|office)\. (?<!lab)\.example ^(?!web)\w+-\d
    """.split(),  # noqa: SIM905 - quotes around each would hide them
    *("", "a b", "(?x) a b", "(?x)a #c", "a\nb", "\t", "x" * 3000, "(" * 200 + ")" * 200, "(" * 260 + ")" * 260),
)
"""Right and wrong ones, with every construct of the language."""

SUBJECT: Final = "a-{,2}-81-web.example.com"
"""What the expressions of :data:`DIALECTS` are looked for in."""

DIALECTS: Final[Sequence[tuple[str, str, str]]] = (
    (r"z{,2}", "not found", "found"),  # text, repetition
    (r"\x", "not found", "found"),  # a NUL character, the letter
    (r"\81", "found", "malformed"),
    (r"[\d-w]", "found", "malformed"),
    (r"[\B\R]", "not found", "malformed"),
    (r"\y", "not found", "malformed"),
    (r"\C", "found", "malformed"),
    (r"(?X)a", "found", "malformed"),
    (r"\u0061", "malformed", "found"),
    (r"\U", "malformed", "not found"),
    (r"(*NOTEMPTY)a", "malformed", "found"),
    (r"(?R)", "malformed", "GenericError"),
    ("a\0z", "found", "not found"),  # cut off at the NUL, or not
    (r"(.*)*b\d", "silence", "GenericError"),
)
"""Expressions that the two libraries read differently: what the real daemon makes of them, and what ours does."""


def requests() -> Iterator[Request]:
    """Each expression, looked for in names."""
    for pattern in PATTERNS:
        for resource in ("instance", "network"):
            yield "Query", [resource, ["name"], ["=~", "name", pattern]]


@pytest.mark.parametrize("daemons", ["generated", "names"], indirect=True)
def test_regular_expressions(pair: Pair, tally: Tally) -> None:
    """The same expressions are refused, and the others find the same."""
    tally.check("regular expressions", pair.compare(requests()))


def test_two_dialects(folder: Path) -> None:
    """What is different is known."""
    config = bare()
    add_instance(config, SUBJECT)
    with both("dialects", encode_config(config), folder) as daemons:
        with Connection(daemons.real.query_socket, seconds=SILENT_SECONDS) as real:
            assert [(pattern, look_for(real, pattern)) for pattern, _, _ in DIALECTS] == [it[:2] for it in DIALECTS]
        with Connection(daemons.ours.query_socket) as ours:
            assert [(pattern, look_for(ours, pattern)) for pattern, _, _ in DIALECTS] == [it[::2] for it in DIALECTS]


def look_for(client: Connection, pattern: str) -> str:
    """In a word, what comes of a search in :data:`SUBJECT`."""
    answer = client.ask("Query", ["instance", ["name"], ["=~", "name", pattern]])
    ended = outcome(answer)
    if ended != "data":
        return ended
    return "found" if answer.result["data"] else "not found"
