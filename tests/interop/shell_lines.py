"""Shell lines with Ganeti's commands or ours in them, run where there is no terminal that could be asked anything."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from .luxi import Connection
from .processes import wait_until
from .reference_cluster import SYSTEM_PATH, ReferenceCluster

LINE_SECONDS: Final = 120


def run_line(
    line: str, environment: Mapping[str, str], programs: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """What came of a line; the first failure in a pipe is the pipe's.

    :param programs: where programs are looked for before Ganeti's.
    """
    path = SYSTEM_PATH if programs is None else f"{programs}:{SYSTEM_PATH}"
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        env={**os.environ, "LC_ALL": "C.UTF-8", **environment, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LINE_SECONDS,
        start_new_session=True,
        check=False,
    )


def end_all_jobs(reference: ReferenceCluster) -> None:
    """Let no job run: it would hold locks that commands want."""
    with Connection(reference.query_socket) as connection:

        def list_open() -> list[int]:
            jobs = connection.ask("QueryJobs", [None, ["id", "status"]]).result
            return [number for number, status in jobs if status not in ("success", "error", "canceled")]

        def end_all() -> bool:
            for number in list_open():
                connection.ask("CancelJob", [number, True])
            return not list_open()

        wait_until(end_all, "all jobs are over")
