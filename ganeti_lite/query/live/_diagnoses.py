"""What nodes report about installed operating systems and external storage providers.

Asked are all nodes that are online and may run instances. Each tells a list of definitions; a name may be found
in several places of one node, of which the first one counts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, TypeAlias

from attrs import frozen

from ganeti_lite.snapshot import ClusterSnapshot, Node, nice_key

from ._calls import NodeAnswers, NodeCall
from ._shapes import ShapeError, read_boolean, read_integer, read_list, read_text

OS_DIAGNOSE: Final = "os_diagnose"
EXTSTORAGE_DIAGNOSE: Final = "extstorage_diagnose"


@frozen
class Definition:
    """One place of a node where something is defined.

    :ivar members: as the node tells it, less the name: path, validity, complaint and what there is to know of it.
    """

    members: tuple[Any, ...]

    @property
    def is_valid(self) -> bool:
        return self.members[1] is True


_Named: TypeAlias = tuple[str, Definition]
_ReadDefinition: TypeAlias = Callable[[object], _Named]


@frozen
class Diagnosis:
    """An operating system or storage provider.

    :ivar by_node: UUID of each node that answered → its definitions, none where it has none.
    """

    name: str
    by_node: Mapping[str, Sequence[Definition]]

    @property
    def first_definitions(self) -> list[Definition] | None:
        """The one that counts of each node; None if a node has no valid one."""
        firsts = [found[0] if found else None for found in self.by_node.values()]
        valid = [first for first in firsts if first is not None and first.is_valid]
        return valid if len(valid) == len(firsts) else None

    @property
    def valid_prefix(self) -> list[Definition]:
        """The first definitions of the nodes before the first node that has no valid one."""
        found = []
        for definitions in self.by_node.values():
            if not definitions or not definitions[0].is_valid:
                break
            found.append(definitions[0])
        return found


def list_os_calls(snapshot: ClusterSnapshot) -> Iterator[NodeCall]:
    """The calls that a list of operating systems needs."""
    return _list_calls(snapshot, OS_DIAGNOSE)


def list_extstorage_calls(snapshot: ClusterSnapshot) -> Iterator[NodeCall]:
    """The calls that a list of storage providers needs."""
    return _list_calls(snapshot, EXTSTORAGE_DIAGNOSE)


def list_operating_systems(snapshot: ClusterSnapshot, answers: NodeAnswers) -> list[Diagnosis]:
    """The operating systems that the nodes have told, in nice order."""
    return _diagnose(snapshot, answers, OS_DIAGNOSE, _read_os)


def list_extstorage(snapshot: ClusterSnapshot, answers: NodeAnswers) -> list[Diagnosis]:
    """The storage providers that the nodes have told, in nice order."""
    return _diagnose(snapshot, answers, EXTSTORAGE_DIAGNOSE, _read_provider)


def list_diagnosed_nodes(snapshot: ClusterSnapshot) -> Iterator[Node]:
    """The nodes that are asked, in listing order."""
    return (node for node in snapshot.nodes.ordered if node.vm_capable and not node.offline)


def _list_calls(snapshot: ClusterSnapshot, method: str) -> Iterator[NodeCall]:
    return (NodeCall(node.uuid, node.primary_ip, method, ()) for node in list_diagnosed_nodes(snapshot))


def _diagnose(
    snapshot: ClusterSnapshot, answers: NodeAnswers, method: str, read_definition: _ReadDefinition
) -> list[Diagnosis]:
    told: dict[str, Sequence[_Named]] = {}
    for node in list_diagnosed_nodes(snapshot):
        with suppress(ShapeError):  # who did not answer in the known form has told nothing
            told[node.uuid] = read_list(answers.get((node.uuid, method)), read_definition)
    names = sorted({name for definitions in told.values() for name, _ in definitions}, key=nice_key)
    return [Diagnosis(name, _select_by_name(told, name)) for name in names]


def _select_by_name(told: Mapping[str, Sequence[_Named]], name: str) -> Mapping[str, Sequence[Definition]]:
    return {node: [item for of, item in definitions if of == name] for node, definitions in told.items()}


def _read_os(raw: object) -> _Named:
    """An OS definition; whether it is trusted, its last member, is missing before 2.12."""
    match raw:
        case [name, path, is_valid, complaint, variants, parameters, api_versions, *rest] if len(rest) <= 1:
            read_list(variants, read_text)
            read_list(api_versions, read_integer)
            read_list(rest, read_boolean)
            return _check_definition(name, path, is_valid, complaint, parameters), Definition(tuple(raw[1:]))
    raise ShapeError("not a definition")


def _read_provider(raw: object) -> _Named:
    """A definition of external storage."""
    match raw:
        case [name, path, is_valid, complaint, parameters]:
            return _check_definition(name, path, is_valid, complaint, parameters), Definition(tuple(raw[1:]))
    raise ShapeError("not a definition")


def _check_definition(name: object, path: object, is_valid: object, complaint: object, parameters: object) -> str:
    """The name, after a look at what all definitions have."""
    read_text(path), read_boolean(is_valid), read_text(complaint)
    read_list(parameters, _read_parameter)
    return read_text(name)


def _read_parameter(raw: object) -> tuple[str, str]:
    """A parameter's name and description."""
    match raw:
        case [name, description]:
            return read_text(name), read_text(description)
    raise ShapeError("not a parameter")
