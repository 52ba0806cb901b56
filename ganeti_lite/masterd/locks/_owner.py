"""Who holds locks."""

from attrs import frozen


@frozen(cache_hash=True)
class LockOwner:
    """A job, as lock queries know it.

    :ivar livelock: path of a file that is locked for as long as the job's process lives; empty if there is none.
    :ivar pid: number of that process.
    """

    job_id: int
    livelock: str = ""
    pid: int = 0

    def to_wire(self) -> list[object]:
        """The form ``[job id, livelock, pid]`` that Ganeti 3.0 gives owners."""
        return [self.job_id, self.livelock, self.pid]
