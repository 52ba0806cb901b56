"""What there is to know of a cluster that is not in its configuration."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from attrs import frozen

from ganeti_lite.snapshot import ClusterSnapshot


@frozen
class ClusterState:
    """The state of the node that answers.

    :ivar is_drained: whether the job queue takes no new jobs.
    :ivar watcher_pause: until when the watcher pauses, in whole seconds since 1970; None if it does not.
    :ivar architecture: word size and name of the processor, such as ``("64bits", "x86_64")``.
    :ivar build: name and version of the answering program.
    """

    is_drained: bool
    watcher_pause: int | None
    architecture: tuple[str, str]
    build: str


_VALUES: Final[Mapping[str, Callable[[ClusterSnapshot, ClusterState], object]]] = {
    "cluster_name": lambda snapshot, _: snapshot.cluster.cluster_name,
    "master_node": lambda snapshot, _: None if snapshot.master is None else snapshot.master.name,
    "drain_flag": lambda _, state: state.is_drained,
    "watcher_pause": lambda _, state: state.watcher_pause,
    "modify_ssh_setup": lambda snapshot, _: snapshot.cluster.modify_ssh_setup,
    "ssh_key_type": lambda snapshot, _: snapshot.cluster.ssh_key_type,
    "ssh_key_bits": lambda snapshot, _: snapshot.cluster.ssh_key_bits,
}


def list_config_values(snapshot: ClusterSnapshot, state: ClusterState, names: Sequence[str]) -> list[object]:
    """The answer of ``QueryConfigValues``: a value for each of *names*; null for a name that is not known."""
    return [_VALUES[name](snapshot, state) if name in _VALUES else None for name in names]
