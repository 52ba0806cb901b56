"""Nodes: what they are asked, and what their answers make of memory, CPUs and storage."""

from typing import Any

import pytest
from attrs import evolve

from ganeti_lite.query import NodeFailure

from .clusters import NODES, make_snapshot, plan, rows

MACHINE = {
    "memory_total": 24105,
    "memory_dom0": 79,
    "memory_free": 23005.4,
    "cpu_total": 2,
    "cpu_dom0": 1,
    "cpu_nodes": 1,
    "cpu_sockets": 4,
}
STORAGE = {"type": "file", "name": "/srv", "storage_size": 258019, "storage_free": 80384}
SPINDLES = {"type": "lvm-pv", "name": "vg", "storage_size": 7, "storage_free": 0}
FIELDS = "bootid mtotal mnode mfree ctotal cnos cnodes csockets dtotal dfree sptotal spfree"
FULL = ["boot", [STORAGE, SPINDLES], [MACHINE]]
EXPECTED = ["boot", 24105, 79, 23005, 2, 1, 1, 4, 258019, 80384, 7, 0]


def cells_of(answer: object) -> list[list[Any]]:
    """The cells of node1 with this answer of it."""
    snapshot = make_snapshot()
    found: list[list[Any]] = rows(snapshot, "node", FIELDS, {("node1", "node_info"): answer}, ["==", "name", "node1"])[
        0
    ]
    return found


def test_whole_answer() -> None:
    """Every field has its part of the answer."""
    assert cells_of(FULL) == [[0, value] for value in EXPECTED]


@pytest.mark.parametrize(
    "answer",
    [
        NodeFailure("refused"),
        None,
        [],
        ["boot", []],
        [None, [], []],
        ["boot", [None], [MACHINE]],
        ["boot", [{**STORAGE, "more": 1}], [MACHINE]],
        ["boot", [STORAGE], [{**MACHINE, "more": 1}]],
        ["boot", [STORAGE], [{"memory_total": 1}]],
        ["boot", [{**STORAGE, "storage_size": "large"}], [MACHINE]],
    ],
)
def test_answers_of_another_form_are_no_data(answer: object) -> None:
    """An answer that is none, or not of the known form, is no data for all of the node's fields."""
    assert cells_of(answer) == [[2, None]] * len(EXPECTED)


def test_null_and_missing_values_are_no_data() -> None:
    """A storage that the node does not know, and what was not asked for, have no data."""
    unknown = {"type": "lvm-vg", "name": "vg", "storage_size": None}
    cells = cells_of(["boot", [unknown], []])
    assert cells == [[0, "boot"]] + [[2, None]] * (len(EXPECTED) - 1)


def test_optional_members_are_no_fault() -> None:
    """What only some hypervisors tell is allowed."""
    machine = {**MACHINE, "hv_version": [4, 1], "memory_hv": 5}
    assert cells_of(["boot", [STORAGE, SPINDLES], [machine]]) == [[0, value] for value in EXPECTED]


def test_offline_nodes_are_offline_and_not_asked() -> None:
    """An offline node has the status offline in every live field; a node named twice has its data twice."""
    snapshot = make_snapshot()
    assert [call.node for call in plan(snapshot, "node", "mfree").calls] == ["node1", "node2", "node3"]
    twice = ["|", ["==", "name", "node4"], ["==", "name", "node1"], ["==", "name", "node1"]]
    assert [call.node for call in plan(snapshot, "node", "mfree", twice).calls] == ["node1"]
    answers = {("node1", "node_info"): FULL}
    assert rows(snapshot, "node", "mfree", answers, twice) == [[[4, None]], [[0, 23005]], [[0, 23005]]]


def test_nodes_that_may_not_run_instances_are_asked_like_others() -> None:
    """They have figures, too."""
    snapshot = make_snapshot(nodes=(evolve(NODES[0], vm_capable=False), NODES[1]))
    assert [call.node for call in plan(snapshot, "node", "mfree").calls] == ["node1", "node2"]


def test_only_what_is_asked_for_is_asked() -> None:
    """Storage and machine are asked for only if a field of theirs is in output or filter."""
    snapshot = make_snapshot(
        enabled_disk_templates=("file", "plain", "drbd", "diskless"), volume_group_name="vg", file_storage_dir="/srv"
    )
    machine = (("fake", {"migration_mode": "live"}),)
    storage = (("file", "/srv", ()), ("lvm-vg", "vg", (False,)), ("lvm-pv", "vg", (False,)))

    def arguments(fields: str, qfilter: object = None) -> object:
        return plan(snapshot, "node", fields, qfilter).calls[0].arguments

    assert arguments("bootid") == ((), ())
    assert arguments("mfree") == ((), machine)
    assert arguments("sptotal") == (storage, ())
    assert arguments("name", ["&", [">", "ctotal", 1], [">", "dfree", 1]]) == (storage, machine)


def test_storage_without_a_place_is_not_asked_for() -> None:
    """Without a volume group there are no volumes to ask about; exclusive storage is told as it is filled."""
    bare = make_snapshot(enabled_disk_templates=("plain", "file"), volume_group_name=None, file_storage_dir="")
    assert plan(bare, "node", "dfree").calls[0].arguments == ((), ())
    nodes = tuple(evolve(node, ndparams={"exclusive_storage": True}) for node in NODES)
    exclusive = make_snapshot(nodes=nodes, enabled_disk_templates=("plain",), volume_group_name="vg")
    assert plan(exclusive, "node", "dfree").calls[0].arguments == (
        (("lvm-vg", "vg", (True,)), ("lvm-pv", "vg", (True,))),
        (),
    )
