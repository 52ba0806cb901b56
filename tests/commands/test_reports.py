"""What reports say of things that no reference cluster has: mirrored disks, screens, consoles behind ssh, and holes."""

from typing import Any

import pytest

from ganeti_lite.commands.definitions import Outcome
from ganeti_lite.commands.gnt_cluster import PROGRAM as CLUSTER
from ganeti_lite.commands.gnt_instance import PROGRAM as INSTANCE
from ganeti_lite.commands.gnt_job import PROGRAM as JOB
from ganeti_lite.commands.gnt_network import PROGRAM as NETWORK
from ganeti_lite.commands.gnt_node import PROGRAM as NODE
from ganeti_lite.commands.gnt_os import PROGRAM as OS
from ganeti_lite.commands.instances.disks import describe_disk
from ganeti_lite.commands.program import run
from ganeti_lite.commands.report import lay_out_report
from tests.clients.scripted_server import succeed

from .conftest import MadeUpNode, RecordedConsole
from .job_server import JobServer

DISK: dict[str, Any] = {
    "iv_name": "disk/0", "dev_type": "plain", "size": 1024, "spindles": None, "mode": "rw", "logical_id": ["vg", "lv"],
    "pstatus": None, "sstatus": None, "name": None, "uuid": "u0", "children": [],
}  # fmt: skip
DRBD = {
    **DISK,
    "dev_type": "drbd",
    "logical_id": ["a", "b", 11000, 0, 1, "secret"],
    "drbd_info": {
        "primary_node": "n1",
        "primary_minor": 0,
        "secondary_node": "n2",
        "secondary_minor": 1,
        "port": 11000,
    },
    "pstatus": ["/dev/drbd0", 147, 0, None, None, False, 1],
    "sstatus": ["/dev/drbd1", 147, 1, 12.5, 30, True, 4],
    "children": [
        {**DISK, "iv_name": None, "pstatus": ["/dev/vg/lv", 253, 0, None, None, False, 4]},
        {**DISK, "iv_name": None, "size": "unknown"},
    ],
}


def test_mirrored_disk() -> None:
    """A mirrored disk tells its nodes, how the copies stand, and what it is made of."""
    assert lay_out_report([describe_disk(0, DRBD)]) == [
        "- disk/0: drbd, size 1.0G",
        "  access mode: rw",
        "  nodeA: n1, minor=0",
        "  nodeB: n2, minor=1",
        "  port: 11000",
        "  on primary: /dev/drbd0 (147:0) in sync, status ok",
        "  on secondary: /dev/drbd1 (147:1) *RECOVERING* 12.50%, ETA 30s, status *DEGRADED* *MISSING DISK*",
        "  name: None",
        "  UUID: u0",
        "  child devices: ",
        "    - child 0: plain, size 1.0G",
        "      logical_id: vg/lv",
        "      on primary: /dev/vg/lv (253:0) *FAILED* (failed drive?)",
        "      name: None",
        "      UUID: u0",
        "    - child 1: plain, size unknown",
        "      logical_id: vg/lv",
        "      name: None",
        "      UUID: u0",
    ]


@pytest.mark.parametrize(
    ("disk", "line"),
    [
        ({"iv_name": None}, "disk 0: plain, size 1.0G"),
        ({"spindles": 2}, "spindles: 2"),
        ({"dev_type": "file", "logical_id": ["loop", "/f"]}, "logical_id: ['loop', '/f']"),
        (
            {**DRBD, "pstatus": ["/dev/drbd0", None, None, 5, None, True, 3]},
            "on primary: /dev/drbd0 (N/A:N/A) *RECOVERING*  5.00%, ETA unknown, status *DEGRADED* *UNCERTAIN STATE*",
        ),
    ],
)
def test_disks(disk: dict[str, Any], line: str) -> None:
    """Other disks have other lines."""
    assert line in lay_out_report(describe_disk(0, {**DISK, **disk}))


def ask(node: MadeUpNode, console: object) -> Outcome:
    """What gnt-instance console prints for a console."""
    node.write_ssconf("primary_ip_family", "2")
    answers = {"QueryConfigValues": ["c.example.com"], "QueryInstances": [[console, True]]}
    with node.serve(lambda method, _args: succeed(answers[method])):
        return run(INSTANCE, ["console", "i"], node.environ, RecordedConsole())


