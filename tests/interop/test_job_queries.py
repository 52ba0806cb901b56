"""What Ganeti 3.0 tells only by way of jobs: the cluster, operating systems and storage providers as queries.

Ours answers such queries itself; what the jobs give is what the answers are held against.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from attrs import frozen

from .compare import Comparison
from .luxi import Connection
from .processes import wait_until
from .reference_cluster import ReferenceCluster
from .tally import Tally
from .test_live import daemon_in_namespace
from .test_real_jobs import put_away

pytestmark = pytest.mark.interop

CLUSTER_FIELDS: Final = (
    *("cluster_name", "name", "master_node", "drain_flag", "watcher_pause"),
    *("software_version", "protocol_version", "config_version", "os_api_version", "export_version", "ctime", "mtime"),
)
"""All but what the job fails with (the architecture, a volume group that is not there), the tags, which it does not
sort, and the program's build."""

OS_FIELDS: Final = (
    *("name", "valid", "hidden", "blacklisted", "variants", "parameters", "api_versions", "node_status"),
    *("os_hvp", "osparams", "trusted"),
)
PROVIDER_FIELDS: Final = ("name", "node_status", "nodegroup_status", "parameters")


@frozen
class Asked:
    """The reference cluster's jobs, and a client of our daemon."""

    reference: ReferenceCluster
    real: Connection
    ours: Connection
    jobs: list[int]

    def run(self, **opcode: Any) -> tuple[str, Any]:
        """A job's status at its end, and its result."""
        number: int = self.real.ask("SubmitJob", [[{"reason": [], **opcode}]]).result
        self.jobs.append(number)

        def state() -> list[Any]:
            rows: list[list[Any]] = self.real.ask("QueryJobs", [[number], ["status", "opresult"]]).result
            return rows[0]

        wait_until(lambda: state()[0] in ("success", "error"), f"the end of job {number}")
        status, (result,) = state()
        return status, result

    def ask_ours(self, method: str, args: list[Any]) -> Any:
        """Our result, less the descriptions."""
        return without_docs(self.ours.ask(method, args).result)


@pytest.fixture
def asked(reference: ReferenceCluster, folder: Any) -> Iterator[Asked]:
    """Both; the jobs are archived afterwards."""
    with (
        daemon_in_namespace(reference, folder) as socket,
        Connection(reference.query_socket) as real,
        Connection(socket) as ours,
    ):
        found = Asked(reference, real, ours, [])
        yield found
        for number in found.jobs:
            put_away(real, reference.root / "var/lib/ganeti/queue", number)


def without_docs(answer: dict[str, Any]) -> dict[str, Any]:
    """The result of a query or of a question for fields, less the descriptions."""
    return {**answer, "fields": [{**field, "doc": bool(field["doc"])} for field in answer["fields"]]}


@pytest.mark.parametrize(("what", "fields"), [("cluster", CLUSTER_FIELDS), ("os", OS_FIELDS)])
def test_queries_by_job(asked: Asked, what: str, fields: tuple[str, ...], tally: Tally) -> None:
    """Every field and unknown ones: statuses, values and definitions are those of the job."""
    comparison = Comparison("reference")
    for chosen in ([*fields, "nosuch", fields[0]], [], ["nosuch"]):
        status, result = asked.run(OP_ID="OP_QUERY", what=what, fields=chosen, qfilter=None)
        assert status == "success", result
        comparison.note(chosen, status, without_docs(result), asked.ask_ours("Query", [what, chosen, None]))
    tally.check("queries by job", comparison)


@pytest.mark.parametrize("what", ["cluster", "os"])
def test_definitions_by_job(asked: Asked, what: str, tally: Tally) -> None:
    """The same fields in the same order, with the same titles and kinds."""
    comparison = Comparison("reference")
    for names in (None, ["name", "nosuch", "name"]):
        opcode = {"OP_ID": "OP_QUERY_FIELDS", "what": what} | ({} if names is None else {"fields": names})
        status, result = asked.run(**opcode)
        assert status == "success", result
        comparison.note(names, status, without_docs(result), asked.ask_ours("QueryFields", [what, names]))
    tally.check("queries by job", comparison)


