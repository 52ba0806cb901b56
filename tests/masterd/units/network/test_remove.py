"""Networks are removed as Ganeti removes them."""

from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.masterd.units.network import NetworkRemove
from tests.masterd.small_cluster import NEW, NODE1
from tests.masterd.units.scripted import exec_error, prereq, run

from .scene import MORE


def test_a_network_is_removed() -> None:
    """A network that nobody is connected to goes."""
    removed = run(NetworkRemove(), MORE, network_name="more")
    assert removed.result is None
    assert removed.steps == ["cluster serial +1", "networks removed"]
    assert removed.locks == {"nodegroup": ("shared", "all"), "network": ("exclusive", [NEW])}
    assert removed.hooks == [("network-remove", "pre", (NODE1,)), ("network-remove", "post", (NODE1,))]
    assert removed.hook_env["GANETI_NETWORK_NAME"] == "more"


def test_a_connected_network_stays() -> None:
    """Groups that are connected to a network are told, and it stays."""
    refused = run(NetworkRemove(), network_name="lan")
    assert refused.failure == prereq("Network still connected", "wrong_state")
    assert refused.log == [" - WARNING: Network 'lan' is connected to the following node groups: default, rack2"]


def test_a_network_must_be_there() -> None:
    """Unknown networks are refused; one that goes while its lock is waited for is gone."""
    assert run(NetworkRemove(), network_name="wan").failure == prereq("Network 'wan' not found", "unknown_entity")
    meanwhile = {LockLevel.NETWORK: lambda snapshot: run(NetworkRemove(), snapshot, network_name="more").after}
    gone = run(NetworkRemove(), MORE, meanwhile=meanwhile, network_name="more")
    assert gone.failure == exec_error(f"Network 'more' with UUID {NEW} disappeared")
