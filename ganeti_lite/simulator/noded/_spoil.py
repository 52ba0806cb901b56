"""What faults make of an answer: first of the result, then of the bytes and of the way they are sent. Pure."""

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import attrs

from ._calls import Result
from ._http import format_response
from .faults import Fault, FaultOrder

_DRIPS: Final = 16
"""Pieces in which a dripping answer comes."""


class End(enum.Enum):
    """What becomes of the connection after the last piece."""

    CLOSE = enum.auto()
    RESET = enum.auto()
    STAY = enum.auto()
    """It is left to the client."""


@attrs.frozen
class Delivery:
    """How an answer is sent.

    :ivar delay: seconds before its first byte.
    :ivar drip: seconds from its first byte to its last.
    """

    content: bytes
    delay: float = 0.0
    drip: float = 0.0
    end: End = End.CLOSE

    def schedule(self) -> list[tuple[float, bytes]]:
        """The pieces, each with the seconds to wait before it; there is at least one, be it empty."""
        size = -(-len(self.content) // _DRIPS) if self.drip else len(self.content)
        starts = range(0, max(1, len(self.content)), size or 1)
        pause = self.drip / max(1, len(starts) - 1)
        return [(pause if start else self.delay, self.content[start : start + size]) for start in starts]


def deliver(result: Result, version: str, now: float, orders: Sequence[FaultOrder], seconds: float = 0.0) -> Delivery:
    """How the answer to a call is sent, under those orders.

    :param version: of the request, as ``HTTP/1.1``.
    :param now: seconds since 1970.
    :param seconds: that the call itself takes.
    """
    body, status = _spoil_result(result, orders).to_body(), "200 OK"
    for order in orders:
        if order.fault is Fault.NOT_JSON:
            body = b"[true, {'not': JSON}\n"
        if order.fault is Fault.STATUS:
            status = f"{order.value} As Ordered"
    delivery = Delivery(format_response(version, body, now, status), seconds)
    for order in orders:
        delivery = _DELIVERY_FAULTS.get(order.fault, _keep)(delivery, order)
    return delivery


def _spoil_result(result: Result, orders: Iterable[FaultOrder]) -> Result:
    for order in orders:
        match order.fault:
            case Fault.ERROR:
                result = Result(False, order.value)
            case Fault.WRONG_TYPES:
                result = attrs.evolve(result, payload=_with_wrong_types(result.payload))
            case Fault.MALFORMED_INSTANCE:
                result = attrs.evolve(result, payload=_with_malformed_instance(result.payload))
            case _:
                pass
    return result


def _with_wrong_types(value: object) -> object:
    """Texts for numbers, numbers for texts and truth values, all the way down; an empty container is a text."""
    match value:
        case {}:
            return {key: _with_wrong_types(each) for key, each in value.items()} or "empty"
        case list() | tuple():
            return [_with_wrong_types(each) for each in value] or "empty"
        case bool() | str() | None:
            return 17
        case _:
            return str(value)


def _with_malformed_instance(value: object) -> object:
    """The first instance, by name, without its memory."""
    if not isinstance(value, dict) or not value:
        return value
    first = min(value)
    return {**value, first: {key: each for key, each in value[first].items() if key != "memory"}}


def _keep(delivery: Delivery, _order: FaultOrder) -> Delivery:
    return delivery


def _slow(delivery: Delivery, order: FaultOrder) -> Delivery:
    return attrs.evolve(delivery, delay=delivery.delay + order.seconds)


def _drip(delivery: Delivery, order: FaultOrder) -> Delivery:
    return attrs.evolve(delivery, drip=order.seconds)


def _half(delivery: Delivery, _order: FaultOrder) -> Delivery:
    """Half of the body."""
    head, separator, body = delivery.content.partition(b"\r\n\r\n")
    return attrs.evolve(delivery, content=head + separator + body[: len(body) // 2])


def _garbage(delivery: Delivery, _order: FaultOrder) -> Delivery:
    return attrs.evolve(delivery, content=bytes(range(256)) + b"\r\n\r\n")


def _hang(delivery: Delivery, _order: FaultOrder) -> Delivery:
    return attrs.evolve(delivery, content=b"", end=End.STAY)


def _reset(delivery: Delivery, _order: FaultOrder) -> Delivery:
    return attrs.evolve(delivery, content=b"", end=End.RESET)


_DELIVERY_FAULTS: Final[Mapping[Fault, Callable[[Delivery, FaultOrder], Delivery]]] = {
    Fault.SLOW: _slow,
    Fault.DRIP: _drip,
    Fault.HALF: _half,
    Fault.GARBAGE: _garbage,
    Fault.HANG: _hang,
    Fault.RESET: _reset,
}
