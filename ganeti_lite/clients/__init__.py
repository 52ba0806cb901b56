"""Clients of the daemons.

* :mod:`~ganeti_lite.clients.luxi` asks over a Unix socket and waits for the answer,
* :mod:`~ganeti_lite.clients.sockets` chooses the socket by what is asked,
* :mod:`~ganeti_lite.clients.confd` asks confd daemons over UDP and waits for the newest of their answers,
* :mod:`~ganeti_lite.clients.confd_twisted` does the same for programs that run a reactor,
* :mod:`~ganeti_lite.clients.confd_exchange` decides for both what becomes of requests and replies, without I/O.

Nothing is re-exported here, because a command pays for every module it imports.
"""
