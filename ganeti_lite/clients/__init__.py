"""Clients of the daemons.

* :mod:`~ganeti_lite.clients.luxi` asks over a Unix socket and waits for the answer,
* :mod:`~ganeti_lite.clients.sockets` chooses the socket by what is asked.

Nothing is re-exported here, because a command pays for every module it imports.
"""
