"""What faults make of an answer."""

import json
from typing import Any

import pytest

from ganeti_lite.simulator.noded import FaultOrder
from ganeti_lite.simulator.noded._calls import Result
from ganeti_lite.simulator.noded._spoil import Delivery, End, deliver

NOW = 1_795_375_800.0
INSTANCES = {"web-2": {"memory": 1, "state": 0}, "web-1": {"memory": 2, "state": 0}}


def delivered(payload: object, *texts: str) -> Delivery:
    """How a good result is sent under those orders for everybody."""
    orders = [FaultOrder.from_text(f"*={text}") for text in texts]
    return deliver(Result(True, payload), "HTTP/1.1", NOW, orders)


def body(delivery: Delivery) -> bytes:
    """What comes after the headers."""
    return delivery.content.partition(b"\r\n\r\n")[2]


def spoilt(payload: object, *texts: str) -> Any:
    """The ``[success, payload]`` that comes in place of a good one."""
    return json.loads(body(delivered(payload, *texts)))


def test_without_faults() -> None:
    """The answer goes out at once, in one piece, and the connection ends."""
    delivery = delivered(3000000)
    assert delivery.schedule() == [(0.0, delivery.content)]
    assert body(delivery) == b"[true, 3000000]\n"
    assert delivery.end is End.CLOSE


def test_slow_answers() -> None:
    """The whole answer comes late; delays add up."""
    delivery = delivered(1, "slow:2.5", "slow:1")
    assert delivery.schedule() == [(3.5, delivered(1).content)]


def test_dripping_answers() -> None:
    """Many pieces, which together are the answer and take the time."""
    schedule = delivered(list(range(100)), "drip:3", "slow:1").schedule()
    assert b"".join(piece for _, piece in schedule) == delivered(list(range(100))).content
    assert len(schedule) > 10
    assert schedule[0][0] == 1
    assert sum(pause for pause, _ in schedule) == pytest.approx(4)


def test_half_an_answer() -> None:
    """The headers are whole and promise the whole body, of which half comes."""
    whole, half = delivered([1, 2, 3]), delivered([1, 2, 3], "half")
    assert whole.content.startswith(half.content)
    assert len(body(half)) == len(body(whole)) // 2


@pytest.mark.parametrize(("fault", "end"), [("hang", End.STAY), ("reset", End.RESET)])
def test_no_answer(fault: str, end: End) -> None:
    """Nothing is sent, and the connection stays or is reset, late if that is ordered, too."""
    delivery = delivered(1, "slow:2", fault)
    assert (delivery.schedule(), delivery.end) == ([(2.0, b"")], end)


def test_not_http() -> None:
    """The first bytes are no status line."""
    assert not delivered(1, "garbage").content.startswith(b"HTTP")


def test_not_json() -> None:
    """The headers are right, the body is not."""
    with pytest.raises(json.JSONDecodeError):
        spoilt(1, "not-json")


def test_another_status() -> None:
    """Only the status line differs."""
    spoiled, good = delivered(1, "status:503").content, delivered(1).content
    assert spoiled.startswith(b"HTTP/1.1 503 ")
    assert spoiled.partition(b"\r\n")[2] == good.partition(b"\r\n")[2]


def test_an_error() -> None:
    """The call fails with the message."""
    assert spoilt(1, "error:out of order") == [False, "out of order"]


@pytest.mark.parametrize(
    ("payload", "wrong"),
    [
        (3000000, "3000000"),
        ("node1", 17),
        ({}, "empty"),
        ([], "empty"),
        (None, 17),
        (
            ["boot", [{"storage_free": 5}], [{"memory_total": 5.5, "is": True}]],
            [17, [{"storage_free": "5"}], [{"memory_total": "5.5", "is": 17}]],
        ),
    ],
)
def test_wrong_types(payload: object, wrong: object) -> None:
    """No value has the type that it should have; objects and lists keep their form."""
    assert spoilt(payload, "wrong-types") == [True, wrong]


def test_one_malformed_instance() -> None:
    """The first by name lacks its memory; the others are as they were."""
    assert spoilt(INSTANCES, "malformed-instance") == [True, {**INSTANCES, "web-1": {"state": 0}}]
    assert spoilt({}, "malformed-instance") == [True, {}]
    assert spoilt([1], "malformed-instance") == [True, [1]]