FILTERS: Final = {
    "os": [
        *(["==", "name", "noop"], ["&", ["==", "name", "nosuch"]], ["=~", "name", "^n"], ["?", "valid"]),
        *(["!", ["?", "valid"]], ["&", ["?", "valid"], ["=[]", "variants", "default"]]),
    ],
    "cluster": [
        *(["==", "cluster_name", "cluster.example.com"], ["==", "cluster_name", "cluster"], ["==", "name", "x"]),
        *([">", "protocol_version", 5], ["=[]", "tags", "site:lab"]),
    ],
}


@pytest.mark.parametrize("what", FILTERS)
def test_filters_by_job(asked: Asked, what: str, tally: Tally) -> None:
    """Filters on such fields let the same rows through."""
    comparison = Comparison("reference")
    for qfilter in FILTERS[what]:
        status, result = asked.run(OP_ID="OP_QUERY", what=what, fields=["name"], qfilter=qfilter)
        assert status == "success", (qfilter, result)
        comparison.note(qfilter, status, without_docs(result), asked.ask_ours("Query", [what, ["name"], qfilter]))
    tally.check("queries by job", comparison)


def bare_values(answer: dict[str, Any]) -> list[list[Any]]:
    """The rows of an answer without statuses."""
    return [[value for _, value in row] for row in answer["data"]]


def test_diagnoses_of_storage_providers(asked: Asked, tally: Tally) -> None:
    """As the job lists them."""
    status, result = asked.run(OP_ID="OP_EXT_STORAGE_DIAGNOSE", output_fields=[*PROVIDER_FIELDS], names=[])
    comparison = Comparison("reference")
    told = asked.ask_ours("Query", ["extstorage", [*PROVIDER_FIELDS], None])
    comparison.note("diagnose", status, result, bare_values(told))
    tally.check("queries by job", comparison)


def test_values_of_the_cluster(asked: Asked, tally: Tally) -> None:
    """As the job for the cluster's values gives them."""
    wanted = ["cluster_name", "master_node", "drain_flag", "watcher_pause"]
    status, result = asked.run(OP_ID="OP_CLUSTER_CONFIG_QUERY", output_fields=wanted)
    comparison = Comparison("reference")
    comparison.note(wanted, status, [result], bare_values(asked.ask_ours("Query", ["cluster", wanted, None])))
    tally.check("queries by job", comparison)


def test_what_the_job_fails_with_is_answered(asked: Asked) -> None:
    """The architecture, and a volume group that is not there; the older call has both."""
    info = asked.real.ask("QueryClusterInfo", []).result
    assert info["volume_group_name"] is None
    for field in ("architecture", "volume_group_name"):
        status, _ = asked.run(OP_ID="OP_QUERY", what="cluster", fields=[field], qfilter=None)
        assert status == "error"
        assert asked.ours.ask("Query", ["cluster", [field], None]).result["data"] == [[[0, info[field]]]]


def test_names_of_no_operating_system_are_no_fault(asked: Asked) -> None:
    """Asked for directly, the job fails with them; ours tells no row, as of any condition that nothing meets."""
    qfilter = ["==", "name", "nosuch"]
    status, (name, _) = asked.run(OP_ID="OP_QUERY", what="os", fields=["name"], qfilter=qfilter)
    assert (status, name) == ("error", "OpExecError")
    assert asked.ours.ask("Query", ["os", ["name"], qfilter]).result["data"] == []


def test_conditions_on_the_cluster_are_judged(asked: Asked) -> None:
    """To the job, a queue that is not drained is drained if only the filter asks; and it leaves tags unsorted."""
    question = {"what": "cluster", "fields": ["name"], "qfilter": ["?", "drain_flag"]}
    assert asked.real.ask("QueryConfigValues", [["drain_flag"]]).result == [False]
    status, result = asked.run(OP_ID="OP_QUERY", **question)
    assert (status, len(result["data"])) == ("success", 1)
    assert asked.ours.ask("Query", list(question.values())).result["data"] == []
    _, result = asked.run(OP_ID="OP_QUERY", what="cluster", fields=["tags"], qfilter=None)
    tags = sorted(result["data"][0][0][1])
    assert asked.ours.ask("Query", ["cluster", ["tags"], None]).result["data"] == [[[0, tags]]]


@pytest.mark.parametrize("what", ["cluster", "os"])
def test_the_real_query_daemon_refuses_them(asked: Asked, what: str) -> None:
    """Asked directly, it knows them and serves neither."""
    for method, args in (("Query", [what, ["name"], None]), ("QueryFields", [what, None])):
        assert asked.real.ask(method, args).error[0] == "GenericError"
        assert asked.ours.ask(method, args).error is None
