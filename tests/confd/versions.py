"""Versions of a configuration, and the answers that each of them gives when it is loaded all by itself."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from attrs import frozen

from ganeti_lite.config import load_config
from ganeti_lite.query import View
from ganeti_lite.serving.answers import Knowledge, answer_frame
from ganeti_lite.serving.needs import Answer, LongWork
from ganeti_lite.simulator import encode_config
from tests.serving.gathered import bring
from tests.strategies import JsonObject

MASTER_SOCKET: Final = "/run/ganeti-master"


def _encode(method: str, *args: object) -> bytes:
    return json.dumps({"method": method, "args": args}).encode()


QUESTIONS: Final[Mapping[str, bytes]] = {
    "instances": _encode("Query", "instance", ["name", "pnode", "pnode.group", "snodes", "disk.sizes", "tags"], None),
    "nodes": _encode("Query", "node", ["name", "pinst_list", "sinst_cnt", "group", "tags", "serial_no"], None),
    "groups": _encode("Query", "group", ["name", "node_list", "pinst_cnt", "serial_no"], None),
    "cluster": _encode("QueryClusterInfo"),
    "name": _encode("QueryConfigValues", ["cluster_name"]),
}
"""Requests whose answers need several tables of the configuration at once. The last two tell every version apart."""


@frozen
class Version:
    """One content of the configuration.

    :ivar answers: by name of the question.
    """

    data: bytes
    answers: Mapping[str, bytes]


def make_version(config: JsonObject, number: int, serial_no: int) -> Version:
    """The version of that number, which the cluster's name tells; the file's serial number may be any."""
    cluster = {**config["cluster"], "cluster_name": f"version{number}.example.com"}
    data = encode_config({**config, "cluster": cluster, "serial_no": serial_no})
    knowledge = Knowledge(View(load_config(data).snapshot), "", MASTER_SOCKET)
    return Version(data, {name: answer_now(knowledge, frame) for name, frame in QUESTIONS.items()})


def answer_now(knowledge: Knowledge, frame: bytes, gather: Callable[[Any], Any] = bring) -> bytes:
    """The message that a request is answered with; what it needs is brought at once."""
    step = answer_frame(knowledge, frame)
    while not isinstance(step, Answer):
        step = step.run() if isinstance(step, LongWork) else step.resume(gather(step.need))
    return step.message
