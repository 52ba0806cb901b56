"""Machines and what happens to them."""

from ganeti_lite.simulator.noded import Guest, Hardware, SimulatedNode

WEB = Guest("web", "kvm", 4_000, 2)
NODE = SimulatedNode("n", "127.18.0.10", "boot-1", Hardware(10_000, 1_000, 8, 8), guests=(WEB,))


def test_a_guest_takes_memory_while_it_runs() -> None:
    """What is free follows from what runs, and is never below nothing."""
    assert NODE.memory_free == 5_000
    assert NODE.stop("web").memory_free == 9_000
    assert NODE.shut_down("web").memory_free == 9_000
    assert NODE.start(Guest("db", "kvm", 8_000, 2)).memory_free == 0


def test_a_guest_runs_once() -> None:
    """Starting one again replaces it."""
    larger = Guest("web", "kvm", 6_000, 2)
    assert NODE.start(larger).guests == (larger,)


def test_a_guest_that_is_shut_down_is_still_known() -> None:
    """Its user has ended it; the hypervisor still lists it."""
    (guest,) = NODE.shut_down("web").guests
    assert (guest.name, guest.is_shut_down) == ("web", True)


def test_after_a_boot_nothing_runs() -> None:
    """And the boot id is another."""
    booted = NODE.reboot("boot-2")
    assert (booted.boot_id, booted.guests) == ("boot-2", ())


def test_nothing_happens_to_what_is_not_there() -> None:
    """Stopping and shutting down what does not run changes nothing."""
    assert NODE.stop("nosuch") == NODE.shut_down("nosuch") == NODE
