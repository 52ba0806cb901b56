"""What the reference cluster consists of: every kind of object that its few parts allow, made by Ganeti's commands."""

import shlex
from collections.abc import Sequence
from typing import Final

from .reference_cluster import ReferenceCluster, node_name

SURROUNDINGS: Final[Sequence[str]] = (
    "gnt-group add --alloc-policy=last_resort group2",
    "gnt-group assign-nodes --force group2 node4.example.com node5.example.com",
    "gnt-group add --alloc-policy=unallocable group10",
    "gnt-group modify --node-parameters=spindle_count=3,cpu_speed=2.5,ssh_port=2222 group2",
    "gnt-group modify --ipolicy-vcpu-ratio=2.5 --ipolicy-disk-templates=diskless,file group2",
    "gnt-group modify --disk-parameters=drbd:metavg=meta group2",
    "gnt-network add --network=198.51.100.0/24 --gateway=198.51.100.1 --mac-prefix=aa:00:01 --tags=dmz net1",
    "gnt-network add --network=203.0.113.0/28 net2",
    "gnt-network add --network=10.9.0.0/27 --add-reserved-ips=10.9.0.5,10.9.0.9"
    " --network6=2001:db8::/64 --gateway6=2001:db8::1 --tags=six,lab net10",
    "gnt-network connect --nic-parameters mode=routed,link=100 net1 default",
    "gnt-network connect --nic-parameters mode=routed,link=200 net1 group2",
    "gnt-network connect --nic-parameters mode=bridged,link=br0 net2 group2",
    "gnt-network connect --nic-parameters mode=openvswitch,link=switch1,vlan=.9 net10 default",
    "gnt-cluster modify --enabled-hypervisors=fake,chroot",
    "gnt-os modify -H chroot:init_script=/sbin/os-init noop",
    "gnt-os modify -H chroot:init_script=/sbin/variant-init noop+variant",
    "gnt-os modify -O size=10 noop",
    'gnt-filter add --priority=7 --predicates=\'[["jobid",[">","id",100000]]]\' --action=PAUSE',
)
"""Groups, networks, parameters and a filter rule."""

ADD_INSTANCE: Final = "gnt-instance add --no-name-check --no-ip-check"

INSTANCES: Final[Sequence[str]] = (
    "-o noop -n node2 -t diskless -B memory=128M --no-nics --no-start inst1",
    "-o noop -n node3 -t file -s 10M -B memory=128M --net 0:ip=198.18.0.102 inst2",
    "-o noop -n node4 -t file --disk 0:size=10M --disk 1:size=20M,name=data,mode=ro -B minmem=64M,maxmem=128M,vcpus=2"
    " --net 0:ip=pool,network=net1 --net 1:ip=198.18.0.103,name=front --tags web,prod inst3",
    "-o noop+variant --force-variant -n node1 -t diskless -B memory=256M,always_failover=true,auto_balance=false"
    " --net 0:ip=198.18.0.104 --os-parameters=size=20 --tags db,prod inst4",
    "-o noop -n node5 -t file -s 16M -B memory=64M --no-nics inst5",
    "-o noop -n node2 -t diskless -B memory=32M --net 0:ip=198.18.0.109 inst10",
    "-o noop -n node3 -t diskless -B memory=32M --net 0:ip=pool,network=net1 --tags web web-frontend1",
    "-o noop -n node1 -t diskless -B memory=32M --no-nics --no-start --tags web web-frontend2",
    "-o noop -n node2 -t diskless --no-start --net 0:mode=openvswitch,link=switch1,vlan=.7:8,name=trunk"
    " --net 1:ip=pool,network=net10 --net 2:network=net10 switched",
    "-H chroot -o noop -n node2 -t diskless --no-start --no-nics chroot1",
    "-H chroot:init_script=/sbin/init -o noop+variant --force-variant -n node3 -t diskless --no-start --no-nics"
    " chroot2",
    "--forthcoming -o noop -n node2 -t diskless --no-nics planned1",
    "--forthcoming -o noop -n node4 -t file -s 30M --net 0:ip=pool,network=net1 --tags planned planned2",
)
"""Instances, by short names; those that are not said to stay down run."""

INST10_IS_RUNNING: Final = "var/run/ganeti/fake-hypervisor/inst10.example.com"
"""In its node's tree: the file by which the fake hypervisor knows that an instance runs."""

LAST_TOUCHES: Final[Sequence[str]] = (
    "gnt-instance modify --offline web-frontend2.example.com",
    "gnt-cluster add-tags site:lab owner:ops",
    "gnt-node add-tags node2.example.com rack1 ssd",
    "gnt-node modify --node-parameters=oob_program=/bin/true,spindle_count=4 node2.example.com",
    "gnt-group add-tags group2 spare",
    "gnt-instance shutdown --timeout=0 inst5.example.com",
    "gnt-debug delay 0.1",
)
"""States, tags and a job that succeeds."""


def fill(cluster: ReferenceCluster) -> None:
    """Bring groups, networks, instances and jobs into every state that they can have here."""
    for line in SURROUNDINGS:
        cluster.demand(*shlex.split(line))
    for line in INSTANCES:
        cluster.demand(*shlex.split(ADD_INSTANCE), *_with_full_names(shlex.split(line)))
    for line in LAST_TOUCHES:
        cluster.demand(*shlex.split(line))
    (cluster.node_root(2) / INST10_IS_RUNNING).unlink()  # believed up, yet gone
    leave_jobs(cluster)
    cluster.demand("gnt-node", "modify", "--drained=yes", node_name(3))
    cluster.run("gnt-node", "modify", "--offline=yes", "--force", node_name(5))  # complains about its instance


def _with_full_names(arguments: Sequence[str]) -> list[str]:
    """The arguments with the domain behind the instance (the last one) and the node (the one after ``-n``)."""
    full = [*arguments[:-1], f"{arguments[-1]}.example.com"]
    full[full.index("-n") + 1] += ".example.com"
    return full


def leave_jobs(cluster: ReferenceCluster) -> None:
    """A job that failed, and one that runs on although it was to be canceled."""
    cluster.run("gnt-instance", "activate-disks", "nosuch")
    job = cluster.demand("gnt-debug", "delay", "--submit", "--print-jobid", "600").split()[-1]
    cluster.run("gnt-job", "cancel", job)
