"""The lists, from command line to printed lines, with a server whose answers are made up."""

from typing import Any

import pytest

from ganeti_lite.commands import gnt_group, gnt_instance, gnt_network, gnt_node
from ganeti_lite.commands.definitions import Outcome, Program
from ganeti_lite.commands.program import run
from tests.clients.scripted_server import succeed

from .conftest import MadeUpNode

KINDS = {"name": "text", "oper_ram": "unit", "pinst_cnt": "number", "nosuch": "unknown", "tags": "other"}


def define(name: str) -> dict[str, str]:
    """The definition of a field."""
    return {"name": name, "title": name.title(), "kind": KINDS.get(name, "text"), "doc": f"The {name}."}


def answer_queries(method: str, args: Any) -> list[bytes]:
    """Two items, with the name of the field for every text."""
    fields = args[1] or ["name", "tags"]
    if method == "QueryFields":
        return succeed({"fields": [define(name) for name in fields]})
    values = {"text": "x", "unit": 2048, "number": 5, "other": ["a", "b"]}
    first = [[1, None] if KINDS.get(name) == "unknown" else [0, values[KINDS.get(name, "text")]] for name in fields]
    second = [[1, None] if KINDS.get(name) == "unknown" else [3, None] for name in fields]
    return succeed({"fields": [define(name) for name in fields], "data": [first, second]})


def list_with(node: MadeUpNode, program: Program, *words: str, **environ: str) -> tuple[Outcome, Any]:
    """How a program ends, and the arguments of its only request."""
    with node.serve(answer_queries) as server:
        outcome = run(program, words, {**node.environ, **environ})
    ((_method, args),) = server.requests
    return outcome, args


def test_default_columns(node: MadeUpNode) -> None:
    """Without options, each list has its usual columns and asks for everything."""
    for program, item_type, fields in [
        (gnt_instance.PROGRAM, "instance", "name,hypervisor,os,pnode,status,oper_ram"),
        (gnt_node.PROGRAM, "node", "name,dtotal,dfree,mtotal,mnode,mfree,pinst_cnt,sinst_cnt"),
        (gnt_group.PROGRAM, "group", "name,node_cnt,pinst_cnt,alloc_policy,ndparams"),
        (gnt_network.PROGRAM, "network", "name,network,gateway,mac_prefix,group_list,tags"),
    ]:
        chosen = fields.replace("ndparams", "name").replace("group_list", "name")
        outcome, args = list_with(node, program, "list", "-o", chosen)
        assert outcome.exit_code == 0
        with node.serve(lambda _method, _args: None) as server:
            run(program, ["list"], node.environ)
        assert server.requests == [("Query", [item_type, fields.split(","), None])]
        assert args == [item_type, chosen.split(","), None]


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["-o", "name,oper_ram,tags"], ["Name Oper_Ram Tags", "x        2.0G a,b", "-           - -"]),
        (["-o", "name,oper_ram", "--no-headers"], ["x 2.0G", "-    -"]),
        (["-o", "name,oper_ram", "--separator=|"], ["Name|Oper_Ram", "x|2048", "-|-"]),
        (["-o", "name,oper_ram", "--separator=|", "--units=h"], ["Name|Oper_Ram", "x|2.0G", "-|-"]),
        (["-o", "oper_ram", "--units", "g"], ["Oper_Ram", "     2.0", "       -"]),
        (["-vo", "name,oper_ram"], ["Name       Oper_Ram", "x              2.0G", "(unavail) (unavail)"]),
    ],
)
def test_manners(node: MadeUpNode, words: list[str], lines: list[str]) -> None:
    """Each option has its effect on the table."""
    outcome, _args = list_with(node, gnt_instance.PROGRAM, "list", *words)
    assert outcome == Outcome(lines)


@pytest.mark.parametrize(
    ("words", "fields", "qfilter"),
    [
        (["-o", "+tags,os"], ["name", "hypervisor", "os", "pnode", "status", "oper_ram", "tags", "os"], None),
        (["-o", "name", "-o", "os"], ["os"], None),
        (["-o", "name", "a", "b"], ["name"], ["|", ["==", "name", "a"], ["==", "name", "b"]]),
        (["-o", "name", 'tags == "x"'], ["name"], ["==", "tags", "x"]),
        (["-o", "name", "-F", "admin_up"], ["name"], ["?", "admin_up"]),
        (["-o", "name", "a", "-v"], ["name"], ["|", ["==", "name", "a"], ["==", "name", "-v"]]),
    ],
)
def test_requests(node: MadeUpNode, words: list[str], fields: list[str], qfilter: object) -> None:
    """Fields and arguments become the request."""
    _outcome, args = list_with(node, gnt_instance.PROGRAM, "list", *words)
    assert args == ["instance", fields, qfilter]


