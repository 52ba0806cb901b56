"""Instances are renamed as Ganeti does it."""

from typing import Any, Final

import pytest

from ganeti_lite.masterd.units.instance import InstanceRename
from tests.masterd.small_cluster import DB, MAIL, NODE1, NODE2
from tests.masterd.units.scripted import Answer, exec_error, prereq, run

from .scene import BROKEN, with_instance

RENAMES: Final[dict[str, Answer]] = {
    "instance_info": {},
    "file_storage_dir_rename": None,
    "blockdev_assemble": ["/dev/it", "/run/it", None],
    "blockdev_setinfo": None,
    "blockdev_shutdown": None,
    "instance_run_rename": None,
}
UNCHECKED: Final[dict[str, Any]] = {"name_check": False, "ip_check": False}


STOPPED: Final = with_instance(MAIL, admin_state="down", disks_active=False)
"""The cluster with mail, which has a file disk, stopped."""


def test_an_instance_gets_another_name() -> None:
    """It is locked by both; its disks are brought up for its OS's script, and taken down again: three changes."""
    renamed = run(InstanceRename(), answers=RENAMES, instance_name="db", new_name="sql.example.org", **UNCHECKED)
    assert renamed.result == "sql.example.org"
    assert renamed.locks == {"instance": ("exclusive", ["db.example.org", "sql.example.org"])}
    assert [method for method, _ in renamed.called] == [
        "instance_info",
        *["blockdev_assemble"] * 4,
        *["blockdev_setinfo"] * 2,
        "instance_run_rename",
        *["blockdev_shutdown"] * 2,
    ]
    assert renamed.changes == 3
    assert renamed.after.instances[DB].name == "sql.example.org"
    assert "cluster serial +1" in renamed.steps
    shown, old, debug = renamed.calls[7].arguments[NODE2]
    assert (shown["name"], old, debug) == ("sql.example.org", "db.example.org", 0)
    assert renamed.calls[5].arguments[NODE2][1] == "originstname+sql.example.org"
    assert renamed.hooks == [
        ("instance-rename", "pre", (NODE1, NODE2)),
        ("instance-rename", "post", (NODE1, NODE2)),
    ]
    assert renamed.hook_env["GANETI_INSTANCE_NEW_NAME"] == "sql.example.org"


def test_files_move_with_the_name() -> None:
    """The node renames their directory; the script may fail, which is told."""
    answers = {**RENAMES, "instance_run_rename": BROKEN}
    renamed = run(InstanceRename(), STOPPED, answers, instance_name="mail", new_name="post.example.org", **UNCHECKED)
    assert renamed.result == "post.example.org"
    assert renamed.calls[1].arguments == {NODE1: ["/srv/files/mail", "/srv/files/post.example.org"]}
    (uuid,) = renamed.after.instances[MAIL].disks
    assert renamed.after.disks[uuid].logical_id[1] == "/srv/files/post.example.org/disk0"
    assert renamed.log == [
        " - WARNING: Could not run OS rename script for instance post.example.org on node node1.example.org"
        " (but the instance has been renamed in Ganeti): broken"
    ]


def test_a_directory_that_cannot_be_moved_is_an_error() -> None:
    """The instance has its new name by then."""
    answers = {**RENAMES, "file_storage_dir_rename": BROKEN}
    failed = run(InstanceRename(), STOPPED, answers, instance_name="mail", new_name="post.example.org", **UNCHECKED)
    text = (
        "Could not rename on node node1.example.org directory '/srv/files/mail' to '/srv/files/post.example.org'"
        " (but the instance has been renamed in Ganeti): broken"
    )
    assert failed.failure == exec_error(text)


def test_a_new_name_is_resolved() -> None:
    """The full name counts; nobody may have its address."""
    hosts = {"sql.example.org": "192.0.2.80"}
    renamed = run(InstanceRename(), answers=RENAMES, hosts=hosts, instance_name="db", new_name="sql")
    assert renamed.result == "sql.example.org"
    assert renamed.log == [" - INFO: Resolved given name 'sql' to 'sql.example.org'"]
    refused = run(InstanceRename(), hosts=hosts, in_use=["192.0.2.80"], instance_name="db", new_name="sql")
    text = "IP 192.0.2.80 of instance sql.example.org already in use"
    assert refused.failure == prereq(text, "resource_not_unique")
    dotted = run(InstanceRename(), answers=RENAMES, hosts=hosts, instance_name="db", new_name="SQL.example.org.")
    assert dotted.result == "sql.example.org"
    odd = run(InstanceRename(), hosts={"sqlx": "192.0.2.80"}, instance_name="db", new_name="sql")
    assert odd.failure == prereq("The given name (sql) does not resolve: Name or service not known", "resolver_error")


@pytest.mark.parametrize(
    ("parameters", "failure"),
    [
        ({"new_name": "new example"}, prereq("Invalid hostname 'new example'")),
        ({**UNCHECKED, "new_name": "m\u00fcller"}, prereq("Invalid hostname 'm\u00fcller'")),
        ({"name_check": False}, prereq("IP address check requires a name check")),
        (
            {**UNCHECKED, "instance_name": "mail"},
            prereq("Instance 'mail.example.org' is marked to be up, cannot rename", "wrong_state"),
        ),
        (
            {**UNCHECKED, "new_name": "web.example.org"},
            prereq("Instance 'web.example.org' is already in the cluster", "already_exists"),
        ),
        (
            {**UNCHECKED, "instance_name": "thin"},
            prereq("Can't use offline node: node4.example.org", "wrong_state"),
        ),
    ],
)
def test_what_cannot_be_renamed(parameters: Any, failure: object) -> None:
    """Each is refused before anything is written."""
    given = {"instance_name": "db", "new_name": "sql.example.org", **parameters}
    refused = run(InstanceRename(), answers=RENAMES, **given)
    assert refused.failure == failure
    assert refused.changes == 0
