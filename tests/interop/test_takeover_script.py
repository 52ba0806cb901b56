"""Outputs of commands are told apart by what matters."""

from .takeover_script import settle


def test_the_order_of_checksums_does_not_matter() -> None:
    """Which variant of a file is the first one depends on what is in it at the moment."""
    nodes = "node1.example.com, node2.example.com"
    one = f"found with 2 different checksums (variant 1 on node3.example.com; variant 2 on {nodes})"
    other = f"found with 2 different checksums (variant 1 on {nodes}; variant 2 on node3.example.com)"
    third = "found with 2 different checksums (variant 1 on node1.example.com; variant 2 on node3.example.com)"
    assert settle(one) == settle(other) != settle(third)
    assert settle(one).endswith(f"({nodes}; node3.example.com)")
