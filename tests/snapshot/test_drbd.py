"""DRBD devices by node, and IPs by link."""

import json
from typing import Any

from hypothesis import given

from ganeti_lite.config import parse_config
from ganeti_lite.simulator import encode_config
from ganeti_lite.snapshot import ClusterSnapshot
from tests.confd.recorded import load_config_bytes
from tests.strategies import MISSING_UUID, JsonObject, configs

from . import naive


def snapshot_of(**changes: Any) -> ClusterSnapshot:
    """The recorded configuration with other tables."""
    return parse_config(json.dumps(json.loads(load_config_bytes()) | changes).encode())


def devices_on(snapshot: ClusterSnapshot, node: str) -> list[tuple[int, str | None, int, str]]:
    """Minor, instance, disk index and peer of each device on a node."""
    minors = snapshot.drbd_minors_on(node)
    return [(each.minor, each.instance.uuid, each.disk_index, each.peer) for each in minors]


def test_each_node_has_its_own_minor() -> None:
    """The first minor is the first node's; a device below another disk counts for that disk."""
    snapshot = snapshot_of()
    assert devices_on(snapshot, "n1") == [(3, "i1", 0, "n2")]
    assert devices_on(snapshot, "n2") == [(4, "i1", 0, "n1"), (7, "i1", 1, "n5")]
    assert devices_on(snapshot, "n5") == [(8, "i1", 1, "n2")]
    assert devices_on(snapshot, "n6") == []


def test_an_instance_that_lacks_a_disk_has_no_devices() -> None:
    """Its other disks are left out, too."""
    assert not any(uuid == "i4" for _, uuid, _, _ in devices_on(snapshot_of(), "n3"))


def disk_between(left: object, right: object, *rest: object) -> dict[str, Any]:
    """A table of one DRBD disk, of the instance i1."""
    disk = {"uuid": "d1", "serial_no": 1, "dev_type": "drbd", "logical_id": [left, right, *rest], "size": 1}
    return {
        "disks": {"d1": disk},
        "instances": {"i1": {"uuid": "i1", "serial_no": 1, "forthcoming": True, "disks": ["d1"]}},
    }


def test_a_device_between_a_node_and_itself_has_one_end() -> None:
    """It is listed once, with the first minor."""
    assert devices_on(snapshot_of(**disk_between("n1", "n1", 11000, 5, 6, "x")), "n1") == [(5, "i1", 0, "n1")]


def test_malformed_logical_ids_are_no_devices() -> None:
    """A disk that does not say where it is, is nowhere."""
    for logical_id in ([], ["n1", "n2"], ["n1", None, 1, 2, 3], ["n1", "n2", 1, "2", "3"]):
        snapshot = snapshot_of(**disk_between(*[*logical_id, None, None][:2], *logical_id[2:]))
        assert not any(devices_on(snapshot, node) for node in snapshot.nodes)


def test_ips_are_sorted_and_listed_once() -> None:
    """Each link has the IPs of all instances on it, as texts in order; a NIC without a link has the default."""
    assert dict(snapshot_of().ips_by_link) == {
        "br0": ("203.0.113.1", "203.0.113.2", "203.0.113.5"),
        "br9": ("203.0.113.9",),
    }


@given(configs())
def test_devices_are_those_of_a_plain_search(config: JsonObject) -> None:
    """On every node, whatever the configuration, the devices that a search through everything finds, in its order."""
    snapshot = parse_config(encode_config(config))
    expected = naive.drbd_minors(config)
    for node in (*snapshot.nodes, MISSING_UUID):
        assert [list(device) for device in devices_on(snapshot, node)] == expected.get(node, [])
