"""Opcodes that test Ganeti itself."""

from typing import Final

from ._common import IALLOCATOR, TARGET_GROUPS
from ._numbers import show_float
from ._opcode import Opcode, defaulted, flag, opcode, optional, required, secret
from ._structures import NIC
from ._types import ANY, LIST, NAMES, NON_EMPTY, NON_NEGATIVE, NUMBER, TEXT, list_of, one_of
from ._words import DISK_TEMPLATE, EVACUATION_MODE, HYPERVISOR

ALLOCATOR_REQUEST: Final = one_of(
    "allocate", "allocate-secondary", "change-group", "multi-allocate", "node-evacuate", "relocate"
)

TEST_OPCODES: Final[tuple[Opcode, ...]] = (
    opcode(
        "OP_TEST_ALLOCATOR",
        required("direction", one_of("in", "out")),
        required("mode", ALLOCATOR_REQUEST),
        required("name", NON_EMPTY),
        optional("nics", list_of(NIC)),
        optional("disks", LIST),
        optional("hypervisor", HYPERVISOR),
        IALLOCATOR,
        defaulted("tags", NAMES, []),
        optional("memory", NON_NEGATIVE),
        optional("vcpus", NON_NEGATIVE),
        optional("os", NON_EMPTY),
        optional("disk_template", DISK_TEMPLATE),
        optional("instances", NAMES),
        optional("evac_mode", EVACUATION_MODE),
        TARGET_GROUPS,
        defaulted("spindle_use", NON_NEGATIVE, 1),
        defaulted("count", NON_NEGATIVE, 1),
        optional("group_name", NON_EMPTY),
        shown="iallocator",
    ),
    opcode(
        "OP_TEST_DELAY",
        required("duration", NUMBER),
        flag("on_master", default=True),
        defaulted("on_nodes", NAMES, []),
        optional("on_node_uuids", NAMES),
        defaulted("repeat", NON_NEGATIVE, 0),
        flag("interruptible"),
        flag("no_locks", default=True),
        shown="duration",
        show=show_float,
    ),
    opcode(
        "OP_TEST_DUMMY",
        required("result", ANY),
        required("messages", ANY),
        required("fail", ANY),
        required("submit_jobs", ANY),
    ),
    opcode(
        "OP_TEST_JQUEUE",
        flag("notify_waitlock"),
        flag("notify_exec"),
        defaulted("log_messages", list_of(TEXT), []),
        flag("fail"),
    ),
    opcode("OP_TEST_OS_PARAMS", secret("osparams_secret")),
)
