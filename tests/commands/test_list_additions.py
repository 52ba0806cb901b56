"""What lists have beyond Ganeti's: formats, order, columns of one's own, lists without nodes, colours."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from ganeti_lite.commands import gnt_instance, gnt_job, gnt_node
from ganeti_lite.commands.definitions import Outcome, Program
from ganeti_lite.commands.program import run
from ganeti_lite.commands.resources import EXPORT, GROUP, INSTANCE, JOB, LOCK, NETWORK, NODE, RULE
from ganeti_lite.query.fields import FIELDS
from tests.clients.scripted_server import succeed

from .conftest import MadeUpNode, RecordedConsole

CELLS: dict[str, list[list[Any]]] = {
    "name": [[0, "n10"], [0, "n9"], [0, "n1"]],
    "oper_ram": [[0, 2048], [4, None], [0, 512]],
    "mfree": [[0, 2048], [4, None], [0, 512]],
    "tags": [[0, ["a", "b,c"]], [0, []], [2, None]],
    "status": [[0, "running"], [0, "ERROR_nodedown"], [0, "other"]],
    "id": [[0, 1], [0, 2], [0, 3]],
    "ctime": [[0, 5.5], [0, 6.0], [0, None]],
}
KINDS = {"oper_ram": "unit", "mfree": "unit", "tags": "other", "id": "number", "ctime": "timestamp"}


def respond(method: str, args: Any) -> list[bytes]:
    """Three items, with the cells above."""
    names = args[1]
    fields = [{"name": name, "title": name.title(), "kind": KINDS.get(name, "text"), "doc": ""} for name in names]
    if method == "QueryFields":
        return succeed({"fields": fields})
    return succeed({"fields": fields, "data": [list(row) for row in zip(*map(CELLS.__getitem__, names), strict=True)]})


def list_with(
    node: MadeUpNode, program: Program, *words: str, console: RecordedConsole | None = None, **environ: str
) -> tuple[Outcome, list[tuple[str, Any]]]:
    """How a list ends, and what was asked."""
    with node.serve(respond) as server:
        outcome = run(program, ["list", *words], {**node.environ, **environ}, console or RecordedConsole())
    return outcome, server.requests


RECORDS = [
    {"name": "n10", "oper_ram": 2048, "tags": ["a", "b,c"], "_missing": {}},
    {"name": "n9", "oper_ram": None, "tags": [], "_missing": {"oper_ram": "offline"}},
    {"name": "n1", "oper_ram": 512, "tags": None, "_missing": {"tags": "nodata"}},
]


def test_json(node: MadeUpNode) -> None:
    """JSON is one array of records, whose missing values say why they are."""
    outcome, _ = list_with(node, gnt_instance.PROGRAM, "--format=json", "-o", "name,oper_ram,tags")
    assert json.loads("\n".join(outcome.lines)) == RECORDS
    assert len(outcome.lines) == 5


def test_json_lines(node: MadeUpNode) -> None:
    """JSON lines are a record each."""
    outcome, _ = list_with(node, gnt_instance.PROGRAM, "--format=jsonl", "-o", "name,oper_ram,tags")
    assert list(map(json.loads, outcome.lines)) == RECORDS


def test_csv(node: MadeUpNode) -> None:
    """CSV has titles, texts as they are, other values as JSON, and reasons in parentheses."""
    outcome, _ = list_with(node, gnt_instance.PROGRAM, "--format=csv", "-o", "name,oper_ram,tags,ctime")
    assert list(csv.reader(io.StringIO("\n".join(outcome.lines)))) == [
        ["name", "oper_ram", "tags", "ctime"],
        ["n10", "2048", '["a", "b,c"]', "5.5"],
        ["n9", "(offline)", "[]", "6.0"],
        ["n1", "512", "(nodata)", ""],
    ]


def test_yaml(node: MadeUpNode) -> None:
    """YAML is a sequence of mappings, whose values are JSON."""
    outcome, _ = list_with(node, gnt_instance.PROGRAM, "--format=yaml", "-o", "name,oper_ram")
    assert outcome.lines == [
        '- name: "n10"',
        "  oper_ram: 2048",
        "  _missing: {}",
        '- name: "n9"',
        "  oper_ram: null",
        '  _missing: {"oper_ram": "offline"}',
        '- name: "n1"',
        "  oper_ram: 512",
        "  _missing: {}",
    ]


@pytest.mark.parametrize(("name", "lines"), [("json", ["[]"]), ("jsonl", []), ("csv", ["name"]), ("yaml", ["[]"])])
def test_no_records(node: MadeUpNode, name: str, lines: list[str]) -> None:
    """A list of nothing is valid in each format."""
    field = {"name": "name", "title": "Name", "kind": "text", "doc": ""}
    with node.serve(lambda _method, _args: succeed({"fields": [field], "data": []})):
        assert run(gnt_node.PROGRAM, ["list", "-o", "name", f"--format={name}"], node.environ).lines == lines


def test_fields_as_records(node: MadeUpNode) -> None:
    """The list of fields has the same formats."""
    with node.serve(respond):
        outcome = run(gnt_node.PROGRAM, ["list-fields", "--format=jsonl", "mfree"], node.environ)
    assert list(map(json.loads, outcome.lines)) == [
        {"name": "mfree", "title": "Mfree", "kind": "unit", "doc": "", "_missing": {}}
    ]


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("name", ["n1", "n9", "n10"]),
        ("name:asc", ["n1", "n9", "n10"]),
        ("name:desc", ["n10", "n9", "n1"]),
        ("oper_ram", ["n1", "n10", "n9"]),
        ("oper_ram:desc", ["n10", "n1", "n9"]),
        ("tags", ["n10", "n9", "n1"]),
    ],
)
def test_order(node: MadeUpNode, order: str, names: list[str]) -> None:
    """Rows are in the order of a field, which need not be shown; those without a value come last."""
    outcome, requests = list_with(node, gnt_instance.PROGRAM, "-o", "name", "--no-headers", "--sort", order)
    assert outcome.lines == names
    field = order.partition(":")[0]
    assert requests == [("Query", ["instance", ["name"] if field == "name" else ["name", field], None])]


@pytest.mark.parametrize("order", ["", ":desc", "name:down"])
def test_wrong_order(node: MadeUpNode, order: str) -> None:
    """What is no order is refused before anyone is asked."""
    outcome = run(gnt_instance.PROGRAM, ["list", "--sort", order], node.environ)
    assert outcome.exit_code == 1
    assert outcome.complaints[-1] == f"Rows are sorted by FIELD or FIELD:desc, not by '{order}'"


def test_static(node: MadeUpNode) -> None:
    """What only nodes know is not asked for, and shown as what could not be had."""
    outcome, requests = list_with(node, gnt_instance.PROGRAM, "--static", "-o", "oper_ram,name,status", "n1")
    assert outcome.lines == ["Oper_Ram Name Status", "       ? n10  ?", "       ? n9   ?", "       ? n1   ?"]
    assert requests == [
        ("Query", ["instance", ["name"], ["|", ["==", "name", "n1"]]]),
        ("QueryFields", ["instance", ["oper_ram", "status"]]),
    ]


def test_static_without_anything_else(node: MadeUpNode) -> None:
    """There is a row for each item, even if nothing that is shown could be asked for."""
    outcome, requests = list_with(node, gnt_node.PROGRAM, "--static", "-o", "mfree", "--no-headers")
    assert outcome.lines == ["?", "?", "?"]
    assert requests[0] == ("Query", ["node", ["name"], None])


@pytest.mark.parametrize("qfilter", ["status == 'running'", "not (name == 'x' and oper_ram > 5)", "oper_state"])
def test_static_filters(node: MadeUpNode, qfilter: str) -> None:
    """A filter that needs the nodes is refused, with the field that does."""
    outcome = run(gnt_instance.PROGRAM, ["list", "--static", "-F", qfilter], {**node.environ})
    assert outcome.exit_code == 1


def test_live_fields() -> None:
    """The commands know what only nodes know."""
    for resource in (INSTANCE, NODE, GROUP, NETWORK, JOB, RULE):
        known = {name for name, field in FIELDS[resource.item_type].items() if field.is_live}
        assert resource.live_fields == known, resource.plural
    assert not EXPORT.live_fields
    assert not LOCK.live_fields


def write_columns(folder: Path, text: str) -> None:
    """A user's file."""
    path = folder / "ganeti-lite" / "columns"
    path.parent.mkdir(parents=True)
    path.write_text(text)


