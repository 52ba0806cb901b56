"""Makes ``twistd ganeti-confd`` known."""

from twisted.application.service import ServiceMaker

ganeti_confd = ServiceMaker(
    "Ganeti query daemon",
    "confd.service",
    "Answers queries about a Ganeti cluster from its configuration.",
    "ganeti-confd",
)
