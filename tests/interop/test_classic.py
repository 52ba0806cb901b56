"""The older calls: rows of bare values by names, tags, values of the configuration; the same from both daemons."""

import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from ganeti_lite.simulator import encode_config

from .compare import Comparison, Pair, Request, outcome
from .fields import NORMAL, RESOURCES, UNKNOWN_FIELDS, ResourceSample, field_sets, sample_fields
from .filters import FilterSource
from .luxi import Connection
from .odd_configs import JsonObject, bare, identifier
from .reference_cluster import ReferenceCluster
from .side_by_side import both
from .tally import Tally
from .test_live import daemon_in_namespace

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("real_ganeti")]

METHODS: Final = {
    "instance": "QueryInstances",
    "node": "QueryNodes",
    "group": "QueryGroups",
    "network": "QueryNetworks",
}
FIELD_SETS: Final = 8
NAME_SETS: Final = 40
STRANGE_NAMES: Final = ("nosuch", "", ".", "NODE1", "nosuch.example.com")
CONFIG_VALUES: Final = (
    *("cluster_name", "master_node", "drain_flag", "watcher_pause", "modify_ssh_setup", "ssh_key_type"),
    *("ssh_key_bits", "nosuch", "", "name", "Cluster_name"),
)
TAG_KINDS: Final = {"node": "nodes", "instance": "instances", "nodegroup": "nodegroups", "network": "networks"}


@pytest.fixture(params=RESOURCES)
def sample(request: pytest.FixtureRequest, pair: Pair) -> ResourceSample:
    """Each resource in turn, with its fields and their values in the cluster at hand."""
    return sample_fields(pair.real, request.param)


def names_in(sample: ResourceSample) -> list[str]:
    """Names, short names and identifiers of the objects of a resource."""
    full = [name for status, name in sample.fields["name"].cells if status == NORMAL]
    short = [part for name in full for part in (name.partition(".")[0], name.rpartition(".")[0], name[:-1])]
    return [*full, *short, *sample.fields["uuid"].values]


def test_rows_by_names(pair: Pair, sample: ResourceSample, tally: Tally) -> None:
    """Whatever names are given, the same rows come in the same order; names of nobody are no fault."""
    if not sample.fields["name"].is_complete:
        pytest.skip("the real daemon finds the nameless by every name")
    rng, method = random.Random(sample.resource), METHODS[sample.resource]
    pool = [*names_in(sample), *STRANGE_NAMES]
    chosen = [[name] for name in pool[:200]] + [rng.choices(pool, k=rng.randint(2, 6)) for _ in range(NAME_SETS)]
    requests: list[Request] = [(method, [names, ["name", "uuid", "tags"], False]) for names in ([], *chosen)]
    tally.check("classic queries", pair.compare(requests))


def test_values_and_refusals(pair: Pair, sample: ResourceSample, tally: Tally) -> None:
    """Any fields, missing values as null; unknown fields and waiting for locks are refused with the same words."""
    rng, method = random.Random(sample.resource), METHODS[sample.resource]
    requests: list[Request] = [(method, [[], fields, False]) for fields in field_sets(sample.names, rng, FIELD_SETS)]
    requests += [(method, [[], [name, "name", *UNKNOWN_FIELDS, name], False]) for name in ("uuid", "nosuch")]
    requests += [(method, [names, ["name", "nosuch"], True]) for names in ([], ["nosuch"])]
    odd: Sequence[Any] = ([None, ["name"], False], [["x"], None, False], [[], ["name"], None], [[], ["name"]], None)
    requests += [(method, args) for args in odd]
    tally.check("classic queries", pair.compare(requests))


def test_tags(pair: Pair, tally: Tally) -> None:
    """Tags of every object, by every name that it has; ambiguous and unknown ones fail with the same words."""
    requests: list[Request] = [("QueryTags", ["cluster", name]) for name in ("", "x", "cluster")]
    for kind in TAG_KINDS:
        names = names_in(sample_fields(pair.real, "group" if kind == "nodegroup" else kind))
        requests += [("QueryTags", [kind, name]) for name in (*names[:300], *STRANGE_NAMES)]
    odd: Sequence[Any] = (
        ["group", "x"],
        ["job", "x"],
        ["Node", "x"],
        [5, "x"],
        ["node", 5],
        ["cluster", None],
        ["node"],
    )
    requests += [("QueryTags", args) for args in odd]
    tally.check("tags", pair.compare(requests))


def test_config_values(pair: Pair, tally: Tally) -> None:
    """Every value alone, all together, twice, and those that do not exist."""
    requests: list[Request] = [("QueryConfigValues", [[name]]) for name in CONFIG_VALUES]
    requests += [("QueryConfigValues", [names]) for names in ([], [*CONFIG_VALUES, *CONFIG_VALUES])]
    odd: Sequence[Any] = ([], None, {}, [[5]], [["x"], ["y"]], ["x"], [[], []], "x", [None])
    requests += [("QueryConfigValues", args) for args in odd]
    tally.check("configuration values", pair.compare(requests))


def test_internal_calls(pair: Pair, tally: Tally) -> None:
    """What daemons ask of each other is refused with the same error."""
    comparison = Comparison(pair.name)
    for args in ([1], [2**40]):
        real, ours = pair.real.ask("PickupJob", args), pair.ours.ask("PickupJob", args)
        comparison.note(args, outcome(real), real.error, ours.error)
    tally.check("internal calls", comparison)