def test_columns_of_ones_own(node: MadeUpNode, tmp_path: Path) -> None:
    """The columns of a list without --output are the user's, and what +FIELDS adds to."""
    write_columns(tmp_path / ".config", "# mine\n\ninstance = name, tags\njob=id\n")
    for words, fields in [((), ["name", "tags"]), (("-o", "+status"), ["name", "tags", "status"]), (("-oid",), ["id"])]:
        _, requests = list_with(node, gnt_instance.PROGRAM, *words, HOME=str(tmp_path))
        assert requests == [("Query", ["instance", fields, None])]
    _, requests = list_with(node, gnt_job.PROGRAM, HOME=str(tmp_path))
    assert requests == [("Query", ["job", ["id"], None])]
    _, requests = list_with(node, gnt_instance.PROGRAM, HOME="/nowhere", XDG_CONFIG_HOME=str(tmp_path / ".config"))
    assert requests == [("Query", ["instance", ["name", "tags"], None])]
    _, requests = list_with(node, gnt_instance.PROGRAM, HOME=str(tmp_path), GNT_INSTANCE_LIST="-o status")
    assert requests == [("Query", ["instance", ["status"], None])]


@pytest.mark.parametrize("line", ["name,tags", "= name", "instance =", "instance = name,,tags"])
def test_wrong_columns(node: MadeUpNode, tmp_path: Path, line: str) -> None:
    """A line that says nothing is complained of, with its place."""
    write_columns(tmp_path, f"node = name\n{line}\n")
    outcome = run(gnt_node.PROGRAM, ["list"], {**node.environ, "XDG_CONFIG_HOME": str(tmp_path)})
    assert outcome.exit_code == 1
    assert outcome.complaints[-1].endswith("columns, line 2: expected KIND = FIELD,FIELD,...")


