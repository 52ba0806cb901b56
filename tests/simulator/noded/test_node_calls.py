"""Calls about the node itself: its part in the cluster, the watcher's pause, hooks, checks before an instance."""

import pytest

from ganeti_lite.simulator.noded import Hardware, HookRun, HookScript, HookStatus, OperatingSystem, SimulatedNode

from .asking import NOW, Asked

SYSTEMS = (
    OperatingSystem("noop", "/os/noop", api_versions=(5, 10)),
    OperatingSystem("image", "/os/image", "", ("alma9",), (("cache_dir", "where"),), (15, 20)),
    OperatingSystem("old", "/os/old", "it is broken"),
)


@pytest.fixture
def node() -> Asked:
    """A node that is not the master."""
    return Asked(
        SimulatedNode(
            "node2.example.com", "127.18.0.11", "b", Hardware(1, 0, 1, 1), systems=SYSTEMS,
            master_name="node1.example.com", bridges=frozenset({"br0"}),
        )
    )  # fmt: skip


def test_the_watchers_pause(node: Asked) -> None:
    """It is set in whole seconds, told until it ends, and taken back."""
    assert node.ask("get_watcher_pause") == [True, None]
    assert node.ask("set_watcher_pause", NOW + 10.5) == [True, None]
    assert node.ask("get_watcher_pause") == [True, int(NOW + 10)]
    assert node.text("/var/lib/ganeti/watcher.pause") == f"{int(NOW + 10)}\n"
    assert node.ask("set_watcher_pause", None) == [True, None]
    assert node.ask("get_watcher_pause") == [True, None]
    node.ask("set_watcher_pause", NOW - 10)
    assert node.ask("get_watcher_pause") == [True, None]
    assert node.ask("set_watcher_pause", "x") == [False, "Duration must be numeric"]


def test_a_delay_takes_its_time(node: Asked) -> None:
    """The answer comes afterwards; an hour is the longest."""
    assert node.ask("test_delay", 0.5) == [True, None]
    assert node.seconds == 0.5
    node.ask("test_delay", 1e9)
    assert node.seconds == 3600
    assert node.ask("test_delay", -1) == [False, "Invalid sleep duration"]


def test_a_node_that_is_no_longer_a_candidate(node: Asked) -> None:
    """Its configuration goes; the master keeps its own."""
    node.ask("upload_file_single", "/var/lib/ganeti/config.data", [0, ""], 0o640, "root", "root", None, None)
    assert node.ask("node_demote_from_mc") == [True, None]
    assert node.text("/var/lib/ganeti/config.data") is None
    node.ask("write_ssconf_files", {"master_node": ["node2.example.com"]})
    assert node.ask("node_demote_from_mc") == [
        False, "ssconf status shows I'm the master node, will not demote",
    ]  # fmt: skip


def test_the_masters_address_comes_and_goes(node: Asked) -> None:
    """The node has its own address always, the master's while it is active."""
    params = {"uuid": "u", "ip": "192.0.2.1", "netmask": 32, "netdev": "lo", "ip_family": 2}
    assert node.ask("node_has_ip_address", "127.18.0.11") == [True, True]
    assert node.ask("node_activate_master_ip", params, False) == [True, None]
    assert node.ask("node_change_master_netmask", 32, 24, "192.0.2.1", "lo") == [True, None]
    assert node.ask("node_has_ip_address", "192.0.2.1") == [True, True]
    assert node.ask("node_deactivate_master_ip", params, False) == [True, None]
    assert node.ask("node_has_ip_address", "192.0.2.1") == [True, False]


def test_bridges(node: Asked) -> None:
    """Those that are missing are named."""
    assert node.ask("bridges_exist", ["br0"]) == [True, None]
    assert node.ask("bridges_exist", ["br1", "br0", "br2"]) == [False, "Missing bridges br1, br2"]


def test_hooks_run_in_the_order_of_their_names(node: Asked) -> None:
    """Only those of the path and phase; what ran is on record."""
    assert node.ask("hooks_runner", "instance-add", "pre", {"PATH": "/bin"}) == [True, []]
    scripts = (
        HookScript("instance-add", "pre", "20ok", HookStatus.SUCCEEDED, "fine"),
        HookScript("instance-add", "pre", "10fail", HookStatus.FAILED, "out"),
        HookScript("instance-add", "post", "30other"),
        HookScript("instance-remove", "pre", "40other"),
    )
    node.machine = SimulatedNode("n", "127.18.0.11", "b", Hardware(1, 0, 1, 1), hooks=scripts)
    assert node.ask("hooks_runner", "instance-add", "pre", {"PATH": "/bin"}) == [
        True, [["instance-add-pre.d/10fail", 1, "out"], ["instance-add-pre.d/20ok", 2, "fine"]],
    ]  # fmt: skip
    assert node.machine.hook_runs == (HookRun("instance-add", "pre", {"PATH": "/bin"}),)
    assert node.ask("hooks_runner", "instance-add", "bogus", {}) == [False, "Unknown hooks phase 'bogus'"]


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        ([True, "noop", ["parameters"], {}, False], [True, True]),
        ([True, "noop", ["parameters"], {"unheeded": "x"}, False], [True, True]),
        ([True, "nosuch", [], {}, False], [False, "Directory for OS nosuch not found in search path"]),
        ([False, "nosuch", [], {}, False], [True, False]),
        ([True, "old", [], {}, False], [False, "it is broken"]),
        ([False, "old", [], {}, False], [True, False]),
        ([True, "image+alma9", ["parameters"], {"cache_dir": "x"}, False], [True, True]),
        ([True, "image+alma9", ["parameters"], {"bogus": "x"}, False],
         [False, "The following parameters are not supported by the OS image: bogus"]),
        ([True, "image+other", [], {}, True], [True, True]),
        ([True, "image+other", [], {}, False], [False, "OS 'image' does not support variant 'other'"]),
    ],
)  # fmt: skip
def test_os_definitions_are_checked(node: Asked, arguments: list[object], answer: list[object]) -> None:
    """Whether there is a valid one, the variant, and the parameters where the definition knows such."""
    assert node.ask("os_validate", *arguments) == answer


def test_hypervisor_parameters_are_checked(node: Asked) -> None:
    """As far as the hypervisor must be known."""
    assert node.ask("hypervisor_validate_params", "fake", {}) == [True, None]
    assert node.ask("hypervisor_validate_params", "x", {}) == [False, "Unknown hypervisor type 'x'"]
