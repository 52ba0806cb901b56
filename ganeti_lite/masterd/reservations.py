"""What jobs have chosen for objects that they have not written yet: MACs, addresses, ports, UUIDs."""

from collections.abc import Callable, Iterable

from ganeti_lite.snapshot import ClusterSnapshot

from .units import Reserved


class Reservations:
    """Resources by the job that has reserved them, until its opcode ends."""

    def __init__(self) -> None:
        self._by_job: dict[int, set[tuple[str, str]]] = {}

    @property
    def reserved(self) -> Reserved:
        """All of them, as (kind, value)."""
        return frozenset[tuple[str, str]]().union(*self._by_job.values())

    def choose(
        self,
        job_id: int,
        choose: Callable[[ClusterSnapshot, Reserved], Iterable[tuple[str, str]]],
        snapshot: ClusterSnapshot,
    ) -> tuple[tuple[str, str], ...]:
        """What *choose* makes of the snapshot and of what is reserved; the job has it from now on."""
        chosen = tuple(choose(snapshot, self.reserved))
        self._by_job.setdefault(job_id, set()).update(chosen)
        return chosen

    def drop(self, job_id: int) -> None:
        """Forget all of a job's."""
        self._by_job.pop(job_id, None)
