"""Each class of fault is told with the path of its place, all of them at once, in file order."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.config import ConfigFormatError, Fault

from .places import (
    ABSENT,
    CONFIG,
    DISK,
    GROUP,
    INSTANCE,
    NETWORK,
    NODE,
    RULE,
    Steps,
    encode,
    faults_in,
    faults_with,
    places,
    replaced,
)

HUGE = "9" * 400
TOO_LARGE = "expected a whole number of at most 64 bits, got"

ONE_FAULT: list[tuple[Steps, object, str]] = [
    # strings
    (("instances", INSTANCE, "nics", 1, "mac"), 5, "expected a string, got 5"),
    (("instances", INSTANCE, "primary_node"), {}, "expected a string, got an object"),
    (("instances", INSTANCE, "name"), None, "is missing"),
    (("instances", INSTANCE, "name"), ABSENT, "is missing"),
    (("nodes", NODE, "group"), ABSENT, "is missing"),
    (("networks", NETWORK, "network"), None, "is missing"),
    (("filters", RULE, "watermark"), ABSENT, "is missing"),
    (("cluster", "master_node"), [], "expected a string, got a list"),
    (("cluster", "reserved_lvs", 1), True, "expected a string, got True"),
    (("nodes", NODE, "tags", 2), 7, "expected a string, got 7"),
    # numbers
    (("nodes", NODE, "serial_no"), "1", "expected a whole number, got '1'"),
    (("nodes", NODE, "serial_no"), 1.5, "expected a whole number, got 1.5"),
    (("nodes", NODE, "serial_no"), True, "expected a whole number, got True"),
    (("nodes", NODE, "serial_no"), 2**63, f"{TOO_LARGE} 9223372036854775808"),
    (("nodes", NODE, "ctime"), "now", "expected a number, got 'now'"),
    (("nodes", NODE, "ctime"), False, "expected a number, got False"),
    (("cluster", "tcpudp_port_pool", 0), "a", "expected a whole number, got 'a'"),
    (("cluster", "uid_pool", 1, 0), "a", "expected a whole number, got 'a'"),
    (("cluster", "uid_pool", 1), [1, 2, 3], "expected 2 items, got 3"),
    (("cluster", "ndparams", "cpu_speed"), "fast", "expected a number, got 'fast'"),
    (("cluster", "ipolicy", "std", "cpu-count"), "2", "expected a whole number, got '2'"),
    (("cluster", "ipolicy", "minmax", 0, "max", "cpu-count"), [], "expected a whole number, got a list"),
    (("version",), "3.0", "expected a whole number, got '3.0'"),
    (("serial_no",), ABSENT, "is missing"),
    (("serial_no",), None, "is missing"),
    (("mtime",), "x", "expected a number, got 'x'"),
    # amounts of memory
    (("instances", INSTANCE, "beparams", "maxmem"), "much", "expected an amount of memory in MiB, got 'much'"),
    (("instances", INSTANCE, "beparams", "maxmem"), HUGE, f"expected an amount of memory in MiB, got '{HUGE[:36]}..."),
    (("cluster", "beparams", "default", "minmem"), True, "expected an amount of memory in MiB, got True"),
    (("instances", INSTANCE, "beparams", "vcpus"), "2", "expected a whole number, got '2'"),
    # flags and choices
    (("nodes", NODE, "offline"), 0, "expected true or false, got 0"),
    (("cluster", "beparams", "default", "auto_balance"), "yes", "expected true or false, got 'yes'"),
    (("instances", INSTANCE, "admin_state"), "running", "expected one of up, down, offline, got 'running'"),
    (("nodegroups", GROUP, "alloc_policy"), 3, "expected one of preferred, last_resort, unallocable, got 3"),
    # containers
    (("nodes",), [], "expected an object, got a list"),
    (("nodes",), ABSENT, "is missing"),
    (("nodes",), None, "is missing"),
    (("cluster",), None, "is missing"),
    (("cluster",), 3, "expected an object, got 3"),
    (("disks",), "none", "expected an object, got 'none'"),
    (("instances", INSTANCE), None, "expected an object, got null"),
    (("instances", INSTANCE, "nics"), {}, "expected a list, got an object"),
    (("instances", INSTANCE, "nics", 0), "eth0", "expected an object, got 'eth0'"),
    (("instances", INSTANCE, "hvparams"), [], "expected an object, got a list"),
    (("instances", INSTANCE, "disks"), "all", "expected a list, got 'all'"),
    (("disks", DISK, "children"), {}, "expected a list, got an object"),
    (("disks", DISK, "children", 1, "size"), "1", "expected a whole number, got '1'"),
    (("disks", DISK, "logical_id"), "x", "expected a list, got 'x'"),
    (("disks", DISK, "logical_id", 2), 2**64, f"{TOO_LARGE} 18446744073709551616"),
    (("nodegroups", GROUP, "diskparams", "plain"), 3, "expected an object, got 3"),
    (("cluster", "os_hvp", "image+small", "kvm"), [], "expected an object, got a list"),
    (("nodegroups", GROUP, "floor", "b"), 2**64, f"{TOO_LARGE} 18446744073709551616"),
    # identity
    (("nodes", NODE, "uuid"), "other", "differs from the key that it stands under: other"),
]  # fmt: skip


def shown(steps: Steps) -> str:
    """A place as faults name it."""
    return "/".join(map(str, steps))


@pytest.mark.parametrize(("steps", "value", "message"), ONE_FAULT, ids=[shown(steps) for steps, _, _ in ONE_FAULT])
def test_one_fault(steps: Steps, value: object, message: str) -> None:
    """A wrong value is one fault, with its place and what was expected."""
    assert faults_with((steps, value)) == [f"{shown(steps)}: {message}"]


def test_all_faults_come_at_once_in_file_order() -> None:
    """Faults of one object and of several are all told, in the order in which the file has them."""
    changes: list[tuple[Steps, object]] = [
        (("cluster", "rsahostkeypub"), 1),
        (("cluster", "ndparams", "ovs"), 1),
        (("cluster", "serial_no"), "x"),
        (("nodes", NODE, "primary_ip"), 1),
        (("nodes", NODE, "tags", 0), 1),
        (("instances", INSTANCE, "hvparams"), 1),
        (("instances", INSTANCE, "nics", 0, "mac"), 1),
        (("instances", INSTANCE, "nics", 1, "uuid"), 1),
        (("instances", INSTANCE, "uuid"), 1),
        (("disks", DISK, "logical_id"), 1),
        (("disks", DISK, "children", 0, "dev_type"), 1),
        (("disks", DISK, "children", 1, "logical_id"), 1),
        (("filters", RULE, "predicates"), 1),
        (("mtime",), "x"),
    ]
    assert [text.partition(":")[0] for text in faults_with(*reversed(changes))] == [
        shown(steps) for steps, _ in changes
    ]


def test_missing_keys_come_after_those_that_are_there() -> None:
    """What a file lacks has no place in its order: it is told at the end of the object that lacks it."""
    changes: list[tuple[Steps, object]] = [
        (("instances", INSTANCE, "name"), ABSENT),
        (("instances", INSTANCE, "os"), ABSENT),
        (("instances", INSTANCE, "nics", 0, "mac"), ABSENT),
        (("instances", INSTANCE, "uuid"), 5),
        (("nodes",), ABSENT),
        (("filters", RULE, "priority"), "x"),
    ]
    assert [text.partition(":")[0] for text in faults_with(*changes)] == [
        f"instances/{INSTANCE}/nics/0/mac",
        f"instances/{INSTANCE}/uuid",
        f"instances/{INSTANCE}/name",
        f"instances/{INSTANCE}/os",
        f"filters/{RULE}/priority",
        "nodes",
    ]


def test_file_order_is_the_files_own() -> None:
    """A file with its parts in another order has its faults in that order."""
    config = replaced(replaced(CONFIG, ("nodes", NODE, "name"), 1), ("cluster", "serial_no"), "x")
    turned = dict(reversed(config.items()))
    assert [fault.path for fault in faults_in(encode(turned))] == [f"nodes/{NODE}/name", "cluster/serial_no"]


def test_the_text_names_the_first_twenty() -> None:
    """The text of an error stays readable however many faults there are."""
    error = ConfigFormatError([Fault(f"nodes/{number}", "is odd") for number in range(23)])
    assert str(error).startswith("nodes/0: is odd; nodes/1: is odd; ")
    assert str(error).endswith("nodes/19: is odd; and 3 more faults")
    assert len(error.faults) == 23


def test_long_values_are_shown_in_part() -> None:
    """A fault's text does not repeat a whole long value."""
    (text,) = faults_with((("nodes", NODE, "offline"), "x" * 1000))
    assert text.endswith(f"got '{'x' * 36}...")


LEAVES = st.sampled_from((None, True, 0, -1, 1.5, 1e300, 2**63, 10**30, "", "x", "1G", "up", "drbd"))
KEYS = st.sampled_from(("a", "uuid", "default", "forthcoming"))
JSON_VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=2), max_leaves=4
)


@given(steps=st.sampled_from(places(CONFIG)[1:]), value=JSON_VALUES | st.just(ABSENT))
def test_any_value_anywhere(steps: Steps, value: Any) -> None:
    """Whatever stands at one place, the file is loaded or every fault names that place or one next to it."""
    if value is ABSENT and isinstance(steps[-1], int):
        return
    changed = replaced(CONFIG, steps, value)
    around = shown(steps[:-1])
    for fault in faults_in(encode(changed)):
        assert fault.path.startswith(around)
        assert fault.message