def test_ssh_console(node: MadeUpNode) -> None:
    """A console behind ssh is the command that opens it."""
    console = {"kind": "ssh", "instance": "i", "host": "n1", "user": "root", "port": 23, "command": ["xm", "a b"]}
    assert ask(node, console) == Outcome(
        [
            "ssh -oEscapeChar=none -oHashKnownHosts=no"
            f" -oGlobalKnownHostsFile={node.paths.data_dir}/known_hosts -oUserKnownHostsFile=/dev/null"
            " -oCheckHostIp=no -oConnectTimeout=10 -oHostKeyAlias=c.example.com -oPort=23 -oBatchMode=yes"
            " -oStrictHostKeyChecking=yes -4 -t -t root@n1 'xm '\"'\"'a b'\"'\"''"
        ]
    )


@pytest.mark.parametrize(
    ("console", "line"),
    [
        (
            {"kind": "vnc", "instance": "i", "host": "n1", "port": 5905, "display": 5},
            "Instance i has VNC listening on n1:5905 (display 5), URL <vnc://n1:5905/>",
        ),
        ({"kind": "spice", "instance": "i", "host": "n1", "port": 1}, "Instance i has SPICE listening on n1:1"),
        ({"kind": "msg", "message": "none"}, "none"),
    ],
)
def test_other_consoles(node: MadeUpNode, console: object, line: str) -> None:
    """Other consoles are told."""
    assert ask(node, console) == Outcome([line])


@pytest.mark.parametrize(("console", "complaint"), [(None, "unavailable"), ({"kind": "new"}, "unknown kind: new")])
def test_no_console(node: MadeUpNode, console: object, complaint: str) -> None:
    """What cannot be told is an error."""
    outcome = ask(node, console)
    assert outcome.exit_code == 1
    assert complaint in outcome.complaints[-1]


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (CLUSTER, ["queue", "info"]),
        (CLUSTER, ["watcher", "info"]),
        (CLUSTER, ["list-tags"]),
        (INSTANCE, ["console", "i"]),
        (INSTANCE, ["info", "i"]),
        (JOB, ["info", "1"]),
        (NETWORK, ["info"]),
        (NODE, ["info"]),
        (NODE, ["list-storage"]),
        (OS, ["info"]),
    ],
)
@pytest.mark.parametrize("result", [5, None, [5], {"x": 5}])
def test_malformed_answers(node: MadeUpNode, program: Any, words: list[str], result: object) -> None:
    """An answer that makes no sense is told as such, or tells of nothing, but breaks no command."""
    server = JobServer(result=result)

    def respond(method: str, args: Any) -> list[bytes]:
        is_of_jobs = method in ("SubmitJob", "WaitForJobChange") or (method == "QueryJobs" and program is not JOB)
        return server(method, args) if is_of_jobs else succeed(result)

    with node.serve(respond):
        outcome = run(program, words, node.environ, RecordedConsole())
    assert outcome.exit_code in (0, 1)


def test_network_without_addresses(node: MadeUpNode) -> None:
    """A network whose reservations are lost is shown as empty."""
    row: list[Any] = ["net", "10.0.0.0/8", None, None, None, None, 0, 0, "", [], [], "", 1, "u"]
    with node.serve(lambda _method, _args: succeed([row])):
        outcome = run(NETWORK, ["info"], node.environ, RecordedConsole())
    assert outcome.exit_code == 0
    assert "  Free: 0 (0.00%)" in outcome.lines


def test_records_of_a_report(node: MadeUpNode) -> None:
    """A report's records are what was answered, by name."""
    fields = ("name", "pip", "sip", "pinst_list", "sinst_list", "master_candidate", "drained", "offline")
    values = ["n1", "1.1.1.1", "1.1.1.1", ["i"], [], True, False, False]
    with node.serve(lambda _method, args: succeed([[*values, True, True, None, {}, {}]])):
        outcome = run(NODE, ["info", "--format=jsonl"], node.environ, RecordedConsole())
    assert len(outcome.lines) == 1
    assert outcome.lines[0].startswith('{"name": "n1", "pip": "1.1.1.1", "sip": "1.1.1.1", "pinst_list": ["i"], ')
    assert len(fields) + 5 == outcome.lines[0].count('": ')
