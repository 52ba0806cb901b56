"""Networks."""

from typing import Final

from ._chapter import Chapter, Correction, Opcode, op


def _add(network: str, **parameters: object) -> Opcode:
    return op("NETWORK_ADD", **{"network_name": "new", "network": network, **parameters})


def _connect(network: str, group: str, **parameters: object) -> Opcode:
    given = {"network_mode": "bridged", "network_link": "br0", **parameters}
    return op("NETWORK_CONNECT", group_name=group, network_name=network, **given)


CHAPTERS: Final = (
    Chapter(
        before=(
            _add("192.0.2.0/29", network_name="fresh", gateway="192.0.2.1", mac_prefix="AA:00:02", tags=["b", "a"]),
            _add("198.18.0.0/24", network_name="around"),
            _add("198.18.0.0/24", network_name="around6", network6="2001:db8::/64", gateway6="fe80::1"),
            _add("198.18.0.0/24", network_name="unchecked", conflicts_check=False, add_reserved_ips=["198.18.0.7"]),
            op("NETWORK_SET_PARAMS", network_name="fresh", gateway="192.0.2.2"),
            op("NETWORK_SET_PARAMS", network_name="fresh", gateway="192.0.2.2", mac_prefix="none"),
            op("NETWORK_SET_PARAMS", network_name="fresh", add_reserved_ips=["192.0.2.4", "192.0.2.5"]),
            op("NETWORK_SET_PARAMS", network_name="fresh", remove_reserved_ips=["192.0.2.4", "192.0.2.2"]),
            op("NETWORK_SET_PARAMS", network_name="fresh", add_reserved_ips=["10.0.0.1", "192.0.2.5"]),
            op("NETWORK_SET_PARAMS", network_name="fresh", network6="2001:db8::/64", gateway6="2001:db8::1"),
            op("NETWORK_SET_PARAMS", network_name="fresh"),
            _connect("fresh", "group10"),
            _connect("fresh", "group10", network_mode="routed", network_link="100"),
            _connect("around", "default", conflicts_check=False),
            op("NETWORK_DISCONNECT", group_name="group10", network_name="around"),
        ),
        tried=(
            _add("192.0.2.0/24", network_name="fresh"),
            _add("192.0.2.0/24"),
            _add("192.0.2.0/24", mac_prefix="aa:00"),
            _add("192.0.2.0/24", mac_prefix="xx:00:00"),
            _add("192.0.2.0/24", tags=["not a tag"]),
            _add("192.0.2.0/24", network_name=""),
            _connect("nosuch", "default"),
            _connect("fresh", "nosuch"),
            _connect("fresh", "group2", network_mode="nosuch"),
            _connect("around6", "default"),
            _connect("around6", "group2"),
            _connect("fresh", "group2"),
            op("NETWORK_DISCONNECT", group_name="default", network_name="net1"),
            op("NETWORK_DISCONNECT", group_name="nosuch", network_name="net1"),
            op("NETWORK_DISCONNECT", group_name="default", network_name="nosuch"),
            op("NETWORK_DISCONNECT", group_name="default", network_name="net2"),
            op("NETWORK_SET_PARAMS", network_name="nosuch", gateway="192.0.2.3"),
            op("NETWORK_SET_PARAMS", network_name="nosuch", gateway="nonsense"),
            op("NETWORK_SET_PARAMS", network_name="fresh", gateway="192.0.2.3", add_reserved_ips=["192.0.2.4"]),
            op("NETWORK_SET_PARAMS", network_name="net1", gateway="198.51.100.2"),
            op("NETWORK_SET_PARAMS", network_name="fresh", mac_prefix="nonsense"),
            op("NETWORK_REMOVE", network_name="fresh"),
            op("NETWORK_REMOVE", network_name="nosuch"),
            op("NETWORK_REMOVE", network_name="unchecked"),
        ),
        asked=(
            _add("nonsense"),
            _add("192.0.2.1/24"),
            _add("10.0.0.0/8"),
            _add("192.0.2.0/31"),
            _add("192.0.2.0/32"),
            _add("192.0.2.0/24", gateway="198.51.100.1"),
            _add("192.0.2.0/24", gateway="nonsense"),
            _add("192.0.2.0/24", gateway="192.0.2.0"),
            _add("192.0.2.0/24", network6="2001:db8::/64", gateway6="2001:db9::1"),
            _add("192.0.2.0/24", network6="nonsense"),
            _add("192.0.2.0/24", add_reserved_ips=["10.0.0.1"]),
            _add("192.0.2.0/24", add_reserved_ips=["192.0.2.9", "192.0.2.9"]),
            _add("192.0.2.0/24", add_reserved_ips=["nonsense"]),
            op("NETWORK_SET_PARAMS", network_name="fresh", gateway="10.0.0.1"),
            op("NETWORK_SET_PARAMS", network_name="fresh", gateway="nonsense"),
            op("NETWORK_SET_PARAMS", network_name="fresh", gateway="192.0.2.5"),
            op("NETWORK_SET_PARAMS", network_name="fresh", add_reserved_ips=["nonsense"]),
            op("NETWORK_SET_PARAMS", network_name="fresh", remove_reserved_ips=["192.0.2.6"]),
            op("NETWORK_SET_PARAMS", network_name="fresh", remove_reserved_ips=["10.0.0.1"]),
        ),
        corrected=tuple(
            Correction(
                op("NETWORK_SET_PARAMS", network_name="fresh", dry_run=True, **{name: "none"}),
                "OpPrereqError",
                "success",
            )
            for name in ("gateway", "network6", "gateway6")
        ),
        after=(
            op("NETWORK_DISCONNECT", group_name="group10", network_name="fresh"),
            op("NETWORK_DISCONNECT", group_name="default", network_name="around"),
            op("NETWORK_REMOVE", network_name="fresh"),
            op("NETWORK_REMOVE", network_name="around", force=True),
            op("NETWORK_REMOVE", network_name="around6"),
            op("NETWORK_REMOVE", network_name="unchecked"),
        ),
    ),
)
