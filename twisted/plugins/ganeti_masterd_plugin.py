"""Makes ``twistd ganeti-masterd`` known."""

from twisted.application.service import ServiceMaker

ganeti_masterd = ServiceMaker(
    "Ganeti job daemon",
    "ganeti_lite.masterd.service",
    "Takes jobs for a Ganeti cluster and carries them out.",
    "ganeti-masterd",
)
