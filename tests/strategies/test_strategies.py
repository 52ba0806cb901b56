"""The strategies give what they promise, and reach the oddities that tests rely on."""

from collections.abc import Callable

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ganeti_lite.config import parse_config
from ganeti_lite.simulator import encode_config
from ganeti_lite.snapshot import ClusterSnapshot, Disk, find_dangling

from . import TABLES, JsonObject, configs, edited

ODDITIES: dict[str, Callable[[ClusterSnapshot], bool]] = {
    "a dangling reference": lambda snapshot: any(find_dangling(snapshot)),
    "an instance without a name": lambda snapshot: any(item.name is None for item in snapshot.instances.values()),
    "two nodes of one name": lambda snapshot: (
        len({item.name for item in snapshot.nodes.values()}) < len(snapshot.nodes)
    ),
    "an unknown key": lambda snapshot: any(
        item.unknown for table in (snapshot.nodes, snapshot.instances, snapshot.disks) for item in table.values()
    ),
    "DRBD on one node alone": lambda snapshot: any(map(_is_alone, snapshot.disks.values())),
    "DRBD below DRBD": lambda snapshot: any(
        child.dev_type == "drbd" for disk in snapshot.disks.values() for child in disk.children
    ),
    "an empty table": lambda snapshot: not snapshot.instances,
    "no default for NICs": lambda snapshot: "default" not in snapshot.cluster.nicparams,
}


def _is_alone(disk: Disk) -> bool:
    return disk.dev_type == "drbd" and disk.logical_id[0] == disk.logical_id[1]


@given(configs())
def test_configs_can_be_loaded(config: JsonObject) -> None:
    """Every configuration is one that the loader takes."""
    snapshot = parse_config(encode_config(config))
    assert [len(getattr(snapshot, name)) for name in TABLES] == [len(config[name]) for name in TABLES]


@given(st.data())
def test_edits_leave_the_original_alone(data: st.DataObject) -> None:
    """An edited configuration can be loaded too; the one that it was made from stays as it was."""
    config = data.draw(configs())
    before = encode_config(config)
    after = data.draw(edited(config))
    assert encode_config(config) == before
    assert parse_config(encode_config(after)).serial_no == config["serial_no"] + 1


def test_oddities_are_reached() -> None:
    """What makes a real file odd is among some hundred configurations."""
    reached: set[str] = set()

    @settings(max_examples=300, phases=[Phase.generate], database=None, derandomize=True)
    @given(configs())
    def look(config: JsonObject) -> None:
        snapshot = parse_config(encode_config(config))
        reached.update(oddity for oddity, is_odd in ODDITIES.items() if is_odd(snapshot))

    look()
    assert reached == set(ODDITIES)
