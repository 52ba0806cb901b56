"""What is installed on made-up nodes beside their guests: OS definitions, storage providers, exports, bridges.

OS definitions are those that the configuration's instances need. They are the same on all nodes but one, where one of
them is broken, as after an upgrade that somebody forgot.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from ganeti_lite.simulator._draws import Draws
from ganeti_lite.simulator._objects import JsonObject

from .machine import ExternalStorage, OperatingSystem

_DIRECTORY: Final = "/usr/share/ganeti"
_NOOP: Final = OperatingSystem("noop", f"{_DIRECTORY}/os/noop", api_versions=(5, 10))
"""It is always there, as Debian's package brings it."""

_HELP: Final[Mapping[str, str]] = {
    "dhcp": "whether interfaces ask for their addresses (yes, no)",
    "filesystem": "of the root disk: ext4 or xfs",
    "mirror": "URL of the package archive",
    "proxy_password": "for the proxy before the archive",
    "cache_dir": "where downloaded images are kept",
    "root_password": "of the first account",
}

_PROVIDER: Final = ExternalStorage(
    "san", f"{_DIRECTORY}/extstorage/san", parameters=(("fabric", "name of the fabric"), ("tier", "gold or silver"))
)


def find_systems(config: JsonObject) -> tuple[OperatingSystem, ...]:
    """The OS definitions that the instances of a configuration need, by name."""
    variants: dict[str, set[str]] = {_NOOP.name: set()}
    for instance in config["instances"].values():
        name, _, variant = instance.get("os", _NOOP.name).partition("+")
        variants.setdefault(name, set()).update([variant] if variant else [])
    return tuple(_system(name, variants[name], config) for name in sorted(variants))


def _system(name: str, variants: set[str], config: JsonObject) -> OperatingSystem:
    if name == _NOOP.name:
        return _NOOP
    osparams = config["cluster"]["osparams"].items()
    keys = {key for full, params in osparams if full.partition("+")[0] == name for key in params}
    return OperatingSystem(
        name,
        f"{_DIRECTORY}/os/{name}",
        variants=tuple(sorted(variants)),
        parameters=tuple((key, _HELP.get(key, f"value of {key}")) for key in sorted(keys)),
        api_versions=(15, 20),
    )


def break_one(systems: tuple[OperatingSystem, ...]) -> tuple[OperatingSystem, ...]:
    """With the first definition broken."""
    first, *others = systems
    fault = f"File 'verify' is missing in {first.path}"
    return (OperatingSystem(first.name, first.path, fault, is_trusted=first.is_trusted), *others)


def find_providers() -> tuple[ExternalStorage, ...]:
    """The storage providers of every node."""
    return (_PROVIDER,)


def find_bridges(config: JsonObject) -> frozenset[str]:
    """The bridges that the configuration's interfaces and networks name; every node has them all."""
    params = [
        *config["cluster"]["nicparams"].values(),
        *(each for group in config["nodegroups"].values() for each in group["networks"].values()),
        *(nic["nicparams"] for instance in config["instances"].values() for nic in instance.get("nics", ())),
    ]
    return frozenset(each["link"] for each in params if each.get("link") and each.get("mode", "bridged") == "bridged")


def draw_exports(draws: Draws, instances: Sequence[str]) -> tuple[str, ...] | None:
    """Up to two exported instances; on one node in ten there is no place for exports."""
    if draws.chance(0.1):
        return None
    return tuple(draws.sample(instances, min(len(instances), draws.choice((0, 0, 0, 1, 2)))))
