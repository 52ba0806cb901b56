"""The simulated node daemons, asked over real sockets by a client that knows nothing of Twisted."""
