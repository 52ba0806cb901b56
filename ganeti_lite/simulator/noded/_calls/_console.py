"""How the console of a running instance is reached, by hypervisor: the answer of ``instance_console_info``.

The keys are Ganeti's; a key without a value is left out.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ganeti_lite.simulator._objects import JsonObject, without_absent

_TOOLS: Final = "/usr/lib/ganeti/tools"
_CONTROL: Final = "/var/run/ganeti/kvm-hypervisor/ctrl"


def describe_console(wanted: Mapping[str, Any]) -> JsonObject:
    """The console object of one instance.

    :param wanted: the objects ``instance``, ``node`` and ``group`` as in config.data, and the filled ``hvParams``.
    :raises LookupError: a key is missing.
    """
    instance = wanted["instance"]
    console = _CONSOLES.get(instance["hypervisor"], _no_console)(wanted)
    return without_absent({"instance": instance["name"], **console})


def _no_console(wanted: Mapping[str, Any]) -> JsonObject:
    return {"kind": "msg", "message": f"Console not available for {wanted['instance']['hypervisor']} hypervisor"}


def _shell(wanted: Mapping[str, Any], *command: str) -> JsonObject:
    """A command to be run on the node."""
    node, group = wanted["node"], wanted["group"]
    port = (group.get("ndparams", {}) | node.get("ndparams", {})).get("ssh_port")
    return {"kind": "ssh", "host": node["name"], "port": port, "user": "root", "command": list(command)}


def _kvm(wanted: Mapping[str, Any]) -> JsonObject:
    name, params = wanted["instance"]["name"], wanted["hvParams"]
    port = wanted["instance"].get("network_port")
    if params.get("serial_console"):
        sockets = (f"UNIX-CONNECT:{_CONTROL}/{name}.{end}" for end in ("monitor", "serial"))
        return _shell(wanted, f"{_TOOLS}/kvm-console-wrapper", "/usr/bin/socat", name, *sockets)
    if params.get("vnc_bind_address") and port is not None:
        return _vnc(params["vnc_bind_address"], wanted, port)
    if params.get("spice_bind") and port is not None:
        return {"kind": "spice", "host": params["spice_bind"], "port": port}
    return {"kind": "msg", "message": f"{name} has neither a serial console nor VNC nor SPICE"}


def _vnc(bind_address: str, wanted: Mapping[str, Any], port: int) -> JsonObject:
    """Without the display's number, which is only for clients that do not know ports."""
    host = wanted["node"]["name"] if bind_address == "0.0.0.0" else bind_address  # noqa: S104 -- compared only
    return {"kind": "vnc", "host": host, "port": port}


def _xen(wanted: Mapping[str, Any]) -> JsonObject:
    return _shell(wanted, f"{_TOOLS}/xen-console-wrapper", "xm", wanted["instance"]["name"])


def _lxc(wanted: Mapping[str, Any]) -> JsonObject:
    return _shell(wanted, "/usr/bin/lxc-console", "-n", wanted["instance"]["name"])


_CONSOLES: Final[Mapping[str, Callable[[Mapping[str, Any]], JsonObject]]] = {
    "kvm": _kvm,
    "xen-pvm": _xen,
    "xen-hvm": _xen,
    "lxc": _lxc,
}
