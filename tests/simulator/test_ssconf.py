"""The ssconf files: one value a line, in Ganeti's order."""

from hypothesis import given

from ganeti_lite.simulator import ClusterShape, build_config
from ganeti_lite.simulator._ssconf import ssconf_values

from .strategies import shapes

KEYS = {
    *("cluster_name", "cluster_tags", "enabled_user_shutdown", "file_storage_dir", "gluster_storage_dir"),
    *("hvparams_chroot", "hvparams_fake", "hvparams_kvm", "hvparams_lxc", "hvparams_xen-hvm", "hvparams_xen-pvm"),
    *("hypervisor_list", "instance_list", "maintain_node_health", "master_candidates", "master_candidates_certs"),
    *("master_candidates_ips", "master_ip", "master_netdev", "master_netmask", "master_node", "networks", "node_list"),
    *("node_primary_ips", "node_secondary_ips", "node_vm_capable", "nodegroups", "offline_nodes", "online_nodes"),
    *("primary_ip_family", "release_version", "shared_file_storage_dir", "ssh_ports", "uid_pool"),
}
"""What wconfd of Ganeti 3.0.2 writes."""


@given(shapes())
def test_every_key_has_a_file(shape: ClusterShape) -> None:
    """The files are those that a real node has, no more and no fewer."""
    assert ssconf_values(build_config(shape)).keys() == KEYS


@given(shapes())
def test_values_end_in_a_newline_or_are_empty(shape: ClusterShape) -> None:
    """A file is empty or ends with a newline, and has no empty line."""
    for text in ssconf_values(build_config(shape)).values():
        assert text == "" or (text.endswith("\n") and "" not in text[:-1].split("\n"))


def test_values_of_the_default_cluster() -> None:
    """Some values in full, as a real master writes them for such a cluster."""
    values = ssconf_values(build_config(ClusterShape()))
    assert values["master_node"] == "node1.example.com\n"
    assert values["offline_nodes"] == "node4.example.com\n"
    assert values["node_list"].splitlines() == [f"node{number}.example.com" for number in range(1, 6)]
    assert values["node_vm_capable"].startswith("node1.example.com=True\n")
    assert values["ssh_ports"].splitlines()[2] == "node3.example.com=2222"
    assert values["uid_pool"] == "4000-4019\n5000\n"
    assert values["maintain_node_health"] == "False\n"
    assert values["release_version"] == "3.0.2\n"
