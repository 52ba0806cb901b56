"""The clusters that the comparisons run on, and the counts of what was compared."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest

from ganeti_lite.simulator import ClusterShape, build_config, encode_config

from . import odd_configs
from .compare import Pair
from .isolated import LUXID
from .odd_configs import JsonObject
from .own_mounts import own_directory
from .reference_build import FILE_STORAGE, is_to_be_kept, standing
from .reference_cluster import LIBRARY, ReferenceCluster
from .side_by_side import SideBySide, beside, both
from .tally import Tally

TALLY: Final = pytest.StashKey[Tally]()
MISSING: Final = pytest.StashKey[str]()

EXPORTS: Final = "var/lib/ganeti/export"
"""Where Debian's node daemons look for exports, below a node's root."""

CONFIGS: Final[dict[str, Callable[[], JsonObject]]] = {
    "bare": odd_configs.bare,
    "dangling": odd_configs.dangling,
    "disks": odd_configs.every_disk,
    "forthcoming": odd_configs.forthcoming,
    "generated": lambda: build_config(ClusterShape(nodes=9, instances=40, groups=4, networks=5, seed=11)),
    "interfaces": odd_configs.every_interface,
    "names": odd_configs.odd_names,
    "networks": odd_configs.networks,
    "parameters": odd_configs.parameters,
}
"""The configurations that the real daemon is run on alone."""


JOBS: Final = frozenset(f"test_{name}.py" for name in ("candidate_pool", "failing_nodes", "job_orders", "node_removal"))
"""The modules that have our job daemon carry out orders on a reference cluster: half of what takes time."""


def what_is_missing() -> str:
    """Why the real Ganeti cannot run here, or nothing."""
    if os.geteuid() != 0:
        return "only root can run the real Ganeti"
    is_there = {
        "ganeti": LUXID.exists() and (LIBRARY / "ensure-dirs").exists(),
        "ganeti-os-noop": Path("/usr/share/ganeti/os/noop").exists(),
        "iproute2": shutil.which("ip") is not None,
        "util-linux": shutil.which("unshare") is not None,
    }
    absent = [package for package, there in is_there.items() if not there]
    return f"not installed: {', '.join(absent)}" if absent else ""


@pytest.fixture(scope="session")
def real_ganeti(request: pytest.FixtureRequest) -> None:
    """Nothing but that the real Ganeti can run here; else the test is skipped, or fails where it must not be."""
    missing = what_is_missing()
    if missing and os.environ.get("GANETI_LITE_REQUIRE_INTEROP") == "1":
        pytest.fail(missing)
    if missing:
        request.config.stash[MISSING] = missing
        pytest.skip(missing)


@pytest.fixture(scope="session")
def reference(real_ganeti: None) -> Iterator[ReferenceCluster]:
    """A whole real cluster, up and filled: the one that a developer has named, else one built for the session.

    Each process that shares the tests has one of its own, unless a developer wants to find it again.
    """
    cluster = ReferenceCluster.from_environment(os.environ)
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if "GANETI_LITE_REFERENCE_ROOT" in os.environ:
        assert cluster.is_serving(), f"no cluster is up in {cluster.base}"
        yield cluster
    elif worker is None or there_is_one_cluster():
        with standing(cluster, keep=is_to_be_kept()):
            yield cluster
    else:
        with own_directory(FILE_STORAGE), standing(cluster.another(worker), keep=False):
            yield cluster.another(worker)


def there_is_one_cluster() -> bool:
    """Whether all comparisons are to be made on the same cluster, a developer's."""
    return "GANETI_LITE_REFERENCE_ROOT" in os.environ or is_to_be_kept()


@pytest.fixture
def exports(reference: ReferenceCluster) -> Iterator[None]:
    """Two exports on one node, none on another; the other nodes have no place for them."""
    places = [reference.node_root(number) / EXPORTS for number in (2, 3)]
    for place in places:
        place.mkdir()
    try:
        for name in ("inst4.example.com", "gone.example.com"):
            (places[0] / name).mkdir()
        yield
    finally:
        for place in places:
            shutil.rmtree(place)


@contextmanager
def short_folder() -> Iterator[Path]:
    """A temporary folder of a short name: a Unix socket's path has at most 107 bytes, and Ganeti's own part has 57."""
    with TemporaryDirectory(prefix="gl-") as folder:
        yield Path(folder)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A temporary folder for clusters."""
    with short_folder() as path:
        yield path


@pytest.fixture(scope="session", params=["reference", *CONFIGS])
def daemons(request: pytest.FixtureRequest, real_ganeti: None) -> Iterator[SideBySide]:
    """The real query daemon and ours, on the reference cluster and on each of :data:`CONFIGS` in turn."""
    name: str = request.param
    with ExitStack() as stack:
        path = stack.enter_context(short_folder())
        if name == "reference":
            reference: ReferenceCluster = request.getfixturevalue("reference")
            yield stack.enter_context(beside(name, reference.paths, path))
        else:
            yield stack.enter_context(both(name, encode_config(CONFIGS[name]()), path))


@pytest.fixture
def pair(daemons: SideBySide) -> Iterator[Pair]:
    """A client of each of the two daemons."""
    with daemons.pair() as connected:
        yield connected


@pytest.fixture(scope="session")
def tally(request: pytest.FixtureRequest) -> Tally:
    """Counts what is compared, for the summary at the end."""
    return request.config.stash.setdefault(TALLY, Tally())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let ``--dist=loadgroup`` share the comparisons among two processes, each of which has a reference cluster."""
    for item in items:
        if item.get_closest_marker("interop") is not None:
            item.add_marker(pytest.mark.xdist_group(_name_group(item)))


def _name_group(item: pytest.Item) -> str:
    """One of the reference clusters, or else a configuration, or else the module."""
    arguments = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    fixtures = getattr(item, "fixturenames", ())
    if "daemons" in arguments:
        return str(arguments["daemons"])
    if "reference" not in fixtures:
        return item.path.name
    return "jobs" if item.path.name in JOBS and not there_is_one_cluster() else "reference"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Have the process that shares out the tests know what was compared here, if there is one."""
    told: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if told is None:
        return
    if TALLY in session.config.stash:
        told["tally"] = session.config.stash[TALLY].plain()
    told["missing"] = session.config.stash.get(MISSING, "")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add what was compared there."""
    stash: pytest.Stash = node.config.stash
    told: dict[str, Any] = getattr(node, "workeroutput", {})
    if "tally" in told:
        stash.setdefault(TALLY, Tally()).add(told["tally"])
    if told.get("missing"):
        stash[MISSING] = told["missing"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show what was compared, or in one line why nothing was."""
    if MISSING in config.stash:
        terminalreporter.write_line(f"no comparison with the real Ganeti: {config.stash[MISSING]}")
    counted = config.stash.get(TALLY, None)
    if counted is not None:
        terminalreporter.section("compared with the real Ganeti")
        for line in counted.lines():
            terminalreporter.write_line(line)
