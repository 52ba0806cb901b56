"""Opcodes as JSON, right and wrong ones, made from the tables and a pool of values that fit some parameter or none."""

import random
from collections.abc import Iterator
from typing import Any, Final

from ganeti_lite.opcodes import COMMON_PARAMETERS, OPCODES, Absent, MismatchError, Opcode, Parameter

JsonObject = dict[str, Any]
Values = tuple[Any, ...]

_NUMBERS: Final[Values] = (
    *(0, 1, -1, 5, 10, -10, 15, 16, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64, 2**64 + 10),
    *(10**30, 1.0, 1.5, 2.5, 0.5, -0.5, -1.0, -1.6, 0.01, 9.6, 15.4, 2.0**63, 1e22, 1e300, 1e-5, 5e-324, 10**400),
)
_TEXTS: Final[Values] = (
    *("", "x", " x ", "1", "1.5", "true", "None", "x,y", "10.0.0.1", "10.0.0.0/24", "fe80::/64", "10.0.0.1/33"),
    *("in", "allocate", "all", "live", "create", "local", "soft", "loop", "admin", "kvm", "drbd", "lvm-vg", "instance"),
    *("nodegroup", "network", "os", "extstorage", "job", "health", "rsa", "preferred", "replace_auto", "bridged"),
)
_LISTS: Final[Values] = (
    *([], [""], ["x"], ["y", "x"], ["x", "xy"], ["i", "n"], [["x", "y"]], [1], [2, 1], [16], [-1], [1.5], [None]),
    *([True], [[]], [[1, 2]], [[1.0, 2.5]], [[1]], [[1, 2, 3]], [["1", 2]], ["drbd", "plain"], ["kvm", "fake"]),
    *(["EEXTAGS", "ENODEHV", "EEXTAGS"], ["nplusone_mem", "nplusone_mem"], [["add", "x"], ["remove", "y"]]),
    *([["add", ""]], [["modify", "x"]], [["add", "x", 1]], ["=", "name", 1.0], [{"OP_ID": "OP_X", "a": 1.0}]),
)
_OBJECTS: Final[Values] = (
    *({}, {"a": 1}, {"a": 1.0}, {"a": None}, {"a": True}, {"a": "b"}, {"a": {}}, {"a": {"b": 1.0}}, {"a": []}),
    *({"drbd": {}}, {"drbd": {"a": 1.0}}, {"drbd": {}, "x": {}}, {"a": True, "b": False}, {"a": "<redacted>"}),
)
_NICS: Final[Values] = (
    *({"mode": "x", "link": "x", "ip": "", "vlan": "", "mac": "auto", "network": "n", "name": "z", "bridge": "b"},),
    *({"mode": ""}, {"mac": None}, {"ip": 1}, {"link": ["x"]}, {"name": ""}, {"network": ""}, {"bridge": ""}),
    *({"link": "x", "unheard": "x"},),
)
_DISKS: Final[Values] = (
    *({"size": 1, "mode": "ro", "vg": "v", "metavg": "m", "adopt": "a", "name": "n", "spindles": 2, "access": "x"},),
    *({"size": 1.5, "provider": "p", "any": [1.0]}, {"size": None}, {"size": []}, {"mode": "x"}, {"vg": ""}),
    *({"spindles": "1"}, {"access": ["u"]}, {"any": None}, {"metavg": 1}, {"adopt": ""}, {"name": ""}),
)
_SIZES: Final[Values] = (
    *("1", "-1", "1G", "1g", "1gb", "1GiB", "1m", "3 tib", "1k", "1.5", "1.5G", "1e3", " 1", "1 ", "1 G", "1G ", "x"),
    *("(1)", "((1)) g", "(1", "( - 1 )", "- 1", "--1", "+1", "0x10m", "0o17", "010", "99999999999999999999", "1gi"),
    *("", "g", "1\t", "\t1", "1_0", "0x", "123456789012tb", "-(1)", "9223372036854775807t"),
)
_CHANGES: Final[Values] = (
    *([["add", {}]], [["modify", {}]], [[0, {}]], [[-1, {}]], [[300, {}]], [["add", {}], [1, {}]], [["add", 0, {}]]),
    *([["modify", -2, {}]], [["detach", "nm", {}]], [["attach", ["n", "m"], {}]], [["add", 1.5, {}]], [["x", 0, {}]]),
    *([["add", 0, {}], ["remove", "n", {}]], [["add", {}], ["add", 0, {}]], [["add", None, {}]], [["add", 0, {}, 1]]),
    *([["add", 0]], [[0, 0, {}]], [[15, {"size": "1G"}]], [[16, {"size": 1}]], [0, [0, {}]], [["add", 0, None]]),
)
_JOBS: Final[Values] = (
    *(1, 0, -1, 1.0, 1.5, 0.4, -0.4, -1.6, 2**63, 2**64 + 3, "1", " 1", "1 ", "01", "0x10", "(1)", "( 1 )", "-1", "-0"),
    *("", "x", "1.0", "9223372036854775808", "18446744073709551617", None, True, [], ["1"]),
)
_DEPENDENCIES: Final[Values] = (
    *([[job, []]] for job in _JOBS),
    *([[1, [end]]] for end in ("success", "error", "canceled", "canceling", "queued", "running", "waiting", "", 1)),
    *([[1, ["error", "success", "error"]], [2, []]], [[1]], [[1, None]], [[1, "success"]], [[1, [], 1]]),
)
_TRAILS: Final[Values] = (
    *([["a", "b", time]] for time in (1795374995465420000, 0, -1, 1.5, 2.5, 1e22, 2**64, "1", None, True)),
    *([["", "", 1], [["a"], "b", 2]], [["a", "b"]], [["a", "b", 1, 2]], [[None, "b", 1]], [["a", 1, 1]]),
)

