"""What goes over the sockets, without the sockets: bytes in, values out, and back.

* :mod:`~ganeti_lite.wire.framing` cuts a byte stream into messages,
* :mod:`~ganeti_lite.wire.calls` is the client's half of Luxi: encode a request, decode an answer,
* :mod:`~ganeti_lite.wire.luxi` is the server's half: decode a request, encode an answer,
* :mod:`~ganeti_lite.wire.requests` says which methods there are and what each one's arguments mean,
* :mod:`~ganeti_lite.wire.confd` is confd's datagrams, both halves.

Nothing is re-exported here, because a command pays for every module it imports: it needs only the first two,
which do without orjson and attrs.
"""
