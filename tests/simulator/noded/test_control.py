"""The control of running daemons over their socket."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from twisted.internet.threads import blockingCallFromThread

from ganeti_lite.simulator.noded import ControlError, FaultOrder, Guest, HookScript, NodeControl
from ganeti_lite.simulator.noded._control_port import ControlFactory

from .objects import DIRECTORY, file_disk, make_instance
from .serving import Serving

MASTER = "node1.example.com"
OTHER = "node2.example.com"
GUEST = Guest("by-hand.example.com", "kvm", 512, 2, 1.5)


@pytest.fixture
def control(nodes: Serving) -> Iterator[NodeControl]:
    """A connection to the control socket of the running daemons."""
    with TemporaryDirectory(dir="/tmp") as name:  # a socket's path must be short, which pytest's own are not
        path = Path(name) / "control"
        factory = ControlFactory(nodes.daemons)
        port: Any = nodes.run(lambda: nodes.reactor.listenUNIX(str(path), factory))
        try:
            with NodeControl(path) as connected:
                yield connected
        finally:
            blockingCallFromThread(nodes.reactor, port.stopListening)


def test_orders_are_in_force_when_they_are_answered(nodes: Serving, control: NodeControl) -> None:
    """The next call already has the fault; the next order takes it away."""
    control.order([FaultOrder.from_text(f"{MASTER}=refuse")])
    with pytest.raises(ConnectionRefusedError):
        nodes.ask(MASTER, "version")
    control.order([FaultOrder.from_text("*/version=error:out of order")])
    assert nodes.ask(MASTER, "version") == [False, "out of order"]
    control.order([])
    assert nodes.ask(MASTER, "version") == [True, 3000000]


def test_traffic_is_told_and_forgotten(nodes: Serving, control: NodeControl) -> None:
    """The counts are those of the daemons themselves."""
    nodes.ask(MASTER, "version")
    assert control.traffic == nodes.traffic
    assert control.traffic.calls == {MASTER: {"version": 1}}
    control.forget_traffic()
    assert control.traffic.calls == {}
    assert control.port == nodes.daemons.port


def test_what_happens_behind_ganetis_back(nodes: Serving, control: NodeControl) -> None:
    """Guests start, are shut down and stop; a node boots."""
    before = nodes.machine(MASTER)
    control.start(MASTER, GUEST)
    assert GUEST in control.guests[MASTER]
    control.shut_down(MASTER, GUEST.name)
    assert nodes.ask(MASTER, "instance_info", [GUEST.name, "kvm", {}])[1]["state"] == 1
    control.stop(MASTER, GUEST.name)
    assert nodes.machine(MASTER) == before
    control.reboot(MASTER, "another")
    assert nodes.ask(MASTER, "node_info", [[], []])[1][0] == "another"
    assert control.guests[MASTER] == ()
    nodes.run(lambda: nodes.daemons.change(MASTER, lambda _machine: before))


def test_what_a_node_was_sent_is_told(nodes: Serving, control: NodeControl) -> None:
    """A candidate has the master's queue from the start, and then what it is sent."""
    folder, before = "/var/lib/ganeti/queue", nodes.machine(OTHER)
    serial = (nodes.paths.queue_dir / "serial").read_text()
    assert control.files(OTHER, folder)[f"{folder}/serial"].content == serial
    path = f"/###-VIRTUAL-PATH-###,{folder}/job-1"
    assert nodes.ask(OTHER, "jobqueue_update", [path, [0, "{}"]]) == [True, None]
    assert control.files(OTHER, folder)[f"{folder}/job-1"].content == "{}"
    assert f"{folder}/job-1" not in control.files(MASTER)
    nodes.run(lambda: nodes.daemons.change(OTHER, lambda _machine: before))


def test_disks_and_installations_are_told(nodes: Serving, control: NodeControl) -> None:
    """What jobs have made on a node can be looked at from another process."""
    before = nodes.machine(OTHER)
    assert nodes.ask(OTHER, "file_storage_dir_create", [f"{DIRECTORY}/z"]) == [True, None]
    assert nodes.ask(OTHER, "blockdev_create", [file_disk(), 100, "z", True, "note", False])[0] is True
    assert nodes.ask(OTHER, "instance_os_add", [make_instance(disks=(file_disk(),)), False, 0]) == [True, None]
    assert control.devices(OTHER)[f"{DIRECTORY}/z/a.disk0"].info == "note"
    assert f"{DIRECTORY}/z" in control.directories(OTHER)
    assert control.installations(OTHER) == {"z.example.com": "noop"}
    nodes.run(lambda: nodes.daemons.change(OTHER, lambda _machine: before))


def test_hooks_and_bridges_of_a_node(nodes: Serving, control: NodeControl) -> None:
    """They are put in place of those that were there, and runs are told."""
    before = nodes.machine(OTHER)
    control.set_hooks(OTHER, [HookScript("node-modify", "pre", "fail", 1, "no")])
    control.set_bridges(OTHER, [])
    assert nodes.ask(OTHER, "hooks_runner", ["node-modify", "pre", {"A": "b"}])[1] == [
        ["node-modify-pre.d/fail", 1, "no"]
    ]
    (run,) = control.hook_runs(OTHER)
    assert (run.path, run.phase, run.environment) == ("node-modify", "pre", {"A": "b"})
    assert nodes.ask(OTHER, "bridges_exist", [["br0"]]) == [False, "Missing bridges br0"]
    nodes.run(lambda: nodes.daemons.change(OTHER, lambda _machine: before))


def test_commands_that_cannot_be_carried_out(nodes: Serving, control: NodeControl) -> None:
    """They are answered with an error, and the connection goes on."""
    with pytest.raises(ControlError, match=r"node9\.example\.com"):
        control.stop("node9.example.com", "web")
    with pytest.raises(ControlError, match="bogus"):
        control.order([FaultOrder.from_text("*/bogus=hang")])
    assert control.port == nodes.daemons.port


def test_commands_that_are_none(nodes: Serving, control: NodeControl) -> None:
    """Neither JSON nor a known command: an error, too."""
    for text in ("{", "[]", '{"do": "bogus"}', '{"do": "start", "node": "n", "guest": {"bogus": 1}}', "{}"):
        assert control.send_line(text.encode()).startswith(b'{"error":')


def test_nobody_there(tmp_path: Path) -> None:
    """Without daemons there is no control."""
    with pytest.raises(OSError, match=r"No such file|too long"):
        NodeControl(tmp_path / "nosuch")