PAUSES: Final = (
    *(
        "",
        "x",
        "0",
        "5",
        "FUTURE",
        " FUTURE ",
        "FUTURE\n",
        "\n\tFUTURE\n\n",
        "FUTURE.5",
        "+FUTURE",
        "-FUTURE",
        "0xFFFFFFFF",
    ),
    *("FUTURE x", "FUTURE\nx", "0FUTURE"),
)


def test_flags_of_the_node(folder: Path, tally: Tally) -> None:
    """A drained queue, and whatever may be in the file that makes the watcher pause."""
    question = ("QueryConfigValues", [["drain_flag", "watcher_pause"]])
    future = str(int(time.time()) + 100_000)
    with both("flags", encode_config(bare()), folder) as daemons, daemons.pair() as pair:
        data = daemons.real.root / "var/lib/ganeti"
        comparison = Comparison("flags")
        for text in PAUSES:
            data.joinpath("watcher.pause").write_text(text.replace("FUTURE", future))
            comparison.add(text, pair.real.ask(*question), pair.ours.ask(*question))
        data.joinpath("queue/drain").touch()
        comparison.add("drained", pair.real.ask(*question), pair.ours.ask(*question))
    tally.check("configuration values", comparison)


PREDICATES: Final[Sequence[Any]] = (
    *([], [["jobid", [">", "id", 100000]]], [["jobid", ["<=", "id", "watermark"]]]),
    *([["opcode", ["=", "OP_ID", "OP_TEST_DELAY"]]], [["reason", ["=~", "source", "^gnt:(client|x)"]]]),
    *([["opcode", ["&", ["!=", "OP_ID", "x"], ["|", ["=", "a", 1], ["!", ["!=", "b", 2]], None]]], ["jobid", None]],),
    *([["reason", ["?", "x"]], ["reason", ["=[]", "y", "z"]], ["opcode", ["==", "a.b", 2.0]]],),
)
ACTIONS: Final[Sequence[Any]] = ("ACCEPT", "CONTINUE", "PAUSE", "REJECT", ["RATE_LIMIT", 5])


def with_rules() -> JsonObject:
    """A cluster with filter rules of every kind."""
    config = bare()
    for number, (predicates, action) in enumerate((p, a) for p in PREDICATES for a in ACTIONS):
        rule = {"watermark": number % 3, "priority": number % 5, "predicates": predicates, "action": action}
        rule |= {"reason_trail": [["me", "why", 1795630847794302000 + number]] * (number % 3)}
        rule["uuid"] = identifier("filters", str(number))
        config["filters"][rule["uuid"]] = rule
    return config


def test_filter_rules(folder: Path, tally: Tally) -> None:
    """Rules in every form: fields, filters, and the older call, by identifiers."""
    rng = random.Random("rules")
    with both("rules", encode_config(with_rules()), folder) as daemons, daemons.pair() as pair:
        sample = sample_fields(pair.real, "filter")
        uuids = sample.fields["uuid"].values
        requests: list[Request] = [("Query", ["filter", [name], None]) for name in sample.names]
        requests += [("Query", ["filter", names, None]) for names in field_sets(sample.names, rng, 30)]
        source = FilterSource([field for name, field in sample.fields.items() if name not in NESTED], rng)
        requests += [("Query", ["filter", ["uuid", "action"], source.filter()]) for _ in range(300)]
        requests += [("Query", ["filter", ["uuid"], [it, "uuid", uuids[3]]]) for it in ("==", "=", "!=")]
        requests += [("Query", ["filter", ["uuid"], ["==", "name", uuids[3]]])]
        chosen: list[Any] = [[uuids[5], uuids[1], uuids[5]], ["nosuch"], [uuids[2][:8]], [uuids[4].upper()], uuids, [5]]
        requests += [("QueryFilters", [ids, sample.names]) for ids in (None, [], *chosen, "x", {})]
        requests += [("QueryFilters", [None, fields]) for fields in ([], ["nosuch", "uuid"], ["name"], None)]
        tally.check("filter rules", pair.compare(requests))


NESTED: Final = frozenset({"predicates", "reason_trail", "action"})
"""Lists of lists, in which the real daemon takes lists of letters for texts, and what is not always of one type."""

EXPORT_NAMES: Final[Sequence[list[str]]] = (
    *([], ["node2"], ["node2.example.com"], ["node3.example.com", "node2"], ["node5.example.com", "node4"]),
)


@pytest.mark.usefixtures("exports")
def test_exports_of_named_nodes_come_once(reference: ReferenceCluster, folder: Path, tally: Tally) -> None:
    """The real daemon tells each row twice if nodes are named; ours does it once, in the same order."""
    comparison = Comparison("reference")
    with (
        daemon_in_namespace(reference, folder) as socket,
        Connection(reference.query_socket) as real,
        Connection(socket) as ours,
    ):
        for names in EXPORT_NAMES:
            told = real.ask("QueryExports", [names, False]).result
            expected = told[: len(told) // 2] if names else told
            comparison.note(names, "data", expected, ours.ask("QueryExports", [names, False]).result)
        for args in ([["nosuch"], False], [[], True], [["node2", "nosuch"], False], [["node2"], None]):
            comparison.add(args, real.ask("QueryExports", args), ours.ask("QueryExports", args))
    tally.check("classic queries", comparison)
