"""The master's own address, when its device or netmask changes."""

from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import NODE1
from tests.masterd.units.scripted import exec_error

from .scene import set_params


def test_the_masters_address_moves() -> None:
    """The address is taken down on the old device, and brought up on the new one behind the change."""
    answers = dict.fromkeys(("node_deactivate_master_ip", "node_activate_master_ip"))
    changed = set_params(master_netdev="eth1", answers=answers)
    assert changed.succeeded.cluster.master_netdev == "eth1"
    down, up = changed.calls
    assert (down.method, up.method) == ("node_deactivate_master_ip", "node_activate_master_ip")
    params = {"uuid": NODE1, "ip": "192.0.2.1", "netmask": 24, "netdev": "eth0", "ip_family": 2}
    assert down.arguments == {NODE1: [params, False]}
    assert up.arguments == {NODE1: [{**params, "netdev": "eth1"}, False]}
    assert changed.log == [
        "Shutting down master ip on the current netdev (eth0)",
        "Changing master_netdev from eth0 to eth1",
        "Starting the master ip on the new master netdev (eth1)",
    ]


def test_an_address_that_stays_up_is_an_error_unless_forced() -> None:
    """What the master cannot do fails the opcode, or by force is told."""
    answers = {"node_deactivate_master_ip": RpcFailure("busy"), "node_activate_master_ip": RpcFailure("no")}
    failed = set_params(master_netdev="eth1", answers=answers)
    assert failed.failure == exec_error("Could not disable the master ip: busy")
    forced = set_params(master_netdev="eth1", force=True, answers=answers)
    assert forced.result is None
    assert "Could not disable the master ip (continuing anyway): busy" in forced.log
    assert forced.log[-1] == (
        " - WARNING: Could not re-enable the master ip on the master, please restart manually: no"
    )


def test_the_netmask_is_changed() -> None:
    """The master changes the netmask; if it cannot, that is told."""
    changed = set_params(master_netmask=25, answers={"node_change_master_netmask": RpcFailure("no")})
    assert changed.succeeded.cluster.master_netmask == 25
    assert changed.calls[0].arguments == {NODE1: [24, 25, "192.0.2.1", "eth0"]}
    assert changed.log == ["Changing master IP netmask to 25", "Could not change the master IP netmask: no"]
