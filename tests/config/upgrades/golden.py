"""The golden configurations of old versions, and what is answered from them.

``golden/cluster.json`` is a small cluster of today, made by hand: DRBD, plain, file, shared, external and block disks,
a diskless instance, a drained and an offline node, networks, tags, parameters on every level. It was brought down to
each old version (``config-2.7.json`` and so on), which gives ``snapshot-2.7.json``. ``answers.json`` holds every
field's cells and the replies of confd for the cluster of today, ``answers-2.7.json`` those that are others for the old
one. Write all of them again after a deliberate change, and read the differences::

    python -m tests.config.upgrades.golden
"""

import json
from pathlib import Path
from typing import Any, Final

from ganeti_lite.config import parse_config
from ganeti_lite.config.upgrades import STEPS
from ganeti_lite.query import View
from ganeti_lite.snapshot import ClusterSnapshot
from tests.confd.test_datagrams import ask
from tests.query.golden_answers import collect_answers
from tests.snapshot.plain import plain
from tests.strategies import JsonObject

from .older import Version, bring_down

FOLDER: Final = Path(__file__).parent.parent / "golden"
CLUSTER: Final = FOLDER / "cluster.json"
VERSIONS: Final = tuple(sorted(STEPS))

_WEB: Final = "30000001-bbbb-4000-8000-000000000001"

REQUESTS: Final[tuple[tuple[int, Any], ...]] = (
    (0, None),
    *((1, name) for name in ("node1.example.org", "node2", "node3", "node4", "nosuch")),
    (2, {"1": "192.0.2.51"}),
    (2, {"2": ["192.0.2.51", "203.0.113.2", "9.9.9.9"], "0": "100"}),
    (3, None),
    (3, {"3": [0, 1, 2]}),
    (4, None),
    (5, None),
    *((6, link) for link in (None, "100", "br1")),
    *((7, name) for name in ("node1", "node2", "node3", "node4")),
    *((8, name) for name in ("node1", "node2", "node3", "node4")),
    *((9, name) for name in ("web", "db", "back", "mail", "shared", "pvm", "lun", "thin")),
    *((10, path) for path in ("/version", "/serial_no", "/mtime", "/nodes", "/nodegroups", "/networks", "/filters")),
    *((10, f"/cluster/{key}") for key in ("master_node", "ssh_key_type", "enabled_disk_templates", "ipolicy")),
    *((10, f"/cluster/{key}") for key in ("beparams", "nicparams", "ndparams", "diskparams", "hvparams", "nosuch")),
    (10, f"/instances/{_WEB}/nics/0/network"),
    (11, None),
)
"""Confd's requests: every type, with each form of its query that leads somewhere."""

Answers = dict[str, dict[str, Any]]
"""Item type → field → cells in listing order; and under ``confd`` request → [status, answer, serial]."""


def name_version(version: Version) -> str:
    """``2.7``."""
    return f"{version[0]}.{version[1]}"


def load_cluster() -> JsonObject:
    """The cluster of today."""
    cluster: JsonObject = json.loads(CLUSTER.read_bytes())
    return cluster


def load_older(version: Version) -> bytes:
    """The golden file of an old version."""
    return (FOLDER / f"config-{name_version(version)}.json").read_bytes()


def collect_all(snapshot: ClusterSnapshot) -> Answers:
    """Every field of every item type of the configuration, and every reply of confd."""
    replies = {f"{kind} {json.dumps(query)}": list(ask(snapshot, kind, query)[2:]) for kind, query in REQUESTS}
    return {**collect_answers(View(snapshot)), "confd": replies}


def find_differences(today: Answers, older: Answers) -> Answers:
    """What is answered differently from an old file."""
    return {
        group: {key: value for key, value in answers.items() if value != today[group][key]}
        for group, answers in older.items()
    }


def describe_snapshot(data: bytes) -> str:
    """The snapshot of a file as text, an object a line."""
    return in_lines(plain(parse_config(data)))


def in_lines(tree: Any) -> str:
    """JSON with one line per member of a member."""
    members = [f"{json.dumps(key)}: {_in_lines(value)}" for key, value in tree.items()]
    return "{\n" + ",\n".join(members) + "\n}\n"


def _in_lines(value: Any) -> str:
    if not isinstance(value, dict) or not value:
        return json.dumps(value, ensure_ascii=False)
    members = [f" {json.dumps(key)}: {json.dumps(item, ensure_ascii=False)}" for key, item in value.items()]
    return "{\n" + ",\n".join(members) + "\n}"


def _write_all() -> None:
    cluster = load_cluster()
    today = collect_all(parse_config(CLUSTER.read_bytes()))
    CLUSTER.write_text(in_lines(cluster))
    (FOLDER / "answers.json").write_text(in_lines(today))
    for version in VERSIONS:
        name = name_version(version)
        text = in_lines(bring_down(cluster, version))
        (FOLDER / f"config-{name}.json").write_text(text)
        (FOLDER / f"snapshot-{name}.json").write_text(describe_snapshot(text.encode()))
        differences = find_differences(today, collect_all(parse_config(text.encode())))
        (FOLDER / f"answers-{name}.json").write_text(in_lines(differences))


if __name__ == "__main__":
    _write_all()
