"""Both of our daemons in the place of Ganeti's own, on a real cluster: its tools and node daemons notice nothing."""

import json
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from .compare import Comparison
from .config_changes import describe_changes
from .idle_queue import end_open_jobs
from .job_orders import Opcode, op
from .luxi import Connection
from .processes import read_log, server_pid, wait_until
from .reference_cluster import ReferenceCluster
from .takeover_script import SCRIPT, settle
from .tally import Tally
from .two_job_daemons import our_daemons

pytestmark = pytest.mark.interop

SUBJECT: Final = "commands, and what they change in the configuration, by Ganeti's daemons and by ours"

PREPARATION: Final[Sequence[str]] = (
    "gnt-instance start inst1",
    "gnt-node remove-tags node2 rack1",
    "gnt-instance remove --force filed",
    "gnt-instance remove --force renamed",
    "rm -rf /srv/ganeti/file-storage/{filed,renamed}.example.com",  # not below a node's root: it outlasts the cluster
)
"""What is ordered first, so that the same orders find the same cluster, even behind a run that was cut short; all but
the first may fail.
"""

PIPE: Final = "set -o pipefail; "
"""Before a pipe whose exit code is to be that of the command."""

ORDERS: Final[Sequence[str]] = (
    "gnt-debug delay 0.1",
    "gnt-debug delay --no-master 0.1",
    "gnt-debug delay -n node2 -n node3 0.1",
    "gnt-instance add-tags inst1 fresh new",
    "gnt-instance list-tags inst1",
    "gnt-instance list -o name,tags inst1",
    "gnt-instance remove-tags inst1 fresh",
    "gnt-instance remove-tags inst1 fresh",
    "gnt-instance remove-tags inst1 new",
    "gnt-instance add-tags inst1 'not a tag'",
    "gnt-node add-tags node2 rack1",
    "gnt-node remove-tags node2 rack1",
    "gnt-cluster add-tags production",
    "gnt-cluster search-tags .",
    "gnt-cluster remove-tags production",
    "gnt-instance stop inst1",
    "gnt-instance list -o name,status,admin_state,oper_state inst1",
    "gnt-instance start inst1",
    "gnt-instance list -o name,status,admin_state,oper_state inst1",
    "gnt-instance reboot inst1",
    "gnt-instance reboot -t soft inst1",
    "gnt-instance start nosuch",
    "gnt-instance deactivate-disks inst1",
    "gnt-instance add -t file -s 8 -o noop -n node2 --no-name-check --no-ip-check --no-nics --no-start"
    " filed.example.com",
    "gnt-instance list -o name,disk_template,disk.sizes,admin_state filed",
    # this one asks whether to go on, and asks a terminal
    "echo y | script -qec 'gnt-instance rename --no-name-check --no-ip-check filed renamed.example.com' /dev/null",
    "gnt-instance list -o name,disk_template,disk.sizes,admin_state renamed",
    "gnt-instance activate-disks renamed",
    "gnt-instance deactivate-disks renamed",
    "gnt-instance modify --disk add:size=4 renamed",
    "gnt-instance modify --disk 1:remove renamed",
    "gnt-instance modify --net add:mode=routed,link=100,ip=192.0.2.77 renamed",
    "gnt-instance modify --net 0:remove renamed",
    "gnt-instance modify --offline renamed",
    "gnt-instance start renamed",
    "gnt-instance modify --online renamed",
    "gnt-instance console --show-cmd renamed",
    "gnt-instance remove --force renamed",
    "gnt-instance add -t diskless -o noop -I hail --no-name-check --no-ip-check --no-nics --no-start"
    " placed.example.com",
    "gnt-instance remove --force placed",
    "gnt-instance add -t diskless -o nosuch -n node2 --no-name-check --no-ip-check --no-nics bad.example.com",
    "gnt-instance add -t diskless -o noop -n node2 --no-name-check --no-ip-check --no-nics inst1.example.com",
    "gnt-instance add -t diskless -o noop -n node2 --no-name-check --no-ip-check"
    " --net 0:mode=routed,link=100,ip=nonsense bad.example.com",
    "gnt-instance add -t diskless -o noop -B vcpus=100 -n node2 --no-name-check --no-ip-check --no-nics"
    " bad.example.com",
    "gnt-cluster modify -B vcpus=2",
    "gnt-cluster modify -B vcpus=1",
    "gnt-cluster modify --candidate-pool-size=4",
    "gnt-cluster modify --candidate-pool-size=10",
    "gnt-cluster modify",
    "gnt-cluster redist-conf",
    "gnt-group assign-nodes default node2",
    "gnt-group modify default",
    "gnt-node modify node2",
    "gnt-node modify --master-candidate=no --auto-promote node4 | grep -v 'not consistent'",  # see the differences
    "gnt-node list -o name,role",
    "gnt-node modify --master-candidate=yes node4 | grep -v 'not consistent'",
    "gnt-node modify --offline=yes node1",
    "gnt-node remove node1",
    PIPE + "gnt-node remove node2 2>&1 | sed 's/Instance [^ ]*/Instance/'",  # of several, either may be named
    "gnt-node remove nosuch",
    "gnt-group add default",
    "gnt-group remove default",
    "gnt-group rename default group2",
    "gnt-group modify --node-parameters=spindle_count=5 default",
    "gnt-group list -o name,ndp/spindle_count",
    "gnt-group modify --node-parameters=spindle_count=default default",
    PIPE + 'gnt-group modify --alloc-policy=nosuch default 2>&1 | sed "s/alloc_policy\':.*//"',  # the rest is our words
    "gnt-group add other",
    "gnt-group assign-nodes --force other node2",
    "gnt-group list -o name,node_cnt,pinst_cnt",
    "gnt-group remove other",
    "gnt-group assign-nodes --force default node2",
    "gnt-group assign-nodes default nosuch",
    "gnt-group remove other",
    "gnt-network add --network=192.0.3.0/29 --gateway=192.0.3.1 other",
    "gnt-network add --network=192.0.3.0/29 other",
    "gnt-network modify --gateway=192.0.3.2 other",
    "gnt-network modify --add-reserved-ips=192.0.3.4 other",
    "gnt-network modify --add-reserved-ips=192.0.3.4 other",
    "gnt-network info other",
    "gnt-network modify --remove-reserved-ips=192.0.3.4 other",
    "gnt-network connect other bridged br0 nosuch",
    "gnt-network connect other bridged br0 default",
    "gnt-network connect other bridged br0 default",
    "gnt-network remove other",
    "gnt-network disconnect other default",
    "gnt-network disconnect other default",
    "gnt-network rename other another",
    "gnt-network remove another",
    "gnt-network remove other",
    "gnt-storage diagnose",
    "gnt-instance info inst1",
    "gnt-instance start inst1",
    "gnt-instance modify -B vcpus=2 inst1",
    "gnt-instance modify -B vcpus=default inst1",
    PIPE + "gnt-instance modify -B maxmem=999999 inst1 2>&1 | sed 's/[0-9]* MB/MB/'",
    "gnt-instance modify -B nosuch=1 inst1",
    "gnt-instance modify --offline inst1",
    "gnt-instance rename --no-name-check inst1 inst2.example.com",
    "gnt-instance modify inst1",
    "gnt-instance remove --force nosuch",
    PIPE + 'gnt-cluster modify --enabled-hypervisors=nosuch 2>&1 | sed "s/enabled_hypervisors\':.*//"',
    "gnt-cluster modify -B maxmem=nonsense",
    PIPE + 'gnt-cluster modify --candidate-pool-size=0 2>&1 | sed "s/candidate_pool_size\':.*//"',
    *(line for line in SCRIPT if not line.startswith("gnt-cluster verify")),  # there is no unit for groups yet
)
"""Command lines that leave the cluster as they find it."""


