"""Answers about jobs, locks and the cluster, and to the classic queries: what is needed, and what becomes of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from ganeti_lite.config import parse_config
from ganeti_lite.query import JobSelection, QueueView
from ganeti_lite.serving.answers import SHORT_CELLS, answer_frame
from ganeti_lite.serving.needs import (
    Answer,
    ChangeNeeded,
    Gathering,
    JobsNeeded,
    LocksNeeded,
    LongWork,
    Need,
    NodesNeeded,
    StateNeeded,
    Step,
)
from ganeti_lite.snapshot import ClusterSnapshot, JobTable, QueueSnapshot, UnreadableJob
from tests.doubles.clusters import config_bytes, small_config

from .gathered import JOBS, LOCKS, STATE, bring, make_job
from .test_answers import NOTHING, SMALL, ask, decode, knowledge_of

SNAPSHOT: ClusterSnapshot = parse_config(config_bytes())
NODES = [node.name for node in SNAPSHOT.nodes.ordered]
INSTANCES = [instance.name for instance in SNAPSHOT.instances.ordered]


def step_of(method: str, args: object, knowledge: Any = SMALL) -> Step:
    """The first step to an answer."""
    return answer_frame(knowledge, json.dumps({"method": method, "args": args}).encode())


def need_of(method: str, args: object, knowledge: Any = NOTHING) -> Need:
    """What the first step needs."""
    step = step_of(method, args, knowledge)
    assert isinstance(step, Gathering), step
    return step.need


def result(method: str, args: object, knowledge: Any = SMALL) -> Any:
    """The result of a request that succeeds."""
    answer, closes = ask(knowledge, method, args)
    assert answer["success"], answer
    assert not closes
    return answer["result"]


def error(method: str, args: object, knowledge: Any = SMALL) -> Any:
    """The class and arguments of a request that fails; the connection goes on."""
    answer, closes = ask(knowledge, method, args)
    assert not answer["success"]
    assert not closes
    return answer["result"]


def finish_with(step: Step, found: object) -> Answer:
    """The answer that a step leads to when this is what was needed."""
    while not isinstance(step, Answer):
        step = step.run() if isinstance(step, LongWork) else step.resume(found)
    return step


def answer_with(method: str, args: object, told: Callable[[Need], Any]) -> Any:
    """The answer to a request when just this is brought."""
    step = step_of(method, args)
    return decode(finish_with(step, told(step.need) if isinstance(step, Gathering) else None))[0]


def test_jobs_need_no_configuration() -> None:
    """Jobs, locks and who waits are answered without one."""
    assert result("QueryJobs", [None, ["id", "status"]], NOTHING) == [[1, "success"], [2, "running"], [3, None]]
    assert result("WaitForJobChange", [1, ["status"], None, None, 10], NOTHING) == [["success"], []]
    assert len(result("Query", ["lock", ["name"], None], NOTHING)["data"]) == 1


@pytest.mark.parametrize(
    ("method", "args", "selection"),
    [
        ("QueryJobs", [None, ["id"]], JobSelection(None, with_archive=False)),
        ("QueryJobs", [[], ["id"]], JobSelection(None, with_archive=False)),
        ("QueryJobs", [None, ["id", "archived"]], JobSelection(None, with_archive=True)),
        ("QueryJobs", [[5, "3", 5], ["id"]], JobSelection((5, 3), with_archive=False)),
        ("Query", ["job", ["id"], None], JobSelection(None, with_archive=False)),
        ("Query", ["job", ["archived"], ["?", "archived"]], JobSelection(None, with_archive=True)),
        ("Query", ["job", ["id"], ["?", "archived"]], JobSelection(None, with_archive=False)),
        ("Query", ["job", [], ["|", ["==", "id", 5], ["==", "id", 3]]], JobSelection((5, 3), with_archive=False)),
    ],
)
def test_which_jobs_are_needed(method: str, args: object, selection: JobSelection) -> None:
    """Just the jobs asked for by id, or all, with the archive if it is to be seen."""
    assert need_of(method, args) == JobsNeeded(selection)


def test_jobs_by_id_come_as_asked() -> None:
    """Each once and in the order asked, those that do not exist with their id alone; bare values or cells."""
    assert result("QueryJobs", [[2, 9, "1", 2], ["status", "id"]]) == [["running", 2], [None, 9], ["success", 1]]
    two = ["|", ["==", "id", 9], ["==", "id", 1]]
    assert result("Query", ["job", ["id", "status", "x"], two])["data"] == [
        [[0, 9], [3, None], [1, None]],
        [[0, 1], [0, "success"], [1, None]],
    ]
    assert result("Query", ["job", ["id"], ["==", "status", "running"]])["data"] == [[[0, 2]]]


def test_ids_that_are_text_are_found_and_then_compared() -> None:
    """A query looks a job up by its number as text, and fails when it compares that with a number."""
    assert error("Query", ["job", ["id"], ["==", "id", "1"]])[0] == "ParameterError"


@pytest.mark.parametrize(
    ("method", "args", "error_class"),
    [
        ("QueryJobs", [None, ["id", "nosuch"]], "OpPrereqError"),
        ("QueryNodes", [["gone"], ["name", "nosuch", "mfree"], False], "OpPrereqError"),
        ("QueryInstances", [[], ["nosuch", "status"], False], "OpPrereqError"),
        ("QueryGroups", [[], ["nosuch"], False], "OpPrereqError"),
        ("QueryNetworks", [[], ["nosuch"], False], "OpPrereqError"),
        ("QueryFilters", [None, ["nosuch"]], "OpPrereqError"),
        ("Query", ["lock", [], ["==", "nosuch", 1]], "ParameterError"),
        ("Query", ["job", [], ["==", "nosuch", 1]], "ParameterError"),
    ],
)
def test_unknown_fields_are_told_before_anything_is_gathered(method: str, args: object, error_class: str) -> None:
    """What cannot be answered asks nobody anything."""
    step = step_of(method, args)
    assert isinstance(step, Answer)
    assert decode(step)[0]["result"][0] == error_class
    assert "nosuch" in decode(step)[0]["result"][1][0]


def test_listings_are_kept_with_their_view() -> None:
    """The same question about the same jobs is answered by the same bytes; about others it is not."""
    view = QueueView(QueueSnapshot(JobTable.of(JOBS)))
    frame = json.dumps({"method": "Query", "args": ["job", ["id", "status"], None]}).encode()
    answers = [finish_with(answer_frame(SMALL, frame), view) for _ in range(2)]
    assert [answer.message for answer in answers] == [view.answers.get(frame)] * 2
    other = view.followed_by(QueueSnapshot(JobTable.of(JOBS[:1])))
    assert len(decode(finish_with(answer_frame(SMALL, frame), other))[0]["result"]["data"]) == 1


def test_long_listings_are_work_for_a_thread() -> None:
    """What takes more than a moment is put off, and is an error or an answer like any other then."""
    view = QueueView(QueueSnapshot(JobTable.of(make_job(job_id, "running") for job_id in range(SHORT_CELLS))))
    for qfilter in (None, ["==", "id", "x"], ["=~", "id", "x"]):
        step = step_of("Query", ["job", ["id"], ["&", qfilter]])
        assert isinstance(step, Gathering)
        work = step.resume(view)
        assert isinstance(work, LongWork)
        assert decode(finish_with(work, None))[0]["success"] is (qfilter is None)


@pytest.mark.parametrize(
    ("timeout", "patience"), [(10, 10), (0, 0), (-5, 0), (89, 89), (90, 89), (1e9, 89), (1.9, 2), (0.5, 0)]
)
def test_patience_has_bounds(timeout: float, patience: int) -> None:
    """Nobody waits longer than Ganeti's daemon lets him; the number is rounded as it does."""
    need = need_of("WaitForJobChange", [7, ["status"], None, None, timeout])
    assert isinstance(need, ChangeNeeded)
    assert (need.job_id, need.patience) == (7, patience)


