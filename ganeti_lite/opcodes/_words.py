"""The words that parameters choose from. Source: Ganeti 3.0's published constants."""

from typing import Final

from ganeti_lite.constants import TagKind

from ._types import one_of, set_of

ALLOCATION_POLICY: Final = one_of("preferred", "last_resort", "unallocable")
DISK_TEMPLATE: Final = one_of("blockdev", "diskless", "drbd", "ext", "file", "gluster", "plain", "rbd", "sharedfile")
EVACUATION_MODE: Final = one_of("all", "primary-only", "secondary-only")
EXPORT_MODE: Final = one_of("local", "remote")
FILE_DRIVER: Final = one_of("blktap", "blktap2", "loop")
HYPERVISOR: Final = one_of("chroot", "fake", "kvm", "lxc", "xen-hvm", "xen-pvm")
MIGRATION_MODE: Final = one_of("live", "non-live")
NIC_MODE: Final = one_of("bridged", "openvswitch", "pool", "routed")
STORAGE_TYPE: Final = one_of(
    "blockdev", "diskless", "ext", "file", "gluster", "lvm-pv", "lvm-vg", "rados", "sharedfile"
)
TAG_KIND: Final = one_of(*TagKind)

QUERIED: Final = one_of("cluster", "export", "group", "instance", "network", "node", "os")
"""What can be queried by a job; no extstorage, though the job knows how."""

OPTIONAL_CHECKS: Final = set_of("nplusone_mem")

CLUSTER_FAULTS: Final = set_of(
    "ECLUSTERCFG",
    "ECLUSTERCERT",
    "ECLUSTERCLIENTCERT",
    "ECLUSTERFILECHECK",
    "ECLUSTERDANGLINGNODES",
    "ECLUSTERDANGLINGINST",
    "EINSTANCEBADNODE",
    "EINSTANCEDOWN",
    "EINSTANCELAYOUT",
    "EINSTANCEMISSINGDISK",
    "EINSTANCEFAULTYDISK",
    "EINSTANCEWRONGNODE",
    "EINSTANCESPLITGROUPS",
    "EINSTANCEPOLICY",
    "EINSTANCEUNSUITABLENODE",
    "EINSTANCEMISSINGCFGPARAMETER",
    "ENODEDRBD",
    "ENODEDRBDVERSION",
    "ENODEDRBDHELPER",
    "ENODEFILECHECK",
    "ENODEHOOKS",
    "ENODEHV",
    "ENODELVM",
    "ENODEN1",
    "ENODENET",
    "ENODEOS",
    "ENODEORPHANINSTANCE",
    "ENODEORPHANLV",
    "ENODERPC",
    "ENODESSH",
    "ENODEVERSION",
    "ENODESETUP",
    "ENODETIME",
    "ENODEOOBPATH",
    "ENODEUSERSCRIPTS",
    "ENODEFILESTORAGEPATHS",
    "ENODEFILESTORAGEPATHUNUSABLE",
    "ENODESHAREDFILESTORAGEPATHUNUSABLE",
    "ENODEGLUSTERSTORAGEPATHUNUSABLE",
    "EGROUPDIFFERENTPVSIZE",
    "EEXTAGS",
)
"""What a verification may be told to overlook."""