def test_unreadable_columns(node: MadeUpNode, tmp_path: Path) -> None:
    """What cannot be read is complained of."""
    (tmp_path / "ganeti-lite/columns").mkdir(parents=True)
    outcome = run(gnt_node.PROGRAM, ["list"], {**node.environ, "XDG_CONFIG_HOME": str(tmp_path)})
    assert outcome.exit_code == 1
    assert outcome.complaints[-1].startswith("Can't read ")


def test_colors(node: MadeUpNode) -> None:
    """Statuses and missing values have colours where there is a terminal for them; columns stay aligned."""
    console = RecordedConsole(has_colors=True)
    outcome, _ = list_with(node, gnt_instance.PROGRAM, "-o", "name,status,oper_ram", console=console)
    assert outcome.lines == [
        "Name Status         Oper_Ram",
        "n10  \033[32mrunning       \033[0m     2.0G",
        "n9   \033[31mERROR_nodedown\033[0m \033[2m       *\033[0m",
        "n1   other              512M",
    ]


@pytest.mark.parametrize("words", [["--separator=,"], ["--format=csv"]])
def test_no_colors_for_programs(node: MadeUpNode, words: list[str]) -> None:
    """What programs read has no colours."""
    console = RecordedConsole(has_colors=True)
    outcome, _ = list_with(node, gnt_instance.PROGRAM, "-o", "name,status", *words, console=console)
    assert "\033" not in "".join(outcome.lines)
