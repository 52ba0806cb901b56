"""The jobs that the reference cluster was given to look at in lists: some never end, and hold locks."""

from .luxi import Connection
from .processes import wait_until
from .reference_cluster import ReferenceCluster


def end_open_jobs(reference: ReferenceCluster) -> None:
    """End the jobs that still run."""
    with Connection(reference.query_socket) as connection:

        def list_open() -> list[int]:
            jobs = connection.ask("QueryJobs", [None, ["id", "status"]]).result
            return [number for number, status in jobs if status not in ("success", "error", "canceled")]

        def end_all() -> bool:
            for number in list_open():
                connection.ask("CancelJob", [number, True])
            return not list_open()

        wait_until(end_all, "all jobs are over")
