"""The manual page about files names each that the programs know, and no others."""

import re
from pathlib import Path
from typing import Final

from attrs import evolve

from ganeti_lite.config.ssconf import ssconf_values
from ganeti_lite.masterd.queue_lock import LOCK
from ganeti_lite.masterd.queue_store import SERIAL
from ganeti_lite.paths import GanetiPaths
from tests.query.small_clusters import CLUSTER, make_snapshot

PAGE: Final = Path(__file__).parent.parent / "man/ganeti-lite-files.5.rst"
IN_THE_QUEUE: Final = {"job-ID", "archive/N/job-ID", SERIAL, LOCK, "version", "drain"}


def test_paths() -> None:
    """Each file and socket below the root has an entry."""
    paths = GanetiPaths("/")
    properties = [name for name, value in vars(GanetiPaths).items() if isinstance(value, property)]
    known = {getattr(paths, name).removeprefix("/") for name in properties if not name.endswith("_dir")}
    known |= {f"var/lib/ganeti/queue/{name}" for name in IN_THE_QUEUE}
    known |= {f"{paths.livelock_dir}/masterd_PID_TIME".removeprefix("/")}
    known |= {"var/lib/ganeti/ssconf_KEY", "var/lib/ganeti/server.pem", "var/lib/ganeti/client.pem"}
    entries = re.findall(r"^\*.*\*$", PAGE.read_text(), flags=re.MULTILINE)
    assert {path for line in entries for path in line.strip("*").split("*, *")} == known


def test_ssconf_keys() -> None:
    """The keys that the page lists are those that nodes are sent."""
    entry = PAGE.read_text().partition("ssconf_KEY*")[2].partition("Both daemons")[0]
    listed = set(re.findall(r"\*([a-z_]+?)(?:_HYPERVISOR)?\*", entry))
    sent = {
        re.sub(r"^(hvparams)_.*", r"\1", key)
        for key in ssconf_values(make_snapshot(cluster=evolve(CLUSTER, hvparams={"fake": {}})))
    }
    assert listed == sent
