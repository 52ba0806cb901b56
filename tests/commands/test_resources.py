"""What is particular about each kind of items."""

import pytest

from ganeti_lite.commands.resources import GROUP, INSTANCE, NETWORK, NODE, format_connections, format_parameters


@pytest.mark.parametrize(
    ("parameters", "text"), [({}, "(empty)"), ({"b": 1, "a": True, "c": None}, "b=1, a=True, c=None")]
)
def test_parameters(parameters: dict[str, object], text: str) -> None:
    """Parameters are shown in the order in which they came."""
    assert format_parameters(parameters) == text


@pytest.mark.parametrize(
    ("connections", "text"),
    [([], ""), ([["default", "bridged", "br0", ""], ["g2", "-", "-", "-"]], "default (bridged, br0, ), g2 (-, -, -)")],
)
def test_connections(connections: list[list[str]], text: str) -> None:
    """A network's connections are shown with their parameters."""
    assert format_connections(connections) == text


def test_joined_lists() -> None:
    """Lists that Ganeti's commands join are joined, the others keep their brackets."""
    assert {"tags", "disk.sizes", "nic.ips", "snodes"} <= INSTANCE.overrides.keys()
    assert "disk.names" not in INSTANCE.overrides
    assert NODE.overrides.keys() == {"pinst_list", "sinst_list", "tags"}
    assert "tags" not in GROUP.overrides
    assert "tags" in NETWORK.overrides
