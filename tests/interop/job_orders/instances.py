"""New instances, and instances that go."""

from collections.abc import Mapping
from typing import Any, Final

from ._chapter import Chapter, Opcode, op

_ALREADY_TAKEN: Final = "aa:00:00:00:77:77"


def create_instance(name: str = "new.example.com", **parameters: object) -> Opcode:
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
    return create_instance(nics=[nic])


def _disk(template: str = "file", **disk: Any) -> Opcode:
    return create_instance(disk_template=template, disks=[disk])


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
            create_instance(
                "filed.example.com", disk_template="file", disks=[{"size": 5}, {"size": 4, "mode": "ro", "name": "a"}]
            ),
            create_instance(
                "wired.example.com",
                nics=[
                    {"mac": _ALREADY_TAKEN, "ip": "198.18.0.201", "mode": "routed", "name": "front"},
                    {"network": "net1", "ip": "pool"},
                ],
            ),
            create_instance("busy.example.com", start=True, beparams={"memory": 16}, tags=["b", "a", "b"]),
            create_instance(
                "own.example.com", identify_defaults=True, beparams={"vcpus": 1, "memory": 64}, osparams={"size": "10"}
            ),
            create_instance("resolved.example.com", disk_template=None, start=True, no_install=True),
        ),
        tried=(
            create_instance(),
            create_instance("inst1.example.com"),
            create_instance("inst1.example.com", disk_template="file", disks=[{"size": -4}]),
            create_instance(disks=[{"size": 4, "provider": "a"}]),
            _disk(size=4, provider="a", spindles=2),
            _disk(provider="a"),
            _disk(size=4, dev_type=None),
            create_instance("filed.example.com"),
            create_instance("not a name"),
            create_instance("a..b"),
            create_instance(""),
            create_instance("nosuch.example.com", name_check=True),
            create_instance("node1", name_check=True, ip_check=True),
            create_instance("node1.example.com", name_check=True, ip_check=True),
            create_instance(ip_check=True),
            create_instance(mode="nosuch"),
            create_instance(pnode="nosuch"),
            create_instance(pnode="node3"),
            create_instance(pnode="node5"),
            create_instance(pnode="gone"),
            create_instance(pnode=...),
            create_instance(pnode=..., iallocator="."),
            create_instance(pnode=..., iallocator="nosuch"),
            create_instance(pnode=..., iallocator="hail", beparams={"memory": 32768, "vcpus": 8}),
            create_instance(pnode=..., iallocator="hail", group_name="nosuch"),
            create_instance(pnode=..., iallocator="hail", group_name="group10"),
            create_instance(iallocator="hail"),
            create_instance(opportunistic_locking=True),
            create_instance(snode="nosuch"),
            create_instance(snode="node1"),
            create_instance(os_type=None),
            create_instance(os_type="nosuch"),
            create_instance(os_type="bad"),
            create_instance(os_type="noop+nosuch"),
            create_instance(os_type="noop+nosuch", force_variant=True),
            create_instance(osparams={"nosuch": "a"}),
            create_instance(osparams={"size": "a"}, osparams_private={"size": "b"}),
            create_instance(osparams_private={"size": "b"}),
            create_instance(osparams={"a": "1"}, osparams_secret={"a": "2"}),
            create_instance(osparams_private={"a": "1"}, osparams_secret={"a": "2"}),
            create_instance(osparams={"a": "1"}, osparams_private={"b": "2"}, osparams_secret={"c": "3"}),
            create_instance(hypervisor="nosuch"),
            create_instance(hypervisor="kvm"),
            create_instance(hypervisor="auto"),
            create_instance(hvparams={"nosuch": 1}),
            create_instance(hvparams={"migration_mode": "nosuch"}),
            create_instance(hypervisor="chroot"),
            create_instance(hypervisor="chroot", hvparams={"init_script": "relative"}),
            create_instance(beparams={"nosuch": 1}),
            create_instance(beparams={"vcpus": "many"}),
            create_instance(beparams={"vcpus": 100}),
            create_instance(beparams={"vcpus": 100}, ignore_ipolicy=True),
            create_instance(beparams={"maxmem": 64, "minmem": 128}),
            create_instance(beparams={"memory": 1 << 20}, ignore_ipolicy=True, start=True),
            create_instance(tags=["not a tag"]),
            create_instance(forthcoming=True, commit=True),
            create_instance(disk_template="nosuch"),
            create_instance(disk_template="plain", disks=[{"size": 4}]),
            create_instance(disk_template="file", disks=[]),
            create_instance(disks=[{"size": 4}]),
            _disk(size=4, mode="nosuch"),
            _disk(mode="rw"),
            _disk(size="large"),
            _disk(size=4, spindles=2),
            _disk(size=4, name="7"),
            _disk(size=4, nosuch=1),
            _disk(size=4, adopt="lv"),
            create_instance(disk_template="file", disks=[{"size": 4, "adopt": "lv"}, {"size": 4}]),
            create_instance(disk_template="file", disks=[{"size": 4, "name": "a"}, {"size": 4, "name": "a"}]),
            create_instance(disk_template="file", disks=[{"size": 4}] * 17),
            create_instance(disk_template="file", disks=[{"size": 4}], file_storage_dir="/absolute"),
            create_instance(disk_template="file", disks=[{"size": 4}], file_storage_dir="../outside"),
            create_instance(disk_template="file", disks=[{"size": 4}], file_driver="nosuch"),
            create_instance(disk_template="file", disks=[{"size": 1 << 21}]),
            create_instance(disk_template="file", disks=[{"size": 4}], os_type="nosuch"),
            create_instance(compress="nosuch"),
            create_instance(nics=[{"name": "a"}, {"name": "a"}]),
            create_instance(nics=[{"mode": "routed", "ip": "198.18.0.202"}] * 9),
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
