"""Requests that are none, or that ask for what there is not: both daemons refuse them alike."""

from collections.abc import Sequence
from typing import Any, Final

import pytest

from .compare import Comparison, Pair, Request
from .fields import RESOURCES
from .filters import MALFORMED
from .luxi import encode
from .tally import Tally

pytestmark = pytest.mark.interop

QUERY: Final = ["node", ["name"], None]

NOT_REQUESTS: Final[Sequence[bytes]] = (
    *(
        b"",
        b" ",
        b"\n",
        b"5",
        b"null",
        b'"x"',
        b"true",
        b"{",
        b"[",
        b"}",
        b"{}",
        b"[]",
        b"[1,2]",
        b"{,}",
        b"\x00",
        b"\xff",
    ),
    b'{"method":"Query"}',
    b'{"args":[]}',
    b'{"method":"Query","args":}',
    b'{"method":5,"args":[]}',
    b'{"method":null,"args":[]}',
    b'{"method":["Query"],"args":[]}',
    b'{"method":"","args":[]}',
    b'{"method":"query","args":["node",["name"],null]}',
    b'{"method":"NoSuch","args":[]}',
    b"{'method':'Query','args':['node',['name'],null]}",
    b'{"method":"Query","args":["node",["name"],null],}',
    b'{"method":"Query","args":["node",["name",],null]}',
    b' {"method":"Query","args":["node",["name"],null]}',
    b'\n{"method":"Query","args":["node",["name"],null]}',
    b'\xef\xbb\xbf{"method":"Query","args":["node",["name"],null]}',
    b'{"method":"Query","args":["node",["name"],null]}x',
    b'{"method":"Query","args":["node",["name"],null]}{}',
    b'{"method":"Query","args":["node",["name"],null]',
    b'{"method":"Query" "args":["node",["name"],null]}',
    b'{"method":"Query","args":["node",["name"],NaN]}',
    b'{"method":"Query","args":["node",["name"],nul]}',
    b'{"method":"Query","args":["node",["na\nme"],null]}',
    b'{"method":"Query","args":["node",["\\x"],null]}',
    b'{"method":"Query","args":["node",[name],null]}',
    b'// {"method":"Query","args":["node",["name"],null]}',
)
"""Messages that are no request."""

UNUSUAL: Final[Sequence[bytes]] = (
    b'{"args":["node",["name"],null],"method":"Query"}',
    b'{"method":"Query","args":["node",["name"],null],"version":1,"more":{"a":[]}}',
    b'{"method":"Query","args":["node",["name"],null],"version":null}',
    b'{"method":"Query","args":["node",["name"],null]} \n\t',
    b'{ "method" : "Query" ,\n "args" : [ "node" , [ "name" ] , null ] }',
    b'{"method":"Query","args":["node",["name"],null],"method":"NoSuch"}',
    b'{"method":"Query","args":["node",["name"],null],"args":[]}',
    b'{"method":"Query","args":["node",["n\\u0061me"],null]}',
    b'{"method":"Query","args":["node",["name"],["&",["==","name","\xff\xc3"]]]}',
    b'{"method":"Query","args":["node",["name","ctime"],["<","ctime",1e12]]}',
    b'{"method":"Query","args":["node",["name"],["<","serial_no",100E-1]]}',
    b'{"method":"Query","args":["node",["name"],["<","serial_no",123456789012345678901234567890]]}',
    b'{"method":"Query","args":["node",["name"],["&",["==","name","\\u0000\\u0003\\ud83d\\ude00"]]]}',
    b'{"method":"Query","args":["node",["name"],["&",["==","name","\\ud800"]]]}',
)
"""Requests in an unusual form."""

WRONG_ARGUMENTS: Final[Sequence[Any]] = (
    *(None, {}, "node", 5, [], ["node"], ["node", ["name"]], [*QUERY, None], [*QUERY, 1, 2]),
    *([None, ["name"], None], [5, ["name"], None], [["node"], ["name"], None], [True, ["name"], None]),
    *(["node", None, None], ["node", "name", None], ["node", {}, None], ["node", [5], None], ["node", [None], None]),
    *(["node", ["name", ["name"]], None], ["node", ["name"], "name"]),
)

