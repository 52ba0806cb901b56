"""Questions that are asked as jobs are answered as those that are asked by Luxi."""

from typing import Any, Final

import pytest

from ganeti_lite.masterd.units.queries import ExtStorageDiagnose, OsDiagnose, Query, QueryFields
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import NODE1, NODE2, NODE3

from .scripted import by_node, prereq, run


def _system(name: str, *, is_valid: bool = True, variants: tuple[str, ...] = ()) -> list[Any]:
    """An operating system as a node tells it."""
    return [name, f"/srv/os/{name}", is_valid, "", list(variants), [["dhcp", "whether"]], [20], True]


SYSTEMS: Final = [
    _system("noop"),
    _system("image", variants=("small", "old")),
    _system("broken", is_valid=False),
]
NODES: Final = (NODE1, NODE2, NODE3)
"""Those that are online and can have instances."""


def test_operating_systems_are_listed() -> None:
    """All nodes that can have instances are asked, without any lock; what is not valid is left out."""
    found = run(OsDiagnose(), answers={"os_diagnose": SYSTEMS}, output_fields=["name", "variants"], names=[])
    assert found.result == [["image", ["old", "small"]], ["noop", []]]
    assert found.called == [("os_diagnose", NODES)]
    assert found.locks == {}
    assert found.hooks == []


def test_what_is_asked_for_is_not_left_out() -> None:
    """An operating system that is not valid is told where validity is asked for."""
    found = run(OsDiagnose(), answers={"os_diagnose": SYSTEMS}, output_fields=["name", "valid"])
    assert found.result == [["broken", False], ["image", True], ["noop", True]]


def test_names_choose_operating_systems() -> None:
    """Names that nothing has give no row."""
    found = run(OsDiagnose(), answers={"os_diagnose": SYSTEMS}, output_fields=["name"], names=["noop", "nothing"])
    assert found.result == [["noop"]]


def test_nodes_that_do_not_answer_do_not_count() -> None:
    """A node that fails makes nothing invalid; one that lacks an operating system does."""
    failing = {NODE1: SYSTEMS, NODE2: RpcFailure("down"), NODE3: SYSTEMS}
    assert run(OsDiagnose(), answers={"os_diagnose": by_node(failing)}, output_fields=["name"]).result == [
        ["image"],
        ["noop"],
    ]
    lacking = {NODE1: SYSTEMS, NODE2: SYSTEMS, NODE3: [_system("noop")]}
    assert run(OsDiagnose(), answers={"os_diagnose": by_node(lacking)}, output_fields=["name"]).result == [["noop"]]


@pytest.mark.parametrize("unit", [OsDiagnose(), ExtStorageDiagnose()])
def test_unknown_fields_are_refused(unit: Any) -> None:
    """A classic question for a field that does not exist fails, before any node is asked."""
    refused = run(unit, output_fields=["name", "foo"])
    assert refused.failure == prereq("Unknown output fields selected: foo")
    assert refused.calls == ()


def test_external_storage_is_listed() -> None:
    """Providers are told as nodes tell them."""
    providers = [["prov", "/usr/share/ganeti/extstorage/prov", True, "", [["p", "a parameter"]]]]
    answers = {"extstorage_diagnose": providers}
    assert run(ExtStorageDiagnose(), answers=answers, output_fields=["name"], names=[]).result == [["prov"]]
    assert run(ExtStorageDiagnose(), answers=answers, output_fields=["name"], names=["x"]).result == []


def test_a_query_is_answered_with_definitions() -> None:
    """The newer form has the fields' definitions, and a status for each value."""
    answers = {"os_diagnose": SYSTEMS}
    result: Any = run(Query(), answers=answers, what="os", fields=["name"], qfilter=["==", "name", "noop"]).result
    assert result["data"] == [[[0, "noop"]]]
    assert [field["name"] for field in result["fields"]] == ["name"]


def test_the_cluster_can_be_asked_about() -> None:
    """The cluster's fields include what is no part of the configuration."""
    result: Any = run(Query(), what="cluster", fields=["name", "watcher_pause"]).result
    assert result["data"] == [[[0, "beta.example.org"], [0, 1_900_000_000]]]


@pytest.mark.parametrize("unit", [Query(), QueryFields()])
def test_other_things_are_not_asked_about_by_jobs(unit: Any) -> None:
    """Instances, nodes and the like are asked about by Luxi."""
    refused = run(unit, what="instance", fields=["name"])
    assert refused.failure == prereq("Unknown query resource 'instance'")


def test_a_filter_must_be_right() -> None:
    """What is no filter, and fields that do not exist, are refused."""
    failure = run(Query(), what="os", fields=["name"], qfilter=["=="]).failure
    assert failure is not None
    assert failure[0] == "ParameterError"
    unknown = run(Query(), what="os", fields=["name"], qfilter=["?", "foo"]).failure
    assert unknown == ["ParameterError", ["Can't find field named 'foo'"]]


def test_fields_are_described() -> None:
    """Definitions can be had without asking anybody."""
    result: Any = run(QueryFields(), what="os", fields=["name", "foo"]).result
    assert [(field["name"], field["kind"]) for field in result["fields"]] == [("name", "text"), ("foo", "unknown")]
    nothing: Any = run(QueryFields(), what="os", fields=[]).result
    assert nothing == {"fields": []}
    everything: Any = run(QueryFields(), what="cluster").result
    assert len(everything["fields"]) > 10
