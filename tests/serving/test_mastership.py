"""Who may answer queries."""

from ganeti_lite.serving.mastership import find_refusal


def test_the_master_may() -> None:
    """The master node is not refused."""
    assert find_refusal("node1", "node1", is_allowed_elsewhere=False) is None


def test_another_node_may_not_and_is_told_the_way() -> None:
    """The refusal names both nodes and the option that lifts it."""
    refusal = find_refusal("node2", "node1", is_allowed_elsewhere=False)
    assert refusal is not None
    assert all(word in refusal for word in ("node2", "node1", "--allow-non-master"))


def test_an_unknown_master_is_a_refusal() -> None:
    """Nobody is taken for the master by mistake."""
    refusal = find_refusal("node2", None, is_allowed_elsewhere=False)
    assert refusal is not None
    assert "ssconf_master_node" in refusal


def test_the_option_lifts_it() -> None:
    """With the option any node may."""
    assert find_refusal("node2", "node1", is_allowed_elsewhere=True) is None
    assert find_refusal("node2", None, is_allowed_elsewhere=True) is None
