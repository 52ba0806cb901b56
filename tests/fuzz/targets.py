"""What is fuzzed: functions of bytes that may do anything but raise, hang, or take more than a bounded amount of time.

An error that a decoder declares is no failure; any other one is. What a function is given need not be likely.
"""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from confd.prepared import PreparedReplies
from ganeti_lite.config import ConfigFormatError, load_config
from ganeti_lite.jobs import JobFormatError, parse_job
from ganeti_lite.noderpc._http import MalformedResponseError, ResponseReader
from ganeti_lite.query import NodeFailure, View
from ganeti_lite.serving.answers import Knowledge
from ganeti_lite.serving.needs import Need, NodesNeeded
from ganeti_lite.simulator import ClusterShape, build_config, encode_config
from ganeti_lite.wire.confd import DroppedDatagram, SigningKey, open_request, seal_reply
from ganeti_lite.wire.framing import TERMINATOR
from ganeti_lite.wire.noderpc import RpcSuccess, decode_response
from tests.bench.confd.client import seal
from tests.confd.versions import answer_now
from tests.serving.gathered import bring

SLOW: Final = 2.0
"""Seconds of processor that one input may take, thousands of times what a usual one does."""

KEY: Final = b"key"
BODY_LIMIT: Final = 8 * 1024 * 1024


@cache
def small_cluster() -> Knowledge:
    """A cluster that questions are about."""
    config = build_config(ClusterShape(nodes=4, instances=12, groups=2, networks=2))
    return Knowledge(View(load_config(encode_config(config)).snapshot), "", "/run/ganeti-master")


def ask(frame: bytes, gather: Callable[[Need], Any] = bring) -> None:
    """Have a request answered: one message, whose JSON is right."""
    message = answer_now(small_cluster(), frame, gather)
    assert message.count(TERMINATOR) == 1
    assert message.endswith(TERMINATOR)
    json.loads(message[:-1])


def fuzz_config(data: bytes) -> None:
    """The bytes as config.data."""
    with suppress(ConfigFormatError):
        View(load_config(data).snapshot)


def fuzz_luxi(data: bytes) -> None:
    """The bytes as a request."""
    ask(data.replace(TERMINATOR, b""))


def fuzz_filter(data: bytes) -> None:
    """The bytes as the JSON of a filter."""
    ask(b'{"method":"Query","args":["instance",["name","tags"],' + data.replace(TERMINATOR, b"") + b"]}")


def fuzz_regex(data: bytes) -> None:
    """The bytes as a regular expression that names and tags are searched for."""
    pattern = data.decode("utf-8", "replace")
    for field in ("name", "tags"):
        ask(json.dumps({"method": "Query", "args": ["instance", ["name"], ["=~", field, pattern]]}).encode())


def fuzz_datagram(data: bytes) -> None:
    """The bytes as a datagram, and, rightly signed, as the query of a request; what is replied fits the limits."""
    key, now = SigningKey(KEY), time.time()
    kind, text = (data[0] % 12 if data else 0), data[1:].decode("utf-8", "replace")
    queries = [text]
    with suppress(ValueError, RecursionError):
        queries.append(json.loads(text))
    for datagram in (data, b"plj0" + data, *(seal(KEY, kind, query, "salt") for query in queries)):
        with suppress(DroppedDatagram):
            request = open_request(datagram, key, now)
            view = small_cluster().require_view()
            reply = PreparedReplies(view.snapshot).find(request.request_type, request.query)
            seal_reply(reply, request.rsalt, key)


def fuzz_job(data: bytes) -> None:
    """The bytes as a job file."""
    with suppress(JobFormatError):
        parse_job(1, data, is_archived=False)


def fuzz_response(data: bytes) -> None:
    """The bytes as what a node sends back."""
    reader = ResponseReader(BODY_LIMIT)
    with suppress(MalformedResponseError):
        reader.feed(data)


LIVE: Final = {
    "instance": ["status", "oper_ram", "oper_vcpus", "console"],
    "node": ["mfree", "dfree", "bootid", "cnodes", "sptotal"],
    "export": ["export"],
    "os": ["name", "variants", "valid"],
    "extstorage": ["name", "parameters"],
}


def fuzz_node_answer(data: bytes) -> None:
    """The bytes as the body of every node's answer to every call, for lists that need such answers."""
    result = decode_response(200, data)
    payload = result.payload if isinstance(result, RpcSuccess) else NodeFailure(result.reason)

    def answer_alike(need: Need) -> Any:
        return {call.key: payload for call in need.calls} if isinstance(need, NodesNeeded) else bring(need)

    for item_type, fields in LIVE.items():
        ask(json.dumps({"method": "Query", "args": [item_type, fields, None]}).encode(), answer_alike)


TARGETS: Final[Mapping[str, Callable[[bytes], None]]] = MappingProxyType(
    {
        "config": fuzz_config,
        "luxi": fuzz_luxi,
        "filter": fuzz_filter,
        "regex": fuzz_regex,
        "datagram": fuzz_datagram,
        "job": fuzz_job,
        "response": fuzz_response,
        "node-answer": fuzz_node_answer,
    }
)


def run_target(name: str, data: bytes) -> None:
    """Give the bytes to a target; raises AssertionError if that takes too long."""
    started = time.process_time()
    TARGETS[name](data)
    assert time.process_time() - started < SLOW, "too slow"
