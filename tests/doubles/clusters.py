"""Small made-up configurations for the daemon's tests."""

from typing import Any

from ganeti_lite.simulator import ClusterShape, build_config, encode_config


def small_config(**changes: Any) -> dict[str, Any]:
    """A cluster of three nodes and six instances; *changes* replace top-level members."""
    return {**build_config(ClusterShape(nodes=3, instances=6, groups=2, networks=1)), **changes}


def config_bytes(**changes: Any) -> bytes:
    """The same as config.data has it."""
    return encode_config(small_config(**changes))


def instance_names(config: dict[str, Any]) -> set[str]:
    """The names of a configuration's instances."""
    return {instance["name"] for instance in config["instances"].values()}