def test_what_is_news_is_what_the_client_does_not_know() -> None:
    """Values and the serial of the log decide; an answer has both."""
    need = need_of("WaitForJobChange", ["2", ["status"], ["running"], 4, 10])
    assert isinstance(need, ChangeNeeded)
    assert not need.is_news(make_job(2, "running", log=[[4, [1, 2], "message", "old"]]))
    news = make_job(2, "running", log=[[4, [1, 2], "message", "old"], [5, [1, 2], "message", "new"]])
    assert need.is_news(news)
    told = answer_with("WaitForJobChange", [2, ["status"], ["running"], 4, 10], lambda _: news)
    assert told["result"] == [["running"], [[5, [1, 2], "message", "new"]]]


def test_unknown_fields_of_who_waits_are_null() -> None:
    """That is no error here."""
    assert result("WaitForJobChange", [2, ["id", "nosuch"], None, None, 10]) == [[None, None], []]


@pytest.mark.parametrize(("job_id", "text"), [(9, "Can't load job file"), (3, "damaged")])
def test_jobs_that_are_not_there_are_lost(job_id: int, text: str) -> None:
    """Who waits for a job that is missing or damaged is told that it is lost."""
    assert error("WaitForJobChange", [job_id, ["status"], None, None, 10]) == ["JobLost", [text]]


