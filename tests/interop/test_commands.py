"""Ganeti's own command line tools print with our daemon what they print with the real one, to the letter.

So this also sees the order of keys inside a value, which is nobody's business elsewhere.
"""

import os
import shlex
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pytest

from ganeti_lite.simulator import ClusterPaths

from .compare import Comparison
from .fields import LIVE_FIELDS, RESOURCES, sample_fields
from .side_by_side import SideBySide
from .tally import Tally

pytestmark = pytest.mark.interop

SUBJECT: Final = "printed by Ganeti's tools"
COMMAND_SECONDS: Final = 60
CONFIG_FIELDS: Final = {
    "instance": "name,hypervisor,os,pnode,snodes,disk.sizes,nic.ips,tags",
    "node": "name,pinst_cnt,sinst_cnt,pinst_list,role,group,ctime,offline,powered",
    "group": "name,node_cnt,pinst_cnt,alloc_policy,ndparams,node_list,pinst_list",
    "network": "name,network,gateway,mac_prefix,group_list,tags,inst_list,free_count",
}

MANNERS: Final[Sequence[Sequence[str]]] = (
    (),
    ("--no-headers",),
    ("--separator=|",),
    ("--no-headers", "--separator=:", "--verbose"),
    ("--verbose",),
)
"""Ways to print a list."""

SELECTIONS: Final[Sequence[Sequence[str]]] = (
    ("gnt-instance", "list", "-o", "name,be/maxmem,disk_usage,disk.size/0", "--units=m"),
    ("gnt-instance", "list", "-o", "name,be/maxmem,disk_usage", "--units=g", "--separator=,"),
    ("gnt-instance", "list", "-o", "name,nosuch,be/vcpus,alsonot"),
    ("gnt-instance", "list", "-o", "name,uuid", "*1*"),
    ("gnt-instance", "list", "-o", "name", "nosuch*"),
    ("gnt-instance", "list", "-o", "name", "nosuch"),
    ("gnt-instance", "list", "-o", "name,admin_state", 'admin_state == "up" and not be/auto_balance'),
    ("gnt-instance", "list", "-o", "name,tags", "--filter", '"prod" in tags or name =~ m/^I/i'),
    ("gnt-instance", "list", "-o", "name", "be/maxmem >= 128"),
    ("gnt-instance", "list", "-o", "name", 'be/maxmem >= "128"'),
    ("gnt-instance", "list", "-o", "name", "nosuch == 5"),
    ("gnt-instance", "list", "-o", "name", "name =="),
    ("gnt-node", "list", "-o", "name,pip", "node3", "node1.example.com", "node3"),
    ("gnt-node", "list", "-o", "name,role", "nosuch.example.com"),
    ("gnt-node", "list", "-o", "name,ctime,mtime", "master_candidate"),
    ("gnt-group", "list", "nosuch"),
    ("gnt-group", "list", "-o", "+uuid", "default"),
    ("gnt-network", "list", "-o", "name,map,external_reservations", "net*"),
)
"""Lists of some objects, and of none."""


def run(paths: ClusterPaths, command: Sequence[str], *, program: Sequence[str] = ()) -> dict[str, Any]:
    """What a command prints, and how it ends, when it is run on the master of a cluster.

    :param program: what to start instead of Ganeti's program of that name
    """
    environment = {**os.environ, **paths.environment(), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [*(program or [f"/usr/sbin/{command[0]}"]), *command[1:]],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    return {"status": done.returncode, "output": done.stdout.splitlines(), "errors": done.stderr.splitlines()}


def compare(daemons: SideBySide, commands: Iterable[Sequence[str]]) -> Comparison:
    """Run each command twice, once with the real daemon behind the socket and once with ours."""
    comparison = Comparison(daemons.name)
    for command in commands:
        real, ours = run(daemons.real, command), run(daemons.ours, command)
        comparison.note(shlex.join(command), f"exit status {real['status']}", real, ours)
    return comparison


on_clusters_with_everything = pytest.mark.parametrize(
    "daemons", ["reference", "generated", "disks", "interfaces", "networks", "parameters"], indirect=True
)
on_two_clusters = pytest.mark.parametrize("daemons", ["reference", "generated"], indirect=True)


@on_clusters_with_everything
@pytest.mark.parametrize("resource", RESOURCES)
def test_every_field_is_shown_alike(daemons: SideBySide, resource: str, tally: Tally) -> None:
    """A table of all fields that the configuration decides."""
    with daemons.pair() as pair:
        names = sample_fields(pair.real, resource).names
    tally.check(SUBJECT, compare(daemons, [(f"gnt-{resource}", "list", "-o", ",".join(names))]))


@on_two_clusters
@pytest.mark.parametrize("resource", RESOURCES)
def test_lists_are_shown_alike(daemons: SideBySide, resource: str, tally: Tally) -> None:
    """Lists in every manner of printing; those of groups and networks need no node as they are by default, too."""
    chosen = (f"gnt-{resource}", "list", "-o", CONFIG_FIELDS[resource])
    commands: list[Sequence[str]] = [(*chosen, *manner) for manner in MANNERS]
    if not LIVE_FIELDS[resource]:
        commands.append((f"gnt-{resource}", "list"))
    tally.check(SUBJECT, compare(daemons, commands))


@on_two_clusters
def test_selections_are_shown_alike(daemons: SideBySide, tally: Tally) -> None:
    """Lists of some objects, chosen by name, pattern or filter; and what is said when there are none."""
    tally.check(SUBJECT, compare(daemons, SELECTIONS))


@on_two_clusters
@pytest.mark.parametrize("resource", RESOURCES)
def test_fields_are_listed_alike(daemons: SideBySide, resource: str, tally: Tally) -> None:
    """Names, types and titles of all fields; the descriptions are our own."""
    comparison = Comparison(daemons.name)
    for names in ((), ("name", "nosuch", "tags")):
        command = (f"gnt-{resource}", "list-fields", "--separator=|", *names)
        real, ours = (without_descriptions(run(paths, command)) for paths in (daemons.real, daemons.ours))
        comparison.note(shlex.join(command), f"exit status {real['status']}", real, ours)
    tally.check(SUBJECT, comparison)


def without_descriptions(printed: Mapping[str, Any]) -> dict[str, Any]:
    """A table of fields less its last column."""
    return {**printed, "output": [line.split("|")[:3] for line in printed["output"]]}
