"""Plain settings of the cluster: what becomes of them, and what they cannot be."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.masterd.small_cluster import NODE1, SNAPSHOT
from tests.masterd.units.scripted import exec_error, prereq

from .scene import Refusal, change_cluster, check_refusal, list_differences, set_params


@pytest.mark.parametrize(
    ("parameters", "attribute", "value"),
    [
        ({"max_running_jobs": 7}, "max_running_jobs", 7),
        ({"max_tracked_jobs": 8}, "max_tracked_jobs", 8),
        ({"maintain_node_health": True}, "maintain_node_health", True),
        ({"modify_etc_hosts": False}, "modify_etc_hosts", False),
        ({"prealloc_wipe_disks": False}, "prealloc_wipe_disks", False),
        ({"default_iallocator": ""}, "default_iallocator", ""),
        ({"default_iallocator_params": {"a": 1}}, "default_iallocator_params", {"a": 1}),
        ({"reserved_lvs": ["xenvg/a"]}, "reserved_lvs", ("xenvg/a",)),
        ({"use_external_mip_script": True}, "use_external_mip_script", True),
        ({"mac_prefix": "AA:BB:CC"}, "mac_prefix", "aa:bb:cc"),
        ({"install_image": "http://example.org/image"}, "install_image", "http://example.org/image"),
        ({"zeroing_image": "/srv/zero"}, "zeroing_image", "/srv/zero"),
        ({"gluster_storage_dir": "/srv/gluster"}, "gluster_storage_dir", "/srv/gluster"),
        ({"uid_pool": [[1, 2]]}, "uid_pool", ((1, 2),)),
        ({"add_uids": [[1, 2], [4000, 4019]]}, "uid_pool", ((1, 2), (4000, 4019))),
        ({"uid_pool": [[5, 6], [1, 2], [5, 6]], "add_uids": None}, "uid_pool", ((5, 6), (1, 2), (5, 6))),
        ({"add_uids": [[7, 7], [1, 2], [7, 7]]}, "uid_pool", ((1, 2), (7, 7), (4000, 4019))),
        ({"remove_uids": [[4000, 4019]]}, "uid_pool", ()),
        ({"compression_tools": ["gzip", "xz"]}, "compression_tools", ("gzip", "xz")),
    ],
)
def test_a_setting_is_changed(parameters: Mapping[str, Any], attribute: str, value: object) -> None:
    """What is given becomes the cluster's, and nothing else changes."""
    after = change_cluster(**parameters)
    assert getattr(after, attribute) == value
    assert list_differences(after) == {attribute, "serial_no", "mtime"}


def test_data_collectors_are_switched() -> None:
    """Whether collectors are active, and how often they collect, is kept by collector."""
    after = change_cluster(enabled_data_collectors={"drbd": False}, data_collector_interval={"drbd": 7})
    assert after.data_collectors["drbd"] == {"active": False, "interval": 7}
    assert set_params(enabled_data_collectors={"x": True}).failure == exec_error("'x'")


@pytest.mark.parametrize(
    "refusal",
    [
        (SNAPSHOT, {}, {"master_netmask": 99}, prereq("CIDR netmask (99) not valid")),
        (SNAPSHOT, {}, {"mac_prefix": "zz"}, prereq("Invalid MAC address prefix 'zz'")),
        (
            SNAPSHOT,
            {},
            {"uid_pool": [[5, 4]]},
            prereq("Lower user-id range boundary value (5) is larger than higher boundary value (4)"),
        ),
        (
            SNAPSHOT,
            {},
            {"add_uids": [[-1, 4]]},
            prereq("Lower user-id range boundary value (-1) is smaller than UIDPOOL_UID_MIN (0)."),
        ),
        (
            SNAPSHOT,
            {},
            {"remove_uids": [[1, 4294967296]]},
            prereq("Higher user-id boundary value (4294967296) is larger than UIDPOOL_UID_MAX (4294967295)."),
        ),
        (
            SNAPSHOT,
            {},
            {"remove_uids": [[1, 2]]},
            prereq("User-id range to be removed is not found in the current user-id pool: [1, 2]"),
        ),
        (SNAPSHOT, {}, {"install_image": "x"}, prereq("Install image must be an absolute path or a URL", None)),
        (SNAPSHOT, {}, {"zeroing_image": "x"}, prereq("Zeroing image must be an absolute path or a URL", None)),
        (
            SNAPSHOT,
            {},
            {"compression_tools": ["gzip", "a b"]},
            prereq(
                "The tools 'a b' contain illegal characters: only alphanumeric values, dashes, and underscores"
                " are allowed"
            ),
        ),
        (
            SNAPSHOT,
            {},
            {"compression_tools": ["xz"]},
            prereq("For compatibility reasons, the gzip utility must be present among the compression tools"),
        ),
        (
            SNAPSHOT,
            {},
            {"compression_tools": ["gzip", "none"]},
            prereq("none is a reserved value used for no compression, and cannot be used as the name of a tool"),
        ),
        (
            SNAPSHOT,
            {"get_file_info": [False, {}]},
            {"default_iallocator": "x"},
            prereq("Invalid default iallocator script 'x' specified"),
        ),
    ],
)
def test_a_change_that_cannot_be_is_refused(refusal: Refusal) -> None:
    """What is wrong is said, and nothing is written."""
    check_refusal(*refusal)


def test_an_allocator_is_looked_for_on_the_master() -> None:
    """The script may be in either of two places."""

    def answer(_: str, arguments: list[Any]) -> object:
        return [arguments[0].startswith("/usr/lib/"), {"size": 1}]

    changed = set_params(default_iallocator="hail2", answers={"get_file_info": answer})
    assert changed.succeeded.cluster.default_iallocator == "hail2"
    assert changed.called == [("get_file_info", (NODE1,))] * 2
