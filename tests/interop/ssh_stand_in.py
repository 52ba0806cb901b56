"""What stands in for ssh in a cluster whose nodes are all this machine; run as a program, with the system's Python.

``ssh_stand_in.py run [OPTION...] HOST COMMAND...`` runs the command here, as ssh would on HOST.
``ssh_stand_in.py listen`` accepts connections on port 22 and hangs up: Ganeti only wants to see that it can connect.
"""

import os
import socketserver
import sys

OPTIONS_WITH_VALUE = {"-i", "-l", "-o", "-p"}


def remote_command(arguments: list[str]) -> str:
    """The shell command that ssh with these arguments would run on the other side."""
    rest = iter(arguments)
    for argument in rest:
        if argument in OPTIONS_WITH_VALUE:
            next(rest, None)
        elif not argument.startswith("-"):
            break
    return " ".join(rest)


class HangUp(socketserver.BaseRequestHandler):
    """Says nothing to anyone."""


def listen() -> None:
    """Accept connections for ever."""
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    socketserver.ThreadingTCPServer(("", 22), HangUp).serve_forever()


if __name__ == "__main__":
    if sys.argv[1] == "listen":
        listen()
    os.execv("/bin/sh", ["sh", "-c", remote_command(sys.argv[2:])])  # noqa: S606 - ssh's command is one for a shell