@pytest.mark.parametrize("args", [["x", ["id"], None, None, 1], [-1, ["id"], None, None, 1], [1, ["id"], None, None]])
def test_malformed_waits_close(args: object) -> None:
    """What is no such request ends the connection, as always."""
    answer, closes = ask(SMALL, "WaitForJobChange", args)
    assert answer["result"].startswith("Failed to parse request: Parsing WaitForJobChange message: ")
    assert closes


def test_locks_are_rows() -> None:
    """What the daemon that keeps them tells is one row a lock."""
    assert need_of("Query", ["lock", ["name"], None]) == LocksNeeded()
    assert result("Query", ["lock", ["name", "mode", "owner", "pending", "x"], None])["data"] == [
        [[0, "cluster/BGL"], [0, "shared"], [0, ["12"]], [0, [["exclusive", ['"other"']]]], [1, None]]
    ]
    assert result("Query", ["lock", ["name"], ["==", "mode", "exclusive"]])["data"] == []


@pytest.mark.parametrize("told", [None, "x", [], {}, [LOCKS], [[["x"]], []]])
def test_locks_of_another_form_are_an_error(told: object) -> None:
    """What cannot be understood is told to the client."""
    answer = answer_with("Query", ["lock", ["name"], None], lambda _: told)
    assert answer["result"][0] == "GenericError"
    assert "unknown form" in answer["result"][1][0]


def test_the_cluster_is_a_row() -> None:
    """It needs the configuration and the state of this node."""
    assert need_of("Query", ["cluster", ["name"], None], SMALL) == StateNeeded()
    name = small_config()["cluster"]["cluster_name"]
    rows = result("Query", ["cluster", ["name", "drain_flag", "watcher_pause", "x"], None])["data"]
    assert rows == [[[0, name], [0, False], [3, None], [1, None]]]
    assert error("Query", ["cluster", ["name"], None], NOTHING)[0] == "ConfigurationError"


def test_values_by_name() -> None:
    """Values come in the order of their names; null for a name that is not known."""
    paused = evolve(STATE, is_drained=True, watcher_pause=1800000000)
    names = ["watcher_pause", "nosuch", "drain_flag", "master_node", "drain_flag"]
    told = answer_with("QueryConfigValues", [names], lambda _: paused)["result"]
    assert told == [1800000000, None, True, SNAPSHOT.master.name if SNAPSHOT.master else None, True]
    assert result("QueryConfigValues", [[]]) == []


def test_tags_of_each_kind() -> None:
    """Objects are found by name in any form; of the cluster the name does not matter."""
    config = small_config()
    for table, tags in (("nodes", ["n"]), ("instances", ["b", "a"]), ("nodegroups", []), ("networks", ["x"])):
        next(iter(config[table].values()))["tags"] = tags
    config["cluster"]["tags"] = ["c"]
    knowledge = knowledge_of(json.dumps(config).encode())
    for kind, table in (
        ("node", "nodes"),
        ("instance", "instances"),
        ("nodegroup", "nodegroups"),
        ("network", "networks"),
    ):
        uuid, item = next(iter(config[table].items()))
        for name in (uuid, item["name"], item["name"].partition(".")[0]):
            assert result("QueryTags", [kind, name], knowledge) == sorted(item["tags"])
        assert error("QueryTags", [kind, "gone"], knowledge)[0] == "OpPrereqError"
    assert result("QueryTags", ["cluster", "whatever"], knowledge) == ["c"]


def test_classic_queries_are_bare_values() -> None:
    """Each object once, in listing order, found by UUID, full or short name; unknown names are passed over."""
    first, second = SNAPSHOT.nodes.ordered[:2]
    rows = [[first.name, first.uuid], [second.name, second.uuid]]
    short = second.name.partition(".")[0]
    assert result("QueryNodes", [["gone", short, first.uuid, second.name], ["name", "uuid"], False]) == rows
    assert result("QueryNodes", [[], ["name"], False]) == [[name] for name in NODES]
    assert result("QueryInstances", [[], ["name", "name"], False]) == [[name, name] for name in INSTANCES]
    assert result("QueryInstances", [["gone"], ["name"], False]) == []
    groups, networks = SNAPSHOT.nodegroups.ordered, SNAPSHOT.networks.ordered
    assert result("QueryGroups", [[group.name for group in groups[:1]], ["uuid"], False]) == [[groups[0].uuid]]
    assert result("QueryNetworks", [[networks[0].uuid], ["name"], False]) == [[networks[0].name]]
    assert result("QueryNodes", [[NODES[0]], [], False]) == [[]]


