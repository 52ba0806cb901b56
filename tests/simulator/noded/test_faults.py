"""Orders for faults: their text, and what they fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.simulator.noded import ALL, Fault, FaultOrder, FaultOrderError
from ganeti_lite.simulator.noded.faults import CONNECTION_FAULTS, call_faults, connection_faults, describe_faults

VALUES = {
    "": st.just(""),
    "seconds": st.floats(0, 1e6).map(str),
    "code": st.integers(100, 599).map(str),
    "message": st.text(max_size=20),
}
NODES = st.sampled_from([ALL, "node1.example.com", "node2.example.com"])
CALLS = st.sampled_from([ALL, "version", "node_info"])


@st.composite
def orders(draw: st.DrawFn) -> FaultOrder:
    """Any order that makes sense."""
    fault = draw(st.sampled_from(Fault))
    call = ALL if fault in CONNECTION_FAULTS else draw(CALLS)
    return FaultOrder(fault, draw(VALUES[describe_faults()[fault]]), draw(NODES), call)


@given(orders())
def test_an_order_can_be_written_and_read(order: FaultOrder) -> None:
    """Its text means the same order."""
    assert FaultOrder.from_text(order.to_text()) == order


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("node3.example.com=refuse", FaultOrder(Fault.REFUSE, node="node3.example.com")),
        ("*/node_info=slow:2.5", FaultOrder(Fault.SLOW, "2.5", call="node_info")),
        ("n/version=error:a=b/c:d", FaultOrder(Fault.ERROR, "a=b/c:d", "n", "version")),
        ("*/*=hang", FaultOrder(Fault.HANG)),
    ],
)
def test_texts(text: str, order: FaultOrder) -> None:
    """What an order looks like."""
    assert FaultOrder.from_text(text) == order


@pytest.mark.parametrize(
    "text",
    ["", "node1", "=hang", "node1=", "node1=bogus", "node1=slow", "node1=slow:soon", "node1=slow:-1", "node1=slow:inf",
     "node1=hang:5", "node1=status:5", "node1=status:abc", "node1/version=refuse", "*/version=silent"],
)  # fmt: skip
def test_texts_that_make_no_sense(text: str) -> None:
    """They are errors, not orders of something else."""
    with pytest.raises(FaultOrderError):
        FaultOrder.from_text(text)


def test_orders_are_chosen_by_node_and_call() -> None:
    """Only what fits applies, in the order given."""
    given_orders = [
        FaultOrder.from_text(text)
        for text in ("*=slow:1", "a/version=half", "b=hang", "*/node_info=error:x", "a=silent", "*=wrong-certificate")
    ]
    assert [each.fault for each in call_faults(given_orders, "a", "version")] == [Fault.SLOW, Fault.HALF]
    assert [each.fault for each in call_faults(given_orders, "b", "node_info")] == [Fault.SLOW, Fault.HANG, Fault.ERROR]
    assert connection_faults(given_orders, "a") == {Fault.SILENT, Fault.WRONG_CERTIFICATE}
    assert connection_faults(given_orders, "b") == {Fault.WRONG_CERTIFICATE}
