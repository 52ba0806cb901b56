"""New instances, and instances that go."""

from collections.abc import Mapping
from typing import Any, Final

from ._chapter import Chapter, Opcode, op

_ALREADY_TAKEN: Final = "aa:00:00:00:77:77"


def _create(name: str = "new.example.com", **parameters: object) -> Opcode:
    """A diskless instance on the second node that is not started, but for what is given."""
    given: Mapping[str, object] = {
        "mode": "create",
        "disk_template": "diskless",
        "disks": [],
        "nics": [],
        "pnode": "node2",
        "os_type": "noop",
        "name_check": False,
        "ip_check": False,
        "start": False,
    }
    left = {key: value for key, value in {**given, **parameters}.items() if value is not ...}
    return op("INSTANCE_CREATE", instance_name=name, **left)


def _nic(**nic: object) -> Opcode:
    return _create(nics=[nic])


def _disk(template: str = "file", **disk: Any) -> Opcode:
    return _create(disk_template=template, disks=[disk])


CHAPTERS: Final = (
    Chapter(
        before=(
            op(
                "NETWORK_ADD",
                network_name="full",
                network="192.0.2.0/30",
                gateway="192.0.2.1",
                add_reserved_ips=["192.0.2.2"],
            ),
            op("NETWORK_CONNECT", group_name="default", network_name="full", network_mode="routed", network_link="100"),
            _create(
                "filed.example.com", disk_template="file", disks=[{"size": 5}, {"size": 4, "mode": "ro", "name": "a"}]
            ),
            _create(
                "wired.example.com",
                nics=[
                    {"mac": _ALREADY_TAKEN, "ip": "198.18.0.201", "mode": "routed", "name": "front"},
                    {"network": "net1", "ip": "pool"},
                ],
            ),
            _create("busy.example.com", start=True, beparams={"memory": 16}, tags=["b", "a", "b"]),
            _create(
                "own.example.com", identify_defaults=True, beparams={"vcpus": 1, "memory": 64}, osparams={"size": "10"}
            ),
            _create("resolved.example.com", disk_template=None, start=True, no_install=True),
        ),
        tried=(
            _create(),
            _create("inst1.example.com"),
            _create("inst1.example.com", disk_template="file", disks=[{"size": -4}]),
            _create(disks=[{"size": 4, "provider": "a"}]),
            _disk(size=4, provider="a", spindles=2),
            _disk(provider="a"),
            _disk(size=4, dev_type=None),
            _create("filed.example.com"),
            _create("not a name"),
            _create("a..b"),
            _create(""),
            _create("nosuch.example.com", name_check=True),
            _create("node1", name_check=True, ip_check=True),
            _create("node1.example.com", name_check=True, ip_check=True),
            _create(ip_check=True),
            _create(mode="nosuch"),
            _create(pnode="nosuch"),
            _create(pnode="node3"),
            _create(pnode="node5"),
            _create(pnode="gone"),
            _create(pnode=...),
            _create(pnode=..., iallocator="."),
            _create(pnode=..., iallocator="nosuch"),
            _create(pnode=..., iallocator="hail", beparams={"memory": 32768, "vcpus": 8}),
            _create(pnode=..., iallocator="hail", group_name="nosuch"),
            _create(pnode=..., iallocator="hail", group_name="group10"),
            _create(iallocator="hail"),
            _create(opportunistic_locking=True),
            _create(snode="nosuch"),
            _create(snode="node1"),
            _create(os_type=None),
            _create(os_type="nosuch"),
            _create(os_type="bad"),
            _create(os_type="noop+nosuch"),
            _create(os_type="noop+nosuch", force_variant=True),
            _create(osparams={"nosuch": "a"}),
            _create(osparams={"size": "a"}, osparams_private={"size": "b"}),
            _create(osparams_private={"size": "b"}),
            _create(osparams={"a": "1"}, osparams_secret={"a": "2"}),
            _create(osparams_private={"a": "1"}, osparams_secret={"a": "2"}),
            _create(osparams={"a": "1"}, osparams_private={"b": "2"}, osparams_secret={"c": "3"}),
            _create(hypervisor="nosuch"),
            _create(hypervisor="kvm"),
            _create(hypervisor="auto"),
            _create(hvparams={"nosuch": 1}),
            _create(hvparams={"migration_mode": "nosuch"}),
            _create(hypervisor="chroot"),
            _create(hypervisor="chroot", hvparams={"init_script": "relative"}),
            _create(beparams={"nosuch": 1}),
            _create(beparams={"vcpus": "many"}),
            _create(beparams={"vcpus": 100}),
            _create(beparams={"vcpus": 100}, ignore_ipolicy=True),
            _create(beparams={"maxmem": 64, "minmem": 128}),
            _create(beparams={"memory": 1 << 20}, ignore_ipolicy=True, start=True),
            _create(tags=["not a tag"]),
            _create(forthcoming=True, commit=True),
            _create(disk_template="nosuch"),
            _create(disk_template="plain", disks=[{"size": 4}]),
            _create(disk_template="file", disks=[]),
            _create(disks=[{"size": 4}]),
            _disk(size=4, mode="nosuch"),
            _disk(mode="rw"),
            _disk(size="large"),
            _disk(size=4, spindles=2),
            _disk(size=4, name="7"),
            _disk(size=4, nosuch=1),
            _disk(size=4, adopt="lv"),
            _create(disk_template="file", disks=[{"size": 4, "adopt": "lv"}, {"size": 4}]),
            _create(disk_template="file", disks=[{"size": 4, "name": "a"}, {"size": 4, "name": "a"}]),
            _create(disk_template="file", disks=[{"size": 4}] * 17),
            _create(disk_template="file", disks=[{"size": 4}], file_storage_dir="/absolute"),
            _create(disk_template="file", disks=[{"size": 4}], file_storage_dir="../outside"),
            _create(disk_template="file", disks=[{"size": 4}], file_driver="nosuch"),
            _create(disk_template="file", disks=[{"size": 1 << 21}]),
            _create(disk_template="file", disks=[{"size": 4}], os_type="nosuch"),
            _create(compress="nosuch"),
            _create(nics=[{"name": "a"}, {"name": "a"}]),
            _create(nics=[{"mode": "routed", "ip": "198.18.0.202"}] * 9),
            _nic(name="7"),
            _nic(),
            _nic(mode="nosuch"),
            _nic(mode="bridged", link="nosuch0"),
            _nic(mode="openvswitch", vlan="nonsense"),
            _nic(mode="openvswitch", vlan=".x"),
            _nic(mode="routed"),
            _nic(mode="routed", ip="nonsense"),
            _nic(mode="routed", ip="auto"),
            _nic(mode="routed", ip="pool"),
            _nic(mode="routed", ip="198.51.100.9"),
            _nic(mac="nonsense"),
            _nic(mac=_ALREADY_TAKEN, ip="198.18.0.203"),
            _nic(network="nosuch"),
            _nic(network="net1", mode="routed"),
            _nic(network="net1", link="100"),
            _nic(network="net2", ip="pool"),
            _nic(network="full", ip="pool"),
            _nic(network="net1", ip="198.51.100.1"),
            _nic(network="net1", ip="10.0.0.1"),
            _nic(network="net1", ip="nonsense"),
            _nic(nosuch="a"),
            op("INSTANCE_REMOVE", instance_name="nosuch"),
            op("INSTANCE_REMOVE", instance_name="filed"),
        ),
        after=(
            op("NETWORK_DISCONNECT", group_name="default", network_name="full"),
            op("NETWORK_REMOVE", network_name="full"),
            *(
                op("INSTANCE_REMOVE", instance_name=name)
                for name in ("filed", "wired", "busy", "own", "resolved.example.com")
            ),
        ),
    ),
)