OTHER_QUERIES: Final = (
    *("QueryInstances", "QueryNodes", "QueryGroups", "QueryNetworks", "QueryExports"),
    *("QueryJobs", "QueryFilters", "QueryTags", "QueryConfigValues"),
)

NOT_SERVED: Final = ("nodes", "Node", "instances", "", "nosuch", " node", "query")
"""Of item types; ``cluster``, ``os`` and ``extstorage`` are not among them, for ours serves them."""


def test_messages_that_are_no_request(pair: Pair, tally: Tally) -> None:
    """Both call them malformed and hang up."""
    tally.check("malformed requests", ask_raw(pair, NOT_REQUESTS))


def test_unusual_but_right_requests(pair: Pair, tally: Tally) -> None:
    """Both understand them alike."""
    tally.check("unusual requests", ask_raw(pair, UNUSUAL))


@pytest.mark.parametrize("method", ["Query", "QueryFields"])
def test_wrong_arguments(pair: Pair, method: str, tally: Tally) -> None:
    """Both refuse arguments of the wrong number or types."""
    tally.check("malformed requests", pair.compare((method, args) for args in WRONG_ARGUMENTS))


@pytest.mark.parametrize("resource", RESOURCES)
def test_malformed_filters(pair: Pair, resource: str, tally: Tally) -> None:
    """Both refuse filters that are none, before looking for the fields."""
    requests: list[Request] = [
        ("Query", [resource, fields, it]) for it in MALFORMED for fields in (["name"], ["nosuch"])
    ]
    tally.check("malformed requests", pair.compare(requests))


def test_resources_that_are_not_served(pair: Pair, tally: Tally) -> None:
    """Both refuse what they know but do not serve with one error, and what nobody knows with another."""
    requests: list[Request] = [("Query", [resource, ["name"], None]) for resource in NOT_SERVED]
    requests += [("QueryFields", [resource, fields]) for resource in NOT_SERVED for fields in (None, ["name"])]
    tally.check("resources not served", pair.compare(requests))


@pytest.mark.parametrize("method", OTHER_QUERIES)
def test_wrong_arguments_of_other_queries(pair: Pair, method: str, tally: Tally) -> None:
    """Both refuse those, too, whether or not they serve the query."""
    tally.check("malformed requests", pair.compare((method, args) for args in WRONG_ARGUMENTS))


def test_cluster_info(pair: Pair, tally: Tally) -> None:
    """Both describe the cluster alike, but for which program's build they are; arguments do not matter."""
    comparison = Comparison(pair.name)
    arguments: Sequence[Any] = ([], None, ["x", 1], {})
    for args in arguments:
        real, ours = pair.real.ask("QueryClusterInfo", args).result, pair.ours.ask("QueryClusterInfo", args).result
        assert real.pop("vcs_version") != ours.pop("vcs_version")
        comparison.note("QueryClusterInfo", "data", real, ours)
    tally.check("cluster descriptions", comparison)


def test_deep_filters(pair: Pair, tally: Tally) -> None:
    """No filter that a client may think of is too deep."""
    requests: list[bytes] = []
    for depth in (10, 100, 1000):
        nested = b'["!",' * depth + b'["==","name","nosuch"]' + b"]" * depth
        requests.append(b'{"method":"Query","args":["node",["name"],' + nested + b"]}")
    tally.check("deep filters", ask_raw(pair, requests))


def test_wide_filters(pair: Pair, tally: Tally) -> None:
    """No filter has too many operands."""
    names = [f"node{number}.example.com" for number in range(5000)]
    operands = [["==", "name", name] for name in names]
    requests: list[bytes] = [
        encode("Query", ["node", ["name"], ["&", ["|", *operands]]]),
        encode("Query", ["node", ["name"], ["|", *operands]]),
        encode("Query", ["node", ["name"], ["&", *(["!=", "name", name] for name in names)]]),
    ]
    tally.check("wide filters", ask_raw(pair, requests))


def ask_raw(pair: Pair, messages: Sequence[bytes]) -> Comparison:
    """Send each message to both daemons as it is."""
    comparison = Comparison(pair.name)
    for message in messages:
        comparison.add(message, pair.real.send(message), pair.ours.send(message))
    return comparison
