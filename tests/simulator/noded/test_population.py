"""Machines made up from a configuration: believable, and the same every time."""

from typing import Any

from hypothesis import given

from ganeti_lite.simulator import ClusterShape, build_config
from ganeti_lite.simulator.noded import SimulatedNode, simulate_nodes
from tests.simulator.strategies import shapes

Config = dict[str, Any]


def by_uuid(config: Config) -> dict[str, SimulatedNode]:
    """The machines by their nodes' UUIDs."""
    return dict(zip(config["nodes"], simulate_nodes(config), strict=True))


def status_of(instance: Config, config: Config, machines: dict[str, SimulatedNode]) -> str:
    """What a listing of all instances will say."""
    if config["nodes"][instance["primary_node"]]["offline"]:
        return "ERROR_nodeoffline"
    where = [uuid for uuid, each in machines.items() if any(guest.name == instance["name"] for guest in each.guests)]
    is_up = instance["admin_state"] == "up"
    if not where:
        return "ERROR_down" if is_up else f"ADMIN_{instance['admin_state']}"
    if where != [instance["primary_node"]]:
        return "ERROR_wrongnode"
    return "running" if is_up else "ERROR_up"


@given(shapes())
def test_the_same_cluster_has_the_same_machines(shape: ClusterShape) -> None:
    """They follow from configuration and seed."""
    config = build_config(shape)
    assert simulate_nodes(config, 5) == simulate_nodes(config, 5)


def test_another_seed_makes_other_machines() -> None:
    """The configuration alone does not decide."""
    config = build_config(ClusterShape())
    assert simulate_nodes(config, 1) != simulate_nodes(config, 2)


@given(shapes())
def test_machines_have_room_for_what_is_on_them(shape: ClusterShape) -> None:
    """Nothing is overfull, and free is never more than there is."""
    config = build_config(shape)
    for machine in simulate_nodes(config):
        assert 0 < machine.memory_free < machine.hardware.memory_total
        for group in machine.volume_groups:
            assert all(0 <= volume.used <= volume.size for volume in group.volumes)
            assert 0 < group.free_spindles <= len(group.volumes)
        for storage in machine.file_storages:
            assert 0 < storage.free <= storage.size - storage.used


@given(shapes())
def test_disks_of_the_configuration_are_on_their_nodes(shape: ClusterShape) -> None:
    """What is used in the volume group is the sum of the disks there, both halves of DRBD's included."""
    config = build_config(shape)
    for uuid, machine in by_uuid(config).items():
        disks = [each for each in config["disks"].values() if uuid in each["nodes"]]
        plain = sum(each["size"] for each in disks if each["dev_type"] == "plain")
        drbd = sum(each["size"] + 128 for each in disks if each["dev_type"] == "drbd")
        (group,) = machine.volume_groups
        assert group.size - group.free == plain + drbd
        volumes = [device for device in machine.devices.values() if device.kind == "plain"]
        assert sum(device.size for device in volumes) == plain + drbd
        assert len({device.minor for device in volumes}) == len(volumes)


def test_the_disks_of_instances_are_there() -> None:
    """Files lie in directories that exist; a mirrored disk is on both nodes and open on the primary one."""
    config = build_config(ClusterShape())
    machines = by_uuid(config)
    for disk in config["disks"].values():
        on = [machines[node].devices for node in disk["nodes"]]
        match disk["dev_type"]:
            case "file":
                assert disk["logical_id"][1] in on[0]
                assert machines[disk["nodes"][0]].has_directory(disk["logical_id"][1].rpartition("/")[0])
            case "drbd":
                minors = dict(zip(disk["logical_id"][:2], disk["logical_id"][3:5], strict=True))
                paths = [f"/dev/drbd{minors[node]}" for node in disk["nodes"]]
                devices = [each[path] for each, path in zip(on, paths, strict=True)]
                assert [device.is_open for device in devices] == [True, False]
                assert all(device.is_active for device in devices)


@given(shapes())
def test_nothing_runs_twice_or_on_nodes_that_are_offline(shape: ClusterShape) -> None:
    """An instance runs in one place, if at all."""
    config = build_config(shape)
    machines = by_uuid(config)
    names = [guest.name for machine in machines.values() for guest in machine.guests]
    assert len(names) == len(set(names))
    assert not any(machines[uuid].guests for uuid, node in config["nodes"].items() if node["offline"])


@given(shapes())
def test_guests_have_what_the_configuration_allows(shape: ClusterShape) -> None:
    """Memory between minimum and maximum, and all the virtual CPUs; one guest at most is unknown."""
    config = build_config(shape)
    instances = {each["name"]: each for each in config["instances"].values()}
    guests = [guest for machine in simulate_nodes(config) for guest in machine.guests]
    known = [guest for guest in guests if guest.name in instances]
    assert len(guests) - len(known) <= 1
    for guest in known:
        params = config["cluster"]["beparams"]["default"] | instances[guest.name]["beparams"]
        assert params["minmem"] <= guest.memory <= params["maxmem"]
        assert (guest.vcpus, guest.hypervisor) == (params["vcpus"], instances[guest.name]["hypervisor"])


def test_the_default_cluster_shows_every_state() -> None:
    """Running, stopped, error and offline: two dozen instances are enough to see each."""
    config = build_config(ClusterShape())
    machines = by_uuid(config)
    statuses = [status_of(each, config, machines) for each in config["instances"].values()]
    assert set(statuses) == {
        *("running", "ADMIN_down", "ADMIN_offline"),
        *("ERROR_down", "ERROR_up", "ERROR_wrongnode", "ERROR_nodeoffline"),
    }
    assert statuses.count("running") > len(statuses) / 3


def test_in_a_large_cluster_accidents_are_rare() -> None:
    """Of many instances about one in a hundred is not where it should be."""
    config = build_config(ClusterShape(nodes=40, instances=2_000))
    machines = by_uuid(config)
    statuses = [status_of(each, config, machines) for each in config["instances"].values()]
    assert statuses.count("running") > 1_400
    for accident in ("ERROR_down", "ERROR_up", "ERROR_wrongnode"):
        assert 1 <= statuses.count(accident) <= 40


def test_os_definitions_are_those_that_instances_need() -> None:
    """On all nodes the same, but for one that has been forgotten."""
    machines = simulate_nodes(build_config(ClusterShape()))
    first, *others = sorted(machines, key=lambda each: any(system.fault for system in each.systems))
    assert {system.name: system.variants for system in first.systems} == {
        "debootstrap": ("bookworm", "trixie"),
        "image": ("alma9", "windows"),
        "noop": (),
    }
    assert [bool(system.fault) for system in others[-1].systems] == [True, False, False]
    assert all(machine.systems == first.systems for machine in others[:-1])
