"""Instances of a made-up cluster."""

from collections.abc import Mapping, Sequence
from typing import Final

from ._disks import LAYOUTS, DiskMaker
from ._draws import Deck, Draws
from ._names import OWNERS, instance_names, role_of
from ._networks import Network
from ._nics import NicMaker
from ._objects import JsonObject, without_absent
from ._placement import Placement, Ports

ENABLED_HYPERVISORS: Final = ("kvm", "xen-pvm", "xen-hvm", "lxc", "chroot")
_HYPERVISORS: Final = (*["kvm"] * 8, "xen-pvm", "xen-pvm", "xen-hvm", "lxc", "chroot")
_HYPERVISORS_WITH_CONSOLE_PORT: Final = frozenset({"kvm", "xen-hvm"})

_OVERRIDES: Final[Mapping[str, Sequence[JsonObject]]] = {
    "kvm": (
        {"disk_aio": "native", "disk_cache": "none"},
        {"boot_order": "network"},
        {"cpu_cores": 2, "cpu_sockets": 1, "cpu_type": "host"},
        {"serial_console": False, "vnc_bind_address": "127.0.0.1"},
        {"initrd_path": "", "kernel_path": ""},
    ),
    "xen-pvm": ({"kernel_args": "ro console=hvc0"}, {"cpu_cap": 200, "cpu_weight": 512}),
    "xen-hvm": ({"boot_order": "dc", "viridian": True}, {"pae": False}),
    "lxc": ({"num_ttys": 2}, {"startup_timeout": 60}),
    "chroot": ({"init_script": "/sbin/start-services"},),
}
"""Hypervisor parameters that some instances have of their own."""

_SYSTEMS: Final = (
    "debootstrap+bookworm",
    "debootstrap+bookworm",
    "debootstrap+trixie",
    "image+alma9",
    "image+windows",
    "noop",
)
_ADMIN_STATES: Final = (*["up"] * 9, "down", "down", "offline")
_MEMORY: Final = (512, 1024, 1024, 2048, 2048, 4096, 8192, 16384)
"""MiB."""

_CRITICAL_ROLES: Final = frozenset({"db", "ldap", "dns", "mail"})


class InstanceMaker:
    """Makes one instance after another, disks and interfaces included."""

    def __init__(
        self, seed: int, epoch: int, nodes: Sequence[JsonObject], groups: Sequence[JsonObject], nets: Sequence[Network]
    ) -> None:
        draws = Draws(seed, "instances")
        self._draws = draws
        self._epoch = epoch
        self._groups = {group["uuid"]: group for group in groups}
        self._placement = Placement(draws, nodes)
        self.ports = Ports()
        self._disks = DiskMaker(draws, self._placement, self.ports, groups, epoch)
        self._nics = NicMaker(draws, nets)
        self._names = instance_names(draws)
        self._layouts = Deck(draws, LAYOUTS)
        self._hypervisors = Deck(draws, _HYPERVISORS)
        self._systems = Deck(draws, _SYSTEMS)
        self._states = Deck(draws, _ADMIN_STATES)

    def make_instance(self) -> tuple[JsonObject, list[JsonObject]]:
        """The next instance and its disks."""
        name, primary, state = next(self._names), self._placement.choose_primary(), self._states.deal()
        disks = self._disks.make_disks(name, primary, self._layouts.deal())
        settings = self._settings(role_of(name))
        has_port = settings["hypervisor"] in _HYPERVISORS_WITH_CONSOLE_PORT
        ctime, mtime = self._draws.moments(self._epoch, days=500)
        instance = {
            "name": name,
            "primary_node": primary["uuid"],
            **settings,
            "admin_state": state,
            "admin_state_source": "user" if state == "down" and self._draws.chance(0.4) else "admin",
            "nics": self._nics.make_nics(self._groups[primary["group"]]),
            "disks": [disk["uuid"] for disk in disks],
            "disks_active": state == "up",
            "network_port": self.ports.take() if has_port else None,
            "ctime": ctime,
            "mtime": mtime,
            "uuid": self._draws.uuid(),
            "serial_no": self._draws.randint(1, 20),
            "tags": self._tags(role_of(name)),
        }
        return without_absent(instance), disks

    def _settings(self, role: str) -> JsonObject:
        """Operating system, hypervisor and the parameters in which the instance differs from the cluster."""
        draws = self._draws
        system, hypervisor = self._systems.deal(), self._hypervisors.deal()
        return {
            "os": system,
            "hypervisor": hypervisor,
            "hvparams": dict(draws.choice(_OVERRIDES[hypervisor])) if draws.chance(0.35) else {},
            "beparams": self._beparams(role),
            "osparams": {"dhcp": "yes"} if system.startswith("debootstrap") and draws.chance(0.3) else {},
            "osparams_private": {"root_password": draws.hex_digits(12)} if draws.chance(0.1) else {},
        }

    def _beparams(self, role: str) -> JsonObject:
        draws = self._draws
        maximum = draws.choice(_MEMORY) if draws.chance(0.85) else None
        alone = draws.chance(0.1)
        params = {
            "minmem": maximum and maximum // draws.choice((1, 1, 2)),
            "maxmem": maximum,
            "vcpus": draws.choice((1, 2, 2, 4, 4, 8)) if draws.chance(0.6) else None,
            "auto_balance": False if alone else None,
            "always_failover": True if role in _CRITICAL_ROLES and draws.chance(0.3) else None,
            "spindle_use": 2 if alone else None,
        }
        return without_absent(params)

    def _tags(self, role: str) -> list[str]:
        draws = self._draws
        tags = {role, draws.choice(("prod", "prod", "prod", "staging", "test")), f"owner:{draws.choice(OWNERS)}"}
        if role in _CRITICAL_ROLES:
            tags.add("critical")
        return sorted(tags) if draws.chance(0.92) else []
