"""What lists print as JSON is as the schemas in the documentation say."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

from ganeti_lite.commands.program import run
from ganeti_lite.commands.resources import EXPORT, LOCK, Resource
from ganeti_lite.commands.schemas import LISTED, make_schema
from ganeti_lite.query.fields import FIELDS
from ganeti_lite.simulator import ClusterPaths, ClusterShape, write_cluster
from ganeti_lite.simulator.jobs import make_jobs, write_job
from tests.clients.scripted_server import succeed
from tests.interop.isolated import our_daemon

from .conftest import MadeUpNode, RecordedConsole
from .programs import PROGRAMS

SCHEMAS: Final = Path(__file__).parent.parent.parent / "docs" / "schemas"

ANSWERED: Final = tuple(resource for resource in LISTED if resource not in (EXPORT, LOCK))
"""What a daemon alone can list: no node answers, so there are missing values, too."""


def read_schema(resource: Resource) -> Any:
    """The schema in the documentation."""
    return json.loads((SCHEMAS / f"{resource.item_type}-list.json").read_text())


@pytest.mark.parametrize("resource", LISTED, ids=lambda resource: resource.item_type)
def test_documentation(resource: Resource) -> None:
    """The documentation has the schema of each list, as the tables of fields make it."""
    schema = read_schema(resource)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema == make_schema(resource), "python -m ganeti_lite.commands.schemas docs/schemas"


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClusterPaths]:
    """The real daemon on a made-up cluster whose nodes do not answer."""
    folder = tmp_path_factory.mktemp("c")  # short, for a socket's path may not be long
    paths = write_cluster(folder / "node1.example.com", ClusterShape(nodes=4, instances=12, groups=2, networks=2))
    queue = paths.root / "var/lib/ganeti/queue"
    queue.mkdir(exist_ok=True)
    for job in make_jobs(["a.example.com", "b.example.com"], 10):
        write_job(queue, job)
    with our_daemon(paths, paths.query_socket, "--rpc-deadline", "1"):
        yield paths


def list_all(resource: Resource, environ: dict[str, str], *words: str) -> Any:
    """A list of every field, and of one that there is not, as decoded JSON."""
    program = next(each for each in PROGRAMS if each.name == NAMES[resource.item_type])
    command = "locks" if resource is LOCK else "list"
    fields = ",".join([*FIELDS[resource.item_type], "nosuch"])
    outcome = run(program, [command, "--format=json", "-o", fields, *words], environ, RecordedConsole())
    assert outcome.exit_code == 14, outcome.complaints
    return json.loads("\n".join(outcome.lines))


NAMES: Final = {resource.item_type: f"gnt-{resource.item_type}" for resource in LISTED} | {
    EXPORT.item_type: "gnt-backup",
    LOCK.item_type: "gnt-debug",
}


@pytest.mark.parametrize("resource", ANSWERED, ids=lambda resource: resource.item_type)
def test_lists(daemon: ClusterPaths, resource: Resource) -> None:
    """A list of every field is valid, whatever is missing."""
    records = list_all(resource, daemon.environment())
    assert records or resource.item_type == "filter"
    jsonschema.validate(records, read_schema(resource))
    assert all(record["_missing"]["nosuch"] == "unknown" for record in records)


CELLS: Final[dict[str, Any]] = {
    "node": [0, "n1"], "export": [2, None], "name": [0, "cluster/BGL"], "mode": [0, None], "owner": [0, ["5"]],
    "pending": [0, [["shared", ["6"]]]], "nosuch": [1, None],
}  # fmt: skip


@pytest.mark.parametrize("resource", [EXPORT, LOCK], ids=lambda resource: resource.item_type)
def test_other_lists(node: MadeUpNode, resource: Resource) -> None:
    """So are those that need nodes, or a daemon that takes jobs."""

    def respond(_method: str, args: Any) -> list[bytes]:
        fields = [
            {"name": name, "title": name, "kind": "unknown" if name == "nosuch" else "text", "doc": ""}
            for name in args[1]
        ]
        return succeed({"fields": fields, "data": [[CELLS[name] for name in args[1]]]})

    with node.serve(respond):
        records = list_all(resource, dict(node.environ))
    jsonschema.validate(records, read_schema(resource))


@pytest.mark.parametrize(
    "record",
    [{"name": "n"}, {"name": 5, "_missing": {}}, {"mfree": 1.5, "_missing": {}}, {"_missing": {"name": "gone"}}],
)
def test_what_is_not_valid(record: dict[str, Any]) -> None:
    """The schemas say something: what is of another type, or gives no reason that there is, is refused."""
    resource = next(each for each in LISTED if each.item_type == "node")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([record], read_schema(resource))
