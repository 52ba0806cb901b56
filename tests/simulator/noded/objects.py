"""Disk and instance objects as a master sends them."""

from typing import Any, Final

DIRECTORY: Final = "/srv/ganeti/file-storage"
UUID: Final = "75aeb78a-ab9b-4b85-8610-195ae63bd68b"


def make_disk(kind: str, place: list[object], size: int = 100, **changes: Any) -> dict[str, Any]:
    """A disk object."""
    disk = {
        "dev_type": kind, "logical_id": place, "children": [], "nodes": [UUID], "iv_name": "disk/0", "size": size,
        "mode": "rw", "params": {}, "dynamic_params": {}, "uuid": UUID,
    }  # fmt: skip
    return disk | changes


def file_disk(path: str = "z/a.disk0", size: int = 100) -> dict[str, Any]:
    """A disk that is a file; its path is below the directory for such."""
    return make_disk("file", ["loop", f"{DIRECTORY}/{path}"], size)


def plain_disk(name: str = "a.disk0", size: int = 100) -> dict[str, Any]:
    """A logical volume."""
    return make_disk("plain", ["xenvg", name], size, params={"stripes": 1})


def drbd_disk(minor: int = 3, size: int = 100) -> dict[str, Any]:
    """A mirrored disk, as seen from a node where it has that minor."""
    children = [plain_disk("a.disk0_data", size), plain_disk("a.disk0_meta", 128)]
    dynamic = {"local-ip": "10.0.0.1", "remote-ip": "10.0.0.2", "local-minor": minor, "remote-minor": 0}
    place: list[object] = [UUID, "other", 11_000, minor, 0, "secret"]
    return make_disk("drbd", place, size, children=children, dynamic_params=dynamic)


def make_instance(
    name: str = "z.example.com", disks: tuple[dict[str, Any], ...] = (), **changes: Any
) -> dict[str, Any]:
    """An instance with filled parameters: 64 to 128 MiB, two CPUs."""
    instance = {
        "name": name, "primary_node": UUID, "secondary_nodes": [], "os": "noop", "hypervisor": "fake",
        "hvparams": {"migration_mode": "live"}, "beparams": {"minmem": 64, "maxmem": 128, "vcpus": 2}, "osparams": {},
        "osparams_private": {}, "admin_state": "up", "admin_state_source": "admin", "nics": [], "disks": [UUID],
        "disks_active": True, "serial_no": 3, "ctime": 1.0, "mtime": 2.0, "uuid": UUID, "tags": [],
        "disks_info": list(disks),
    }  # fmt: skip
    return instance | changes