def test_classic_queries_may_ask_the_nodes() -> None:
    """Live values are asked for, and are null where there are none."""
    assert isinstance(need_of("QueryNodes", [NODES[:1], ["mfree"], False], SMALL), NodesNeeded)
    assert result("QueryNodes", [NODES[:1], ["name", "mfree"], False]) == [[NODES[0], None]]


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("QueryNodes", [[], ["nosuch"], True]),
        ("QueryInstances", [[], [], True]),
        ("QueryGroups", [["gone"], [], True]),
        ("QueryNetworks", [[], [], True]),
        ("QueryExports", [["gone"], True]),
    ],
)
def test_nobody_waits_for_locks(method: str, args: object) -> None:
    """A query that is to wait for locks is refused before anything else is looked at."""
    assert error(method, args) == ["OpPrereqError", ["Sync queries are not allowed", "wrong_input"]]


def exports(nodes: list[str]) -> Any:
    """The answer to a query for exports, where each node has two."""

    def told(need: Need) -> Any:
        assert isinstance(need, NodesNeeded)
        assert len({call.key for call in need.calls}) == len(need.calls)
        return {call.key: ["a", "b"] for call in need.calls}

    return answer_with("QueryExports", [nodes, False], told)["result"]


def test_exports_come_once_for_each_node() -> None:
    """Nodes are asked once however often they are named; rows come in the order in which they are named."""
    first, second = NODES[:2]
    short = second.partition(".")[0]
    every = [[node.name, export] for node in SNAPSHOT.nodes.ordered for export in ((None,) if node.offline else "ab")]
    assert exports([]) == every
    assert exports([second, first, second]) == [[second, "a"], [second, "b"], [first, "a"], [first, "b"]]
    assert exports([short]) == [[second, "a"], [second, "b"]]
    assert error("QueryExports", [["gone"], False])[0] == "OpPrereqError"
    assert result("QueryExports", [[first], False]) == [[first, None]]


def test_rules_by_uuid() -> None:
    """Filter rules come by UUID; unknown ones are passed over; null and none stand for all."""
    rule = {"priority": 0, "predicates": [["jobid", ["=", "id", 1]]], "action": "ACCEPT", "reason_trail": []}
    filters = {uuid: {**rule, "uuid": uuid, "watermark": index} for index, uuid in enumerate(("u2", "u1", "u10"))}
    knowledge = knowledge_of(config_bytes(filters=filters))
    every = [["u1", 1], ["u2", 0], ["u10", 2]]
    assert result("QueryFilters", [None, ["uuid", "watermark"]], knowledge) == every
    assert result("QueryFilters", [[], ["uuid", "watermark"]], knowledge) == every
    assert result("QueryFilters", [["u10", "gone", "u1", "u10"], ["uuid"]], knowledge) == [["u1"], ["u10"]]
    assert result("QueryFilters", [["u1"], ["predicates"]], knowledge) == [[[["jobid", ["==", "id", 1]]]]]
    assert len(result("Query", ["filter", ["uuid"], None], knowledge)["data"]) == 3


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("QueryNodes", [[], ["name"], False]),
        ("QueryExports", [[], False]),
        ("QueryFilters", [None, ["uuid"]]),
        ("QueryTags", ["cluster", ""]),
        ("QueryConfigValues", [["cluster_name"]]),
    ],
)
def test_without_a_configuration_there_is_no_answer(method: str, args: object) -> None:
    """What the configuration decides is refused with the reason."""
    error_class, (message,) = error(method, args, NOTHING)
    assert error_class == "ConfigurationError"
    assert "no such file" in message


def test_made_up_needs_are_what_they_stand_for() -> None:
    """The jobs that these tests are given are found by id, or are missing."""
    assert bring(ChangeNeeded(2, 1, lambda _: True)) is JOBS[1]
    missing = bring(ChangeNeeded(9, 1, lambda _: True))
    assert isinstance(missing, UnreadableJob)
    assert missing.is_missing
