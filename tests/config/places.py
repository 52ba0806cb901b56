"""Changing one place of a configuration, for tests of what is wrong there."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ganeti_lite.config import ConfigFormatError, Fault, load_config

from .test_golden import GOLDEN

Steps = tuple[str | int, ...]

ABSENT: Final = object()
"""Stands for a key that is not there."""

CONFIG: Final[Any] = json.loads((GOLDEN / "config-3.0.json").read_text())
NODE: Final = "20000001-aaaa-4000-8000-000000000001"
GROUP: Final = "10000002-aaaa-4000-8000-000000000002"
INSTANCE: Final = "30000001-aaaa-4000-8000-000000000001"
NETWORK: Final = "40000001-aaaa-4000-8000-000000000001"
DISK: Final = "50000001-aaaa-4000-8000-000000000001"
RULE: Final = "70000001-aaaa-4000-8000-000000000001"


def replaced(tree: Any, steps: Steps, value: object) -> Any:
    """*tree* with another value at one place; the given tree stays as it is."""
    if not steps:
        return value
    first, *rest = steps
    inner = replaced(tree[first] if rest else None, tuple(rest), value)
    if isinstance(tree, list):
        return [inner if index == first else item for index, item in enumerate(tree)]
    if inner is ABSENT:
        return {key: item for key, item in tree.items() if key != first}
    return {**tree, first: inner}


def places(tree: Any) -> list[Steps]:
    """Every place of *tree*, in order, the top included."""
    members: Sequence[tuple[Any, Any]] = (
        list(tree.items()) if isinstance(tree, Mapping) else list(enumerate(tree)) if isinstance(tree, list) else []
    )
    return [(), *((key, *inner) for key, item in members for inner in places(item))]


def encode(config: object) -> bytes:
    """The bytes of a configuration."""
    return json.dumps(config).encode()


def faults_in(data: bytes) -> tuple[Fault, ...]:
    """What is wrong with a file; nothing if it can be loaded."""
    try:
        load_config(data)
    except ConfigFormatError as error:
        return error.faults or (Fault("", "refused without a fault"),)
    return ()


def faults_with(*changes: tuple[Steps, object]) -> list[str]:
    """What is wrong with the golden configuration after *changes*."""
    config = CONFIG
    for steps, value in changes:
        config = replaced(config, steps, value)
    return [str(fault) for fault in faults_in(encode(config))]