def test_defaults_from_the_environment(node: MadeUpNode) -> None:
    """Options from the environment come first, so that typed ones win; each list but networks' has a variable."""
    for program, variable in [
        (gnt_instance.PROGRAM, "GNT_INSTANCE_LIST"),
        (gnt_node.PROGRAM, "GNT_NODE_LIST"),
        (gnt_group.PROGRAM, "GNT_GROUP_LIST"),
    ]:
        environ = {variable: "--no-headers -o 'name,tags'"}
        outcome, args = list_with(node, program, "list", **environ)
        assert args[1] == ["name", "tags"]
        assert len(outcome.lines) == 2
        _outcome, args = list_with(node, program, "list", "-o", "uuid", **environ)
        assert args[1] == ["uuid"]
    _outcome, args = list_with(node, gnt_network.PROGRAM, "list", "-o", "name", GNT_NETWORK_LIST="-o uuid")
    assert args[1] == ["name"]


def test_broken_defaults(node: MadeUpNode) -> None:
    """Defaults that the shell could not split are wrong usage, and say where they come from."""
    outcome = run(gnt_node.PROGRAM, ["list"], {**node.environ, "GNT_NODE_LIST": "-o 'name"})
    assert outcome.exit_code == 2
    assert "GNT_NODE_LIST" in outcome.complaints[-1]


def test_unknown_fields(node: MadeUpNode) -> None:
    """Unknown fields are listed, complained of, and change the exit code."""
    outcome, _args = list_with(node, gnt_node.PROGRAM, "list", "-o", "nosuch,name,nosuch")
    assert outcome == Outcome(
        ["Nosuch Name Nosuch", "??     x    ??", "??     -    ??"],
        ("Warning: Queried for unknown fields nosuch, nosuch",),
        14,
    )


@pytest.mark.parametrize("fields", ["", "+", "name,,os", ","])
def test_nameless_fields(node: MadeUpNode, fields: str) -> None:
    """A field without a name is refused before anyone is asked."""
    outcome = run(gnt_node.PROGRAM, ["list", "-o", fields], node.environ)
    assert outcome.exit_code == 1
    assert outcome.lines == []
    assert "error type: wrong_input, error details:" in outcome.complaints


def test_list_fields(node: MadeUpNode) -> None:
    """Fields are listed with their types in words."""
    outcome, args = list_with(node, gnt_network.PROGRAM, "list-fields", "oper_ram", "tags", "nosuch")
    assert args == ["network", ["oper_ram", "tags", "nosuch"]]
    assert outcome == Outcome(
        [
            "Name     Type         Title    Description",
            "oper_ram Storage size Oper_Ram The oper_ram.",
            "tags     Custom       Tags     The tags.",
            "nosuch   Unknown      Nosuch   The nosuch.",
        ],
        ("Warning: Queried for unknown fields nosuch",),
        14,
    )


def test_list_all_fields(node: MadeUpNode) -> None:
    """Without names all fields are asked for."""
    outcome, args = list_with(node, gnt_group.PROGRAM, "list-fields", "--no-headers", "--separator=:")
    assert args == ["group", None]
    assert outcome == Outcome(["name:Text:Name:The name.", "tags:Custom:Tags:The tags."])


@pytest.mark.parametrize(
    "result",
    [
        5,
        {"fields": [define("oper_ram")], "data": [[[0, "x"]]]},
        {"fields": [define("name")], "data": [[5]]},
        {"fields": [define("name")], "data": [[[0]]]},
        {"fields": [define("tags")], "data": [[[0, None]]]},
    ],
)
def test_malformed_answers(node: MadeUpNode, result: object) -> None:
    """An answer that makes no sense is told as such."""
    with node.serve(lambda _method, _args: succeed(result)):
        outcome = run(gnt_instance.PROGRAM, ["list"], node.environ)
    assert outcome.exit_code == 1
    assert outcome.complaints[0] == "Unhandled protocol error while talking to the master daemon:"


def test_no_items(node: MadeUpNode) -> None:
    """A list of nothing is its header."""
    with node.serve(lambda _method, _args: succeed({"fields": [define("name")], "data": []})):
        assert run(gnt_node.PROGRAM, ["list", "-o", "name"], node.environ) == Outcome(["Name"])
