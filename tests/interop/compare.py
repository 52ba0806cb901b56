"""Tells two answers apart, as strictly as a client could.

Equal means: same success, same values of the same JSON types (``1``, ``1.0`` and ``true`` are three different
things), same statuses, same order, same error class. Left out are only the descriptive texts: ``doc`` of a field, and
messages for people.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from attrs import Factory, frozen

from .luxi import Answer, Connection

PARSE_ERROR: Final = "Failed to parse request: "
LONGEST_SHOWN: Final = 300

Request = tuple[object, object]
"""Method and arguments."""


def differences(real: Any, ours: Any, place: str = "") -> Iterator[str]:
    """Each place at which two JSON values differ, as ``path: real value, our value``; objects' key order is free."""
    if type(real) is not type(ours):
        yield f"{place}: {shorten(real)} is not {shorten(ours)}"
    elif isinstance(real, dict):
        for key in sorted(real.keys() | ours.keys()):
            yield from _key_differences(real, ours, key, f"{place}.{key}")
    elif isinstance(real, list):
        if len(real) != len(ours):
            yield f"{place}: {len(real)} elements, not {len(ours)}: {shorten(real)} is not {shorten(ours)}"
        for index, (one, other) in enumerate(zip(real, ours, strict=False)):
            yield from differences(one, other, f"{place}[{index}]")
    elif real != ours:
        yield f"{place}: {shorten(real)} is not {shorten(ours)}"


def _key_differences(real: dict[str, Any], ours: dict[str, Any], key: str, place: str) -> Iterator[str]:
    if key not in ours:
        yield f"{place}: missing in ours ({shorten(real[key])})"
    elif key not in real:
        yield f"{place}: only in ours ({shorten(ours[key])})"
    else:
        yield from differences(real[key], ours[key], place)


def shorten(value: object) -> str:
    """The value on one line of bounded length."""
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def comparable(answer: Answer) -> Any:
    """What of an answer must be equal: everything but descriptive texts."""
    if answer.silent or not answer.raw:
        return {"silent": answer.silent, "closed": answer.closed}
    decoded = answer.decoded
    if not decoded["success"]:
        return {**decoded, "result": _comparable_error(decoded["result"]), "closed": answer.closed}
    if isinstance(decoded["result"], dict) and "fields" in decoded["result"]:
        return {**decoded, "result": _without_docs(decoded["result"])}
    return decoded


def _without_docs(result: dict[str, Any]) -> dict[str, Any]:
    """A query's result whose field definitions only show that there is a description."""
    fields = [{**field, "doc": isinstance(field["doc"], str) and bool(field["doc"])} for field in result["fields"]]
    return {**result, "fields": fields}


def _comparable_error(error: Any) -> Any:
    """An error with its class and code, and with its message where clients show or know it word by word."""
    if isinstance(error, str):
        return error.startswith(PARSE_ERROR)
    name, arguments = error
    if name == "OpPrereqError" or str(arguments[0]).startswith("Can't find field named"):
        return error
    return [name, len(arguments)]


@frozen
class Pair:
    """The two servers that are asked the same.

    :ivar name: what they answer from, for reports
    """

    name: str
    real: Connection
    ours: Connection

    def compare(self, requests: Iterable[Request]) -> "Comparison":
        """Ask both each of the requests, in turn."""
        comparison = Comparison(self.name)
        for method, args in requests:
            comparison.add((method, args), self.real.ask(method, args), self.ours.ask(method, args))
        return comparison


@frozen
class Comparison:
    """What came of asking two servers the same.

    :ivar outcomes: how many requests were answered with data, refused with which class, …
    """

    name: str
    outcomes: Counter[str] = Factory(Counter)
    found: list[str] = Factory(list)

    def add(self, request: object, real: Answer, ours: Answer) -> None:
        """Compare one request's answers."""
        self.note(request, outcome(real), comparable(real), comparable(ours))

    def note(self, request: object, ended: str, real: Any, ours: Any) -> None:
        """Compare two values that must be equal; ``ended`` says in a word how the request went with the real one."""
        self.outcomes[ended] += 1
        found = list(differences(real, ours))
        if found:
            self.found.append(f"{self.name}: {shorten(request)}\n    " + "\n    ".join(found[:5]))

    @property
    def count(self) -> int:
        """How many requests both were asked."""
        return self.outcomes.total()

    def report(self, at_most: int = 20) -> str:
        """The differences, for people."""
        head = f"{len(self.found)} of {self.count} answers differ (real, ours):"
        return "\n".join([head, *self.found[:at_most]])


def outcome(answer: Answer) -> str:
    """In a word, how a request ended: ``data``, an error's class, ``malformed`` or ``silence``."""
    if answer.silent or not answer.raw:
        return "silence"
    error = answer.error
    if error is None:
        return "data"
    return "malformed" if isinstance(error, str) else str(error[0])
