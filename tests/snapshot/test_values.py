"""Nothing that can be reached from a snapshot can be changed, and the model does not change by accident.

``python -m tests.snapshot.test_values`` writes the list of attributes again.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from operator import delitem, setitem
from pathlib import Path
from types import MappingProxyType
from typing import Any

import attrs
from hypothesis import given, settings

from ganeti_lite.config import parse_config
from ganeti_lite.simulator import encode_config
from ganeti_lite.snapshot import (
    Cluster,
    ClusterSnapshot,
    Disk,
    FilterRule,
    Instance,
    NameIndex,
    Network,
    Nic,
    Node,
    NodeGroup,
    Table,
)
from tests.config.places import CONFIG
from tests.strategies import JsonObject, configs

from .plain import RELATIONS

MODEL = Path(__file__).parent / "model.txt"
CLASSES = (ClusterSnapshot, Cluster, Node, NodeGroup, Instance, Nic, Disk, Network, FilterRule, Table, NameIndex)
SCALARS = (str, int, float, bool, type(None))

ADVICE = """the attributes of the snapshot's classes are not those of {path}.
If a key of config.data was added, removed or has another type:
 - see that the loader structures it (ganeti_lite/config/_attributes.py) and that files without it can still be loaded;
 - see what files of older versions get for it: a default of the class, or a step in ganeti_lite/config/upgrades, and in
   tests/config/upgrades/older.py the version that brought it;
 - say where it stands when it is written (ganeti_lite/config/_members.py);
 - add it to a golden configuration in tests/config/golden and write what follows from it again
   (tests/config/test_golden.py and, for the older versions, tests/config/upgrades/golden.py);
 - if clients see it, see to the fields in ganeti_lite/query/fields.
Then write the list again: python -m tests.snapshot.test_values"""


def reachable(value: Any) -> Iterator[Any]:
    """Every object that can be reached from *value*, itself first, scalars left out."""
    seen: set[int] = set()
    found = [value]
    while found:
        item = found.pop()
        if isinstance(item, SCALARS) or id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        found.extend(parts_of(item))


def parts_of(item: Any) -> list[Any]:
    """What an object holds."""
    if attrs.has(type(item)):
        relations = RELATIONS if isinstance(item, ClusterSnapshot) else ()
        return [getattr(item, name) for name in (*attributes_of(item), *relations)]
    return [*item.keys(), *item.values()] if isinstance(item, Mapping) else list(item)


def attributes_of(item: Any) -> list[str]:
    """The names of an attrs object's attributes."""
    return [field.name for field in attrs.fields(type(item))]


def is_refused(error: type[Exception], change: Callable[..., object], *arguments: object) -> bool:
    """Whether a change fails with that error."""
    try:
        change(*arguments)
    except error:
        return True
    return False


def refuses_changes(item: Any) -> bool:
    """Whether an object is of a kind that cannot be changed, and refuses attempts."""
    if attrs.has(type(item)):
        names = (*attributes_of(item), "new")
        return all(
            is_refused(AttributeError, setattr, item, name, None) and is_refused(AttributeError, delattr, item, name)
            for name in names
        )
    return (
        type(item) in (tuple, MappingProxyType)
        and is_refused(TypeError, setitem, item, 0, None)
        and is_refused(TypeError, delitem, item, 0)
    )


@settings(max_examples=5)
@given(configs())
def test_nothing_can_be_changed(config: JsonObject) -> None:
    """Every object that a snapshot, its relations included, leads to is frozen."""
    for item in reachable(parse_config(encode_config(config))):
        assert refuses_changes(item)


def test_no_relation_can_be_replaced() -> None:
    """What a snapshot has derived is as read-only as the rest of it."""
    snapshot = parse_config(encode_config(CONFIG))
    for name in RELATIONS:
        getattr(snapshot, name)
        assert is_refused(AttributeError, setattr, snapshot, name, {})


def test_every_class_is_reached() -> None:
    """The golden configuration leads to objects of all classes, so that the walk misses none."""
    kinds = {type(item) for item in reachable(parse_config(encode_config(CONFIG)))}
    assert {*CLASSES, tuple, MappingProxyType} <= kinds


def describe_model() -> str:
    """Each attribute of each class with its type and default, as the source has them."""
    lines = [f"{cls.__name__}.{ast.unparse(node)}" for cls in CLASSES for node in annotated(cls)]
    return "\n".join(lines) + "\n"


def annotated(cls: type) -> list[ast.AnnAssign]:
    """The annotated names in the body of a class."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(definition, ast.ClassDef)
    return [node for node in definition.body if isinstance(node, ast.AnnAssign)]


def test_the_model_is_the_one_on_record() -> None:
    """A change of the model is made knowingly: it has consequences in other places."""
    assert describe_model() == MODEL.read_text(), ADVICE.format(path=MODEL)


if __name__ == "__main__":
    MODEL.write_text(describe_model())
