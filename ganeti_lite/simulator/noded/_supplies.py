"""The files that the nodes of a cluster on disk have to begin with: what the master has handed out before."""

from collections.abc import Mapping
from pathlib import Path

import attrs

from ganeti_lite.simulator._objects import JsonObject
from ganeti_lite.simulator._ssconf import ssconf_values
from ganeti_lite.simulator.root import ClusterPaths

from .file_tree import FileTree, StoredFile
from .machine import DATA_DIR, QUEUE_DIR, SimulatedNode


def supply_files(
    machines: tuple[SimulatedNode, ...], config: JsonObject, paths: ClusterPaths
) -> tuple[SimulatedNode, ...]:
    """The machines with their files: ssconf and keys on every node, configuration and job queue on the candidates.

    :param config: of the cluster, as in the file.
    :raises OSError: a file cannot be read.
    """
    on_all = {
        **{f"{DATA_DIR}/ssconf_{key}": StoredFile(text, 0o444) for key, text in ssconf_values(config).items()},
        **_read({f"{DATA_DIR}/hmac.key": paths.hmac_key, f"{DATA_DIR}/server.pem": paths.server_pem}, 0o440),
    }
    on_candidates = {
        **_read({f"{DATA_DIR}/config.data": paths.config}, 0o640, "gnt-confd"),
        **_read(_queue_files(paths.queue_dir), 0o640, "gnt-daemons"),
    }
    candidates = {node["name"] for node in config["nodes"].values() if node["master_candidate"]}
    return tuple(
        attrs.evolve(each, files=_tree(each.name, paths.root, on_all, on_candidates if each.name in candidates else {}))
        for each in machines
    )


def _tree(name: str, master_root: Path, on_all: Mapping[str, StoredFile], own: Mapping[str, StoredFile]) -> FileTree:
    """Roots of a virtual cluster's nodes lie side by side and have their names."""
    root = "" if master_root == Path("/") else str(master_root.with_name(name))
    tree = FileTree(root).write_all({**on_all, **own})
    for path in own:
        tree = tree.make_directory(path.rpartition("/")[0])
    return tree


def _queue_files(queue: Path) -> Mapping[str, Path]:
    found = [*queue.glob("job-*"), *queue.glob("archive/*/job-*"), *(queue / name for name in ("serial", "version"))]
    return {f"{QUEUE_DIR}/{path.relative_to(queue)}": path for path in found if path.exists()}


def _read(places: Mapping[str, Path], mode: int, group: str = "root") -> dict[str, StoredFile]:
    user = "root" if group == "root" else "gnt-masterd"
    return {
        name: StoredFile(path.read_text(encoding="utf-8", errors="replace"), mode, user, group)
        for name, path in places.items()
    }