Outcome = tuple[str, int, str, str, list[str]]


def run_orders(reference: ReferenceCluster) -> list[Outcome]:
    """Each command line with its exit code, what it has printed, and what it has changed in the configuration."""
    outcomes: list[Outcome] = []
    for line in PREPARATION:
        reference.run("bash", "-c", line)
    config = json.loads(reference.config.read_bytes())
    for line in ORDERS:
        done = reference.run("bash", "-c", line)
        before, config = config, json.loads(reference.config.read_bytes())
        changes = describe_changes(before, config)
        outcomes.append((line, done.returncode, settle(done.stdout), settle(done.stderr), changes))
    return outcomes


def test_jobs_of_either_are_taken_up_by_the_other(reference: ReferenceCluster, folder: Path) -> None:
    """A job that luxid has queued is done by ours when luxid is gone, and the other way round."""
    end_open_jobs(reference)
    _pause(reference)
    by_luxid = _submit(reference, "--reason=later")
    with our_daemons(reference, folder):
        assert _status_of(reference, by_luxid) == "queued"
        by_ours = _submit(reference, "--reason=later")
        assert int(by_ours) > int(by_luxid)
        _delete_rules(reference)
        wait_until(lambda: _status_of(reference, by_luxid) == "success", "our daemon has done luxid's job")
        wait_until(lambda: _status_of(reference, by_ours) == "success", "our daemon has done its own job")
        _pause(reference)
        left = _submit(reference, "--reason=later")
    assert _status_of(reference, left) == "queued"
    _delete_rules(reference)
    wait_until(lambda: _status_of(reference, left) == "success", "luxid has done our daemon's job")
    last = _submit(reference)
    assert int(last) > int(left)


