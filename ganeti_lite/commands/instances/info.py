"""What ``gnt-instance info`` tells, which a job finds out. Source of names and order: Ganeti 3.0's command."""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ganeti_lite.commands.connection import connect_for_jobs
from ganeti_lite.commands.definitions import Invocation
from ganeti_lite.commands.formats import Record
from ganeti_lite.commands.info import NothingToTell, Subject, as_report, info_command
from ganeti_lite.commands.options import Option
from ganeti_lite.commands.parameter_report import describe_parameters
from ganeti_lite.commands.report import Section
from ganeti_lite.commands.submission.running import PRIORITY, make_opcode, run_opcode
from ganeti_lite.commands.timestamps import format_timestamp
from ganeti_lite.wire.calls import MalformedAnswerError

from .disks import describe_disk

STATIC_INFO: Final = Option(("--static", "-s"), "tell what the configuration says; ask no node, wait for no lock")
ALL: Final = Option(("--all",), "tell about all instances")
ROMAN: Final = Option(("--roman",), "accepted because Ganeti's command has it; numbers stay as they are")

_FIRST_VNC_PORT: Final = 5900
_ANY_ADDRESS: Final = "0.0.0.0"  # noqa: S104 - a value to recognize; nothing here binds to it


def fetch_instances(invocation: Invocation) -> list[Record]:
    """The result of a job that looks at instances."""
    options, names = invocation.options, invocation.arguments
    if not names and not options.has(ALL.key):
        raise NothingToTell(
            "No instance selected. Please pass in --all if you want to query all instances.",
            "Note that this can take a long time on a big cluster.",
        )
    if names and options.has(ALL.key):
        raise NothingToTell("Cannot use --all if you specify instance names.")
    is_static = options.has(STATIC_INFO.key)
    parameters = {"instances": list(names), "static": is_static, "use_locking": not is_static}
    with connect_for_jobs(invocation) as client:
        instances = run_opcode(invocation, client, make_opcode(invocation, "OP_INSTANCE_QUERY_DATA", parameters))
    if not isinstance(instances, Mapping | None):
        raise MalformedAnswerError("the job's result does not describe instances")
    if not instances:
        raise NothingToTell(lines=["No instances."])
    return list(instances.values())


def describe_instance(instance: Record) -> Section:
    """Everything about an instance."""
    actual = f", actual state is {instance['run_state']}" if instance["run_state"] else ""
    back_end = {**instance["be_actual"], "memory": instance["be_actual"]["maxmem"]}
    return Section(
        (
            ("Instance name", instance["name"]),
            ("UUID", instance["uuid"]),
            ("Serial number", instance["serial_no"]),
            ("Creation time", format_timestamp(instance["ctime"])),
            ("Modification time", format_timestamp(instance["mtime"])),
            ("State", f"configured to be {instance['config_state']}{actual}"),
            ("Nodes", _describe_nodes(instance)),
            ("Operating system", instance["os"]),
            ("Operating system parameters", describe_parameters(instance["os_instance"], instance["os_actual"])),
            *([("Allocated network port", instance["network_port"])] if "network_port" in instance else []),
            ("Hypervisor", instance["hypervisor"]),
            *_describe_vnc(instance),
            ("Hypervisor parameters", describe_parameters(instance["hv_instance"], instance["hv_actual"])),
            ("Back-end parameters", describe_parameters(instance["be_instance"], back_end)),
            ("NICs", [_describe_nic(index, nic) for index, nic in enumerate(instance["nics"])]),
            ("Disk template", instance["disk_template"]),
            ("Disks", [describe_disk(index, disk) for index, disk in enumerate(instance["disks"])]),
        )
    )


def _describe_nodes(instance: Record) -> list[Section]:
    secondaries = zip(*(instance[key] for key in ("snodes", "snodes_group_names", "snodes_group_uuids")), strict=False)
    listed = ", ".join(f"{name} (group {group}, group UUID {uuid})" for name, group, uuid in secondaries)
    group = f"{instance['pnode_group_name']} (UUID {instance['pnode_group_uuid']})"
    return [Section((("primary", instance["pnode"]), ("group", group))), Section((("secondaries", listed),))]


def _describe_vnc(instance: Record) -> Iterator[tuple[str, str]]:
    """Where its screen is, if there is one."""
    address = instance["hv_actual"].get("vnc_bind_address")
    if not address:
        return
    node, port = instance["pnode"], instance["network_port"]
    display = int(port) - _FIRST_VNC_PORT
    if display > 0 and address == _ANY_ADDRESS:
        place = f"{node}:{port} (display {display})"
    elif display > 0 and _is_address(address):
        place = f"{address}:{port} (node {node}) (display {display})"
    else:  # the path of a socket
        place = f"{node}:{address}"
    yield "console connection", f"vnc to {place}"


def _is_address(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def _describe_nic(index: int, nic: Sequence[Any]) -> Section:
    name, uuid, ip, mac, mode, link, vlan, _network, network_info = nic
    network = network_info["name"] if network_info else None
    return Section(
        (
            (f"nic/{index}", ""),
            ("MAC", mac),
            ("IP", ip),
            ("mode", mode),
            ("link", link),
            ("vlan", vlan),
            ("network", network),
            ("UUID", uuid),
            ("name", name),
        )
    )


INFO: Final = info_command(
    Subject(fetch_instances, as_report(describe_instance)),
    "[-s] {--all | <instance-name>...}",
    "Shows everything about instances.",
    own_options=(STATIC_INFO, ALL, ROMAN, PRIORITY),
)
