"""What allocators are asked for."""

from tests.masterd.small_cluster import NEW
from tests.masterd.units.instance.scene import PLACE

from .scene import allocate, read_request


def test_the_request() -> None:
    """It says what the instance is to be, with MAC addresses that are its own already."""
    nics = [{"network": "lan", "ip": "pool"}]
    disks = [{"size": 10, "name": "root"}, {"size": 20, "mode": "ro"}]
    beparams = {"maxmem": 64, "minmem": 32, "vcpus": 2, "spindle_use": 3}
    created = allocate(
        disk_template="file", disks=disks, nics=nics, beparams=beparams, tags=["t"], group_name="default"
    )
    request = read_request(created)["request"]
    (nic,) = request.pop("nics")
    assert nic == {
        **nic,
        "mac": created.after.instances[NEW].nics[0].mac,
        "ip": "pool",
        "network": PLACE.networks.find("lan")[0].uuid,
    }
    assert request == {
        "name": "new.example.org",
        "disk_template": "file",
        "group_name": "default",
        "tags": ["t"],
        "os": "noop",
        "vcpus": 2,
        "memory": 64,
        "spindle_use": 3,
        "disks": [
            {"size": 12, "mode": "rw", "vg": "xenvg", "name": "root", "dev_type": "file"},
            {"size": 20, "mode": "ro", "vg": "xenvg", "name": None, "dev_type": "file"},
        ],
        "disk_space_total": 32,
        "required_nodes": 1,
        "hypervisor": "fake",
        "type": "allocate",
    }
