"""Shell lines with Ganeti's commands or ours in them, run where there is no terminal that could be asked anything."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from .reference_cluster import SYSTEM_PATH

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
