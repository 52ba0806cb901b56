"""What jobs have chosen and not written yet."""

from ganeti_lite.config import parse_config
from ganeti_lite.masterd.reservations import Reservations
from ganeti_lite.masterd.units import Reserved
from ganeti_lite.snapshot import ClusterSnapshot
from tests.doubles.clusters import config_bytes

SNAPSHOT = parse_config(config_bytes())


def next_port(snapshot: ClusterSnapshot, reserved: Reserved) -> tuple[tuple[str, str], ...]:
    """The first port that nobody has."""
    assert snapshot is SNAPSHOT
    return (("port", next(port for port in "123" if ("port", port) not in reserved)),)


def test_no_two_jobs_choose_the_same() -> None:
    """Each sees what the others have; a job may choose several times and keeps all."""
    reservations = Reservations()
    assert reservations.choose(1, next_port, SNAPSHOT) == (("port", "1"),)
    assert reservations.choose(2, next_port, SNAPSHOT) == (("port", "2"),)
    assert reservations.choose(1, next_port, SNAPSHOT) == (("port", "3"),)
    assert reservations.reserved == {("port", port) for port in "123"}


def test_what_an_ended_job_had_is_free_again() -> None:
    """All of it, and nothing of others'."""
    reservations = Reservations()
    for job_id in (1, 2, 1):
        reservations.choose(job_id, next_port, SNAPSHOT)
    reservations.drop(1)
    reservations.drop(99)
    assert reservations.reserved == {("port", "2")}
    assert reservations.choose(3, next_port, SNAPSHOT) == (("port", "1"),)
