"""OP_TAGS_SET, OP_TAGS_DEL, OP_TAGS_GET, OP_TAGS_SEARCH: tags of the cluster, groups, nodes, instances, networks.

Source: what Ganeti 3.0 does. A job whose tags are all there already still counts as a change, as it does there.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

from attrs import evolve, frozen

from ganeti_lite.constants import ErrorCode, LockMode, TagKind
from ganeti_lite.errors import OpExecError, OpPrereqError, TagError
from ganeti_lite.masterd.changes import update, update_cluster
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.lookup import find_group, find_instance, find_network, find_node
from ganeti_lite.query.qfilter import Regex, RegexSyntaxError, SearchAllowance
from ganeti_lite.snapshot import Cluster, ClusterSnapshot, Instance, Network, Node, NodeGroup

from ._effects import ChangeConfig, Effects
from ._unit import LogicalUnit, Order

Tagged: TypeAlias = Cluster | Instance | Network | Node | NodeGroup

MAX_LENGTH: Final = 128
"""Characters of a tag."""

MAX_TAGS: Final = 4096
"""Tags of one object."""

_TAG: Final = re.compile(r"[\w.+*/:@-]+", re.ASCII)


@frozen
class _Kind:
    """How objects of one kind are found and locked.

    :ivar find: the object of a name.
    :ivar lock: the lock's level and the attribute that names it; None for the cluster, which has none.
    :ivar table: the snapshot's attribute.
    :ivar path: in front of the name in the results of a search.
    """

    find: Callable[[ClusterSnapshot, str | None], Tagged]
    lock: tuple[LockLevel, str] | None
    table: str
    path: str


def _named(find: Callable[[ClusterSnapshot, str], Tagged]) -> Callable[[ClusterSnapshot, str | None], Tagged]:
    """The same for objects that have to be named: there is none without a name."""
    return lambda snapshot, name: find(snapshot, name or "")


_KINDS: Final[Mapping[TagKind, _Kind]] = {
    TagKind.CLUSTER: _Kind(lambda snapshot, _: snapshot.cluster, None, "cluster", "/cluster"),
    TagKind.GROUP: _Kind(find_group, (LockLevel.GROUP, "uuid"), "nodegroups", "/nodegroup"),
    TagKind.NODE: _Kind(_named(find_node), (LockLevel.NODE, "uuid"), "nodes", "/nodes"),
    TagKind.INSTANCE: _Kind(_named(find_instance), (LockLevel.INSTANCE, "name"), "instances", "/instances"),
    TagKind.NETWORK: _Kind(_named(find_network), (LockLevel.NETWORK, "uuid"), "networks", "/network"),
}


def check_tag(tag: object) -> str:
    """A tag that may be set.

    :raises TagError: it may not.
    """
    if not isinstance(tag, str):
        raise TagError("Invalid tag type (not a string)")
    if len(tag) > MAX_LENGTH:
        raise TagError(f"Tag too long (>{MAX_LENGTH} characters)")
    if not tag:
        raise TagError("Tags cannot be empty")
    if not _TAG.fullmatch(tag):
        raise TagError("Tag contains invalid characters")
    return tag


def _find(order: Order, snapshot: ClusterSnapshot) -> Any:
    """The object whose tags are meant."""
    return _KINDS[TagKind(order["kind"])].find(snapshot, order["name"])


def _wish(order: Order, level: LockLevel, snapshot: ClusterSnapshot, mode: LockMode) -> LockWish | None:
    """The lock of the object whose tags are meant."""
    lock = _KINDS[TagKind(order["kind"])].lock
    if lock is None or lock[0] is not level:
        return None
    return LockWish(frozenset({getattr(_find(order, snapshot), lock[1])}), mode)


class _TagsChange(LogicalUnit[frozenset[str]]):
    """What setting and deleting have in common; the plan is the object's tags afterwards."""

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """The object must be there."""
        item = _find(order, snapshot)
        return order if isinstance(item, Cluster) else order.with_parameters(name=item.name)

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The object, for this job alone."""
        return _wish(order, level, snapshot, LockMode.EXCLUSIVE)

    def execute(self, order: Order, plan: frozenset[str]) -> Effects[object]:
        """Write them."""
        yield ChangeConfig(partial(_replace_tags, order, tuple(sorted(plan))))
        return None


def _replace_tags(order: Order, tags: tuple[str, ...], snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    item = evolve(_find(order, snapshot), tags=tags)
    return update_cluster(snapshot, item, now) if isinstance(item, Cluster) else update(snapshot, item, now)


class TagsSet(_TagsChange):
    """Adds tags; those that the object has already are no mistake."""

    op_id = "OP_TAGS_SET"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[frozenset[str]]:
        """Each must be a tag."""
        yield from ()
        tags = frozenset(_find(order, snapshot).tags).union(map(check_tag, order["tags"]))
        if len(tags) > MAX_TAGS:
            raise OpExecError("Error while setting tag: Too many tags")
        return tags


class TagsDel(_TagsChange):
    """Takes tags away, all of which the object must have."""

    op_id = "OP_TAGS_DEL"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[frozenset[str]]:
        """Nothing is taken away if one of them is not there."""
        yield from ()
        unwanted = frozenset(map(check_tag, order["tags"]))
        tags = frozenset(_find(order, snapshot).tags)
        if missing := sorted(unwanted - tags):
            quoted = ", ".join(f"'{tag}'" for tag in missing)
            raise OpPrereqError(f"Tag(s) {quoted} not found", ErrorCode.UNKNOWN_ENTITY)
        return tags - unwanted


class TagsGet(LogicalUnit[list[str]]):
    """Reads the tags of one object."""

    op_id = "OP_TAGS_GET"

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """None, unless it is asked for."""
        return _wish(order, level, snapshot, LockMode.SHARED) if order["use_locking"] else None

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[list[str]]:
        """The object must be there."""
        yield from ()
        return sorted(_find(order, snapshot).tags)

    def execute(self, order: Order, plan: list[str]) -> Effects[object]:
        """What was found."""
        del order
        yield from ()
        return plan


class TagsSearch(LogicalUnit[list[list[str]]]):
    """Finds tags by a regular expression, in all objects."""

    op_id = "OP_TAGS_SEARCH"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[list[list[str]]]:
        """The pattern must be one."""
        yield from ()
        try:
            pattern = Regex(order["pattern"])
        except RegexSyntaxError as error:
            raise OpPrereqError(f"Invalid search pattern '{order['pattern']}': {error.reason}") from error
        tagged = [(path, tag) for path, tags in _list_tagged(snapshot) for tag in sorted(tags)]
        found = pattern.find_in([tag for _, tag in tagged], SearchAllowance())
        return [[path, tag] for (path, tag), is_found in zip(tagged, found, strict=True) if is_found]

    def execute(self, order: Order, plan: list[list[str]]) -> Effects[object]:
        """What was found."""
        del order
        yield from ()
        return plan


def _list_tagged(snapshot: ClusterSnapshot) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each object's path and tags."""
    for kind in _KINDS.values():
        if kind.lock is None:
            yield kind.path, snapshot.cluster.tags
            continue
        for item in getattr(snapshot, kind.table).ordered:
            yield f"{kind.path}/{item.name}", item.tags