def test_a_job_that_is_half_done_is_gone_on_with(reference: ReferenceCluster, folder: Path) -> None:
    """Our daemon is stopped in the middle of a job: Ganeti's does what is left of it."""
    end_open_jobs(reference)
    with our_daemons(reference, folder), Connection(reference.query_socket) as connection:
        delays = [_delay(seconds) for seconds in (2, 0.1)]
        job = int(connection.ask("SubmitJob", [delays]).result)
        wait_until(lambda: _status_of(reference, str(job)) == "running", "the job runs")
    wait_until(lambda: _status_of(reference, str(job)) == "success", "luxid has done the rest")


@pytest.mark.bench
def test_jobs_of_a_killed_daemon_are_given_up(reference: ReferenceCluster, folder: Path) -> None:
    """Ganeti's daemon sees that they are dead when it looks at all of them, which it does every five minutes."""
    end_open_jobs(reference)
    with our_daemons(reference, folder), Connection(reference.query_socket) as connection:
        running, waiting = (int(connection.ask("SubmitJob", [[_delay(60)]]).result) for _ in range(2))
        wait_until(lambda: _status_of(reference, str(running)) == "running", "the first job runs")
        wait_until(lambda: _status_of(reference, str(waiting)) == "waiting", "the second one waits for its lock")
        pid = server_pid(reference.paths.master_socket)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    jobs = (str(running), str(waiting))
    wait_until(lambda: {_status_of(reference, job) for job in jobs} == {"error"}, "they are given up", seconds=400)


def _delay(seconds: float) -> Opcode:
    return op("TEST_DELAY", duration=seconds, on_nodes=["node2"], on_master=False)


def _pause(reference: ReferenceCluster) -> None:
    """Let jobs wait that somebody has given a reason for."""
    predicates = '--predicates=[["reason", ["=", "source", "gnt:user"]]]'
    reference.demand("gnt-filter", "add", "--priority=1", predicates, "--action=PAUSE")


def _submit(reference: ReferenceCluster, *options: str) -> str:
    return reference.demand("gnt-debug", "delay", "--submit", "--print-jobid", *options, "0.1").split()[0]


def _status_of(reference: ReferenceCluster, job_id: str) -> str:
    return reference.demand("gnt-job", "list", "--no-headers", "-o", "status", job_id).strip()


def _delete_rules(reference: ReferenceCluster) -> None:
    for uuid in reference.demand("gnt-filter", "list", "--no-headers", "-o", "uuid,priority").splitlines():
        name, priority = uuid.split()
        if priority == "1":
            reference.demand("gnt-filter", "delete", name)


def test_orders_are_carried_out_as_ganeti_does(reference: ReferenceCluster, folder: Path, tally: Tally) -> None:
    """Debian's tools print the same and end the same, and Ganeti's own daemons go on with what ours have left."""
    end_open_jobs(reference)
    verified = reference.run("gnt-cluster", "verify").returncode
    before = run_orders(reference)
    with our_daemons(reference, folder) as log:
        behind = run_orders(reference)
        assert "Traceback" not in read_log(log), read_log(log)
    comparison = Comparison("reference")
    for (line, *expected), (_, *found) in zip(before, behind, strict=True):
        comparison.note(line, "data" if expected[0] == 0 else "failure", expected, found)
    tally.check(SUBJECT, comparison)
    assert reference.run("gnt-cluster", "verify").returncode == verified
