"""Views: one that follows another answers every field just as one made anew."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.config import load_config, parse_config
from ganeti_lite.constants import ItemType
from ganeti_lite.jobs import parse_job
from ganeti_lite.query import QueueView, View
from ganeti_lite.query.cells import encode_cells
from ganeti_lite.query.fields import FIELDS, Source
from ganeti_lite.query.view import TABLES
from ganeti_lite.simulator import ClusterShape, build_config, encode_config
from ganeti_lite.snapshot import ClusterSnapshot, JobRecord, JobTable, QueueSnapshot, UnreadableJob
from tests.strategies import JsonObject, configs, edited, encode_job_file, job_files

COLUMNS = [(item_type, name) for item_type in TABLES if item_type is not ItemType.JOB for name in FIELDS[item_type]]


def ask(view: View | QueueView, item_type: ItemType, name: str, rows: Sequence[int] | None = None) -> str:
    """The cells of a field as text, for all rows unless told."""
    wanted = range(len(view.table(item_type))) if rows is None else rows
    (cells,) = view.cells(item_type, [FIELDS[item_type][name]], wanted)
    return b",".join(cells).decode()


def ask_all(view: View) -> dict[tuple[ItemType, str], str]:
    """The cells of every field of every item type."""
    return {column: ask(view, *column) for column in COLUMNS}


def follow_all(states: Sequence[JsonObject]) -> Iterator[View]:
    """Views of configurations that were loaded one after the other, each to be asked before the next one is made."""
    loaded = load_config(encode_config(states[0]))
    view = View(loaded.snapshot)
    yield view
    for state in states[1:]:
        loaded = load_config(encode_config(state), loaded)
        view = view.followed_by(loaded.snapshot)
        yield view


def follow(*states: JsonObject) -> View:
    """The view of the last of the configurations, every view before it fully asked."""
    for view in follow_all(states):
        ask_all(view)
    return view


def start(config: JsonObject) -> View:
    """A view of a configuration that follows none."""
    return View(parse_config(encode_config(config)))


@given(st.data())
def test_a_view_that_follows_equals_a_new_one(data: st.DataObject) -> None:
    """Whatever was edited, and twice, columns that are carried over hold."""
    states = [data.draw(configs())]
    while len(states) < 3:
        states.append(data.draw(edited(states[-1])))
    assert ask_all(follow(*states)) == ask_all(start(states[-1]))


CONFIG = build_config(ClusterShape(nodes=6, instances=40))
TABLE_NAMES = ("nodes", "nodegroups", "instances", "networks", "disks")


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_tables_that_become_empty_and_full(name: str) -> None:
    """The first objects of a table, and the last ones, change what is answered as any others do."""
    empty = {**CONFIG, name: {}}
    assert ask_all(follow(CONFIG, empty)) == ask_all(start(empty))
    assert ask_all(follow(empty, CONFIG)) == ask_all(start(CONFIG))


JOB_COLUMNS = [(ItemType.JOB, name) for name in FIELDS[ItemType.JOB]]


def ask_all_of_jobs(view: QueueView) -> dict[tuple[ItemType, str], str]:
    """The cells of every field of all jobs."""
    return {column: ask(view, *column) for column in JOB_COLUMNS}


def queue_of(records: Iterable[JobRecord]) -> QueueSnapshot:
    """A queue of these jobs."""
    return QueueSnapshot(JobTable.of(records))


@given(st.data())
def test_a_view_of_a_queue_that_follows_equals_a_new_one(data: st.DataObject) -> None:
    """Jobs come, change, go, are damaged and are there twice: columns that are carried over hold."""
    made = st.builds(
        lambda job_id, file, is_archived: parse_job(job_id, encode_job_file(file), is_archived=is_archived),
        st.integers(1, 5),
        job_files(),
        st.booleans(),
    )
    records: list[JobRecord] = data.draw(st.lists(made, max_size=4))
    view = QueueView(queue_of(records))
    for _ in range(3):
        ask_all_of_jobs(view)
        kept: list[JobRecord] = data.draw(st.lists(st.sampled_from(records), unique_by=id)) if records else []
        broken: list[JobRecord] = data.draw(
            st.lists(st.integers(1, 5).map(lambda job_id: UnreadableJob(job_id, "damaged")), max_size=1)
        )
        fresh: list[JobRecord] = data.draw(st.lists(made, max_size=2))
        records = kept + broken + fresh
        view = view.followed_by(queue_of(records))
        assert ask_all_of_jobs(view) == ask_all_of_jobs(QueueView(queue_of(records)))


def test_values_of_jobs_that_hold_are_carried() -> None:
    """After a change of one job just its own values are worked out again."""
    file = encode_job_file({"id": 1, "ops": [{"input": {"OP_ID": "OP_X"}, "status": "queued", "result": None}]})
    records = [parse_job(job_id, file, is_archived=False) for job_id in range(1, 6)]
    view = QueueView(queue_of(records))
    field = FIELDS[ItemType.JOB]["summary"]
    before = view.values(ItemType.JOB, field, range(5))
    changed: list[JobRecord] = [
        *records[:2],
        parse_job(3, file, is_archived=False),
        *records[3:],
        UnreadableJob(6, "damaged"),
    ]
    after = view.followed_by(queue_of(changed)).values(ItemType.JOB, field, range(6))
    assert [one is two for one, two in zip(before, after, strict=False)] == [True, True, False, True, True]


def test_some_rows_after_following() -> None:
    """Rows in any order and number are answered from a carried column as from a new one."""
    smaller = {**CONFIG, "instances": dict(list(CONFIG["instances"].items())[::2])}
    view, new = follow(smaller, CONFIG), start(CONFIG)
    for rows in ([], [7], [3, 3, 1], list(reversed(range(40)))):
        assert ask(view, ItemType.INSTANCE, "name", rows) == ask(new, ItemType.INSTANCE, "name", rows)


def test_values_that_hold_are_carried() -> None:
    """After a change of one instance just its own values are worked out again; after one of the cluster, all."""
    field = FIELDS[ItemType.INSTANCE]["hvparams"]
    (uuid, instance), *_ = CONFIG["instances"].items()
    states = [
        CONFIG,
        {**CONFIG, "instances": {**CONFIG["instances"], uuid: {**instance, "hvparams": {"acpi": False}}}},
        {**CONFIG, "cluster": {**CONFIG["cluster"], "serial_no": 0}},
    ]
    first, second, third = (view.values(ItemType.INSTANCE, field, range(40)) for view in follow_all(states))
    position = start(CONFIG).snapshot.instances.positions[uuid]
    assert [row for row in range(40) if first[row] is not second[row]] == [position]
    assert not any(before is after for before, after in zip(second, third, strict=True))


def _change_cluster(config: JsonObject) -> JsonObject:
    """Every parameter has another value, and another node is the master."""
    cluster = config["cluster"]
    families = ("hvparams", "os_hvp", "beparams", "ndparams", "ipolicy", "diskparams", "osparams")
    return {
        **cluster,
        **{name: _alter(cluster[name]) for name in families},
        "nicparams": {"default": {"mode": "openvswitch", "link": "switch9", "vlan": ".9"}},
        "master_node": max(uuid for uuid in config["nodes"] if uuid != cluster["master_node"]),
    }


def _alter(value: Any) -> Any:
    """The same value with every leaf changed."""
    if isinstance(value, dict):
        return {key: _alter(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_alter(item) for item in value]
    return not value if isinstance(value, bool) else value + ("x" if isinstance(value, str) else 1)


def _change_nodes(config: JsonObject) -> JsonObject:
    """Other names, and all in one group."""
    (*_, group) = config["nodegroups"]
    return {uuid: {**node, "name": node["name"] + "x", "group": group} for uuid, node in config["nodes"].items()}


def _change_groups(config: JsonObject) -> JsonObject:
    """Other names and node parameters, no networks, and one group less."""
    ndparams = _alter(config["cluster"]["ndparams"])
    changes = {"ndparams": ndparams, "networks": {}}
    (_, *kept) = config["nodegroups"].items()
    return {uuid: {**group, **changes, "name": group["name"] + "x"} for uuid, group in kept}


def _change_instances(config: JsonObject) -> JsonObject:
    """Every second one is gone."""
    return dict(list(config["instances"].items())[::2])


def _change_networks(config: JsonObject) -> JsonObject:
    """Other names."""
    return {uuid: {**network, "name": network["name"] + "x"} for uuid, network in config["networks"].items()}


def _change_disks(config: JsonObject) -> JsonObject:
    """None is mirrored."""
    return {uuid: {**disk, "dev_type": "plain"} for uuid, disk in config["disks"].items()}


CHANGES: Mapping[Source, Callable[[JsonObject], JsonObject]] = {
    Source.CLUSTER: _change_cluster,
    Source.NODES: _change_nodes,
    Source.NODEGROUPS: _change_groups,
    Source.INSTANCES: _change_instances,
    Source.NETWORKS: _change_networks,
    Source.DISKS: _change_disks,
}
"""How all of one part of a configuration changes."""


def _with_many_nics(config: JsonObject) -> JsonObject:
    """The first instance has as many NICs as there are fields for, each in a network and without own parameters."""
    uuid, instance = next(iter(config["instances"].items()))
    nic = {"mac": "aa:00:00:00:00:01", "nicparams": {}, "network": next(iter(config["networks"]))}
    nics = [{**nic, "uuid": str(index)} for index in range(8)]
    return {**config, "instances": {**config["instances"], uuid: {**instance, "nics": nics}}}


@pytest.mark.parametrize("source", CHANGES)
def test_fields_declare_what_they_read(source: Source) -> None:
    """With the same rows and all of one other part changed, just the fields that declare it have other values.

    Instances may read their own disks without declaring it.
    """
    config = _with_many_nics(CONFIG)
    old = parse_config(encode_config(config))
    other = parse_config(encode_config({**config, source.value: CHANGES[source](config)}))
    new = evolve(old, **{source.value: getattr(other, source.value)})
    columns = [column for column in COLUMNS if source is not Source.DISKS or column[0] is not ItemType.INSTANCE]
    declared = {column for column in columns if source in FIELDS[column[0]][column[1]].sources}
    read = {column for column in columns if _differs(column, old, new)}
    assert (read - declared, declared - read) == (set(), set())


def _differs(column: tuple[ItemType, str], old: ClusterSnapshot, new: ClusterSnapshot) -> bool:
    """Whether a field's values for the old snapshot's rows are others in the new one."""
    item_type, name = column
    rows = getattr(old, TABLES[item_type]).ordered
    rule = FIELDS[item_type][name].rule
    return encode_cells(rule(old, rows)) != encode_cells(rule(new, rows))
