"""What is hidden in Ganeti's answers is hidden here, and paths do not lead out of the configuration."""

import json
from typing import Any, Final

import pytest

from confd.config_paths import find_value
from ganeti_lite.config import load_config
from ganeti_lite.constants import ItemType
from ganeti_lite.query import View
from ganeti_lite.query.fields import FIELDS
from ganeti_lite.serving.answers import Knowledge
from ganeti_lite.simulator import encode_config
from tests.confd.versions import answer_now
from tests.doubles.clusters import config_bytes, small_config

SECRET: Final = "hunter2"  # noqa: S105 - made up


def knowledge_with_secrets() -> Knowledge:
    """A cluster with private parameters for every instance, its own and the cluster's."""
    config = small_config()
    config["cluster"]["osparams_private_cluster"] = {
        instance["os"]: {"password": SECRET} for instance in config["instances"].values()
    }
    for instance in config["instances"].values():
        instance["osparams_private"] = {"password": SECRET}
    return Knowledge(View(load_config(encode_config(config)).snapshot), "", "/run/ganeti-master")


CONFIGURED: Final = (ItemType.INSTANCE, ItemType.NODE, ItemType.GROUP, ItemType.NETWORK, ItemType.CLUSTER)


@pytest.mark.parametrize("item_type", CONFIGURED)
def test_no_field_tells_private_parameters(item_type: ItemType) -> None:
    """All fields of all objects together do not have them."""
    query = {"method": "Query", "args": [item_type, sorted(FIELDS[item_type]), None]}
    message = answer_now(knowledge_with_secrets(), json.dumps(query).encode())
    assert message.startswith(b'{"success":true')
    assert SECRET.encode() not in message


@pytest.mark.parametrize(
    ("method", "args"), [("QueryClusterInfo", []), ("QueryConfigValues", [["cluster_name", "master_node"]])]
)
def test_no_older_call_tells_private_parameters(method: str, args: list[object]) -> None:
    """Nor does what is told of the cluster as a whole."""
    message = answer_now(knowledge_with_secrets(), json.dumps({"method": method, "args": args}).encode())
    assert message.startswith(b'{"success":true')
    assert SECRET.encode() not in message


PATHS: Final = [
    "/../../../etc/passwd",
    "/cluster/../../etc/passwd",
    "/__class__",
    "/cluster/__class__/__init__/__globals__",
    "/cluster/__dict__",
    "/nodes/__len__",
    "/instances_by_ip",
    "/cluster/tags/-1",
    "//etc/passwd",
    "/cluster/tags/99999999999999999999",
]


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_out_of_the_configuration(path: str) -> None:
    """Paths name keys of the file and nothing else: no files, no attributes of the program's objects."""
    snapshot: Any = load_config(config_bytes()).snapshot
    with pytest.raises(LookupError):
        find_value(snapshot, path)