POOL: Final[Values] = (
    *(None, True, False),
    *(_NUMBERS + _TEXTS + _LISTS + _OBJECTS),
    *(_NICS + tuple([nic] for nic in _NICS) + tuple([["add", nic]] for nic in _NICS)),
    *(tuple([disk] for disk in _DISKS) + tuple([["add", 0, disk]] for disk in _DISKS)),
    *(tuple([{"size": size}] for size in _SIZES) + _CHANGES + _DEPENDENCIES + _TRAILS),
)
"""Values to give any parameter."""

ODD: Final[Values] = (
    *(None, 1.0, "x", [], {}, [1.0, {"a": [2.0]}], {"OP_ID": None}, {"OP_ID": 1}, {"OP_ID": ""}, {"OP_ID": "OP"}),
    *({"OP_ID": "OP_"}, {"OP_ID": "OP_UNHEARD", "a": 1.0}, {"OP_ID": ["O", "P", "_", "X"]}, {"OP_ID": ["OP_X"]}),
    *({"OP_ID": "op_test_delay", "duration": 1, "reason": []}, {"OP_ID": []}, {"reason": []}),
    *({"OP_ID": [*"OP_TEST_DELAY"], "duration": 0.01, "reason": []}, {"OP_ID": "OP_TEST_DELAY", "duration": 1}),
)
"""Values that are hardly opcodes."""


def fits(parameter: Parameter, value: object) -> bool:
    """Whether a parameter takes the value by our tables."""
    try:
        parameter.type.decode(value)
    except MismatchError:
        return False
    return True


def minimal(opcode: Opcode) -> JsonObject:
    """The opcode with what it cannot do without."""
    own = {
        item.name: next(value for value in POOL if value is not None and fits(item, value))
        for item in opcode.parameters
        if item.default is Absent.REFUSED
    }
    return {"OP_ID": opcode.name, "reason": [], **own}


def one_parameter_each() -> Iterator[JsonObject]:
    """Every opcode with every value of the pool for every parameter of its own in turn, and without that parameter."""
    for opcode in OPCODES.values():
        least = minimal(opcode)
        yield least
        for parameter in opcode.parameters:
            yield {name: value for name, value in least.items() if name != parameter.name}
            yield from ({**least, parameter.name: value} for value in POOL)


def common_parameters() -> Iterator[JsonObject]:
    """Some opcodes with every value of the pool for the parameters that all have, and for one that none has."""
    for name in ("OP_CLUSTER_QUERY", "OP_TEST_DELAY"):
        least = minimal(OPCODES[name])
        for member in (*(parameter.name for parameter in COMMON_PARAMETERS), "unheard"):
            yield from ({**least, member: value} for value in POOL)


def several_parameters(count: int, seed: int) -> Iterator[JsonObject]:
    """Opcodes with many parameters at once, whose values fit but for one in about every third opcode."""
    draw = random.Random(seed)
    fitting = {name: list(_fitting_values(opcode)) for name, opcode in OPCODES.items()}
    for _ in range(count):
        name = draw.choice(list(OPCODES))
        chosen = {member: draw.choice(values) for member, values in fitting[name] if draw.random() < 0.7}
        raw = {**minimal(OPCODES[name]), **chosen}
        if draw.random() < 0.3:
            raw[draw.choice(list(raw))] = draw.choice(POOL)
        yield raw


def _fitting_values(opcode: Opcode) -> Iterator[tuple[str, list[Any]]]:
    for parameter in (*COMMON_PARAMETERS, *opcode.parameters):
        yield parameter.name, [value for value in POOL if fits(parameter, value)]


def delays(count: int, seed: int) -> Iterator[JsonObject]:
    """Test delays of any length, which a summary shows."""
    draw = random.Random(seed)
    for _ in range(count):
        length = draw.choice(
            [draw.uniform(-1, 1), draw.uniform(0, 1e8), draw.gauss(0, 1) * 10 ** draw.randint(-320, 300)]
        )
        yield {"OP_ID": "OP_TEST_DELAY", "reason": [], "duration": length}
