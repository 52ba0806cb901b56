"""``ganeti-lite confd``: asks confd daemons over UDP, and prints the newest of their answers."""

import argparse
import json
import os
import socket
import sys
from collections.abc import Sequence
from typing import Any, Final

from ganeti_lite.clients.confd import ConfdClient
from ganeti_lite.clients.confd_exchange import LIFETIME, Address, Outcome, RequestTooLongError, list_peers
from ganeti_lite.commands.ssconf import read_ssconf
from ganeti_lite.constants import ConfdError, ExitCode
from ganeti_lite.errors import ConfigurationError
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.ports import find_confd_port
from ganeti_lite.wire.confd import Query, Reply

from ._answers import show_any
from ._queries import WrongQueryError
from ._types import COMMANDS, ConfdCommand, find_command

_ERROR_WORDS: Final = {
    ConfdError.UNKNOWN_ENTRY: "there is no such entry",
    ConfdError.INTERNAL: "the daemon failed for an internal reason",
    ConfdError.ARGUMENT: "the query does not fit",
}


class UnanswerableError(Exception):
    """The request cannot be made, or nothing came back; the message says why."""


def main(argv: Sequence[str]) -> int:
    """Run the command line; returns the exit code.

    :raises SystemExit: after ``--help`` with code 0, after wrong arguments with code 2.
    """
    parser = make_parser()
    options = parser.parse_args(argv)
    command, query = _read_request(parser, options)
    try:
        outcome = _ask(command, query, options)
    except (UnanswerableError, ConfigurationError, RequestTooLongError) as error:
        print(f"ganeti-lite confd: {error}", file=sys.stderr)
        return ExitCode.FAILURE
    try:
        return _show(command, query, outcome, as_json=options.json)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or the interpreter complains when it flushes at its end
        return ExitCode.FAILURE


def make_parser() -> argparse.ArgumentParser:
    """What reads the command line."""
    width = max(len(f"{each.word} {each.synopsis}") for each in COMMANDS)
    lines = [f"  {f'{each.word} {each.synopsis}':{width}}  {each.summary}" for each in COMMANDS]
    parser = argparse.ArgumentParser(
        prog="ganeti-lite confd",
        description="Ask a cluster's confd daemons, and print the newest answer.",
        epilog="types and queries (a type's number stands for it, too):\n" + "\n".join(lines),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("type", metavar="TYPE", help="what to ask for; see below")
    parser.add_argument("query", nargs="*", metavar="QUERY", help="what to ask about; see below")
    parser.add_argument(
        "--address", action="append", metavar="HOST", help="a daemon's host; may be repeated (the master candidates)"
    )
    parser.add_argument("--port", type=int, default=None, metavar="N", help="the daemons' UDP port (1814)")
    parser.add_argument("--hmac-key", metavar="FILE", help="the cluster's key (this node's)")
    parser.add_argument("--link", metavar="LINK", help="NIC link of the IPs (the cluster's default)")
    parser.add_argument("--replies", type=int, metavar="N", help="replies to wait for (of most of the daemons asked)")
    parser.add_argument("--timeout", type=float, default=LIFETIME, metavar="S", help="seconds to wait (%(default)g)")
    parser.add_argument("--all", action="store_true", help="ask all candidates, not six of them")
    parser.add_argument("--json", action="store_true", help="print the whole reply as JSON")
    return parser


def _read_request(parser: argparse.ArgumentParser, options: argparse.Namespace) -> tuple[ConfdCommand, Query]:
    command = find_command(options.type)
    if command is None:
        parser.error(f"there is no type {options.type!r}; --help lists them")
    try:
        return command, command.read_query(options.query, options.link)
    except WrongQueryError as error:
        parser.error(f"{command.word} {error}")


def _ask(command: ConfdCommand, query: Query, options: argparse.Namespace) -> Outcome:
    paths = GanetiPaths.from_environ(os.environ)
    key = _read_key(options.hmac_key or paths.hmac_key)
    port = find_confd_port() if options.port is None else options.port
    peers = _resolve(options.address, port) if options.address else _list_candidates(paths, port)
    coverage = -1 if options.all else None
    try:
        with ConfdClient(key, peers) as client:
            return client.ask(
                command.request_type, query, coverage=coverage, wanted=options.replies, lifetime=options.timeout
            )
    except (ValueError, OverflowError) as error:
        raise UnanswerableError(str(error)) from error
    except OSError as error:
        raise UnanswerableError(f"cannot send: {error.strerror or error}") from error


def _read_key(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UnanswerableError(f"cannot read the key {path}: {error.strerror}") from error


def _list_candidates(paths: GanetiPaths, port: int) -> list[Address]:
    return list(list_peers(read_ssconf(paths, "master_candidates_ips"), port))


def _resolve(hosts: Sequence[str], port: int) -> list[Address]:
    """An address for each host."""
    peers = []
    for host in hosts:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
        except (OSError, OverflowError) as error:
            raise UnanswerableError(f"{host}: {error}") from error
        peers.append((str(found[0][4][0]), port))
    return peers


def _show(command: ConfdCommand, query: Query, outcome: Outcome, *, as_json: bool) -> int:
    """Print what came back; returns the exit code."""
    if outcome.reply is None:
        asked = f"{outcome.asked} daemon{'s' if outcome.asked > 1 else ''}"
        hint = "is it running, and is the key the cluster's?"
        print(f"ganeti-lite confd: no reply from {asked} in time; {hint}", file=sys.stderr)
        return ExitCode.FAILURE
    if not outcome.is_consistent:
        print("ganeti-lite confd: daemons gave different answers of the same serial number", file=sys.stderr)
    if as_json:
        print(json.dumps(outcome.reply._asdict(), ensure_ascii=False))
    elif outcome.reply.is_ok:
        for line in _show_answer(command, outcome.reply.answer, query):
            print(line)
    else:
        print(f"ganeti-lite confd: {_explain(outcome.reply)}", file=sys.stderr)
    sys.stdout.flush()
    return ExitCode.SUCCESS if outcome.reply.is_ok else ExitCode.FAILURE


def _show_answer(command: ConfdCommand, answer: Any, query: Query) -> list[str]:
    """The lines for an answer; as JSON where it is not of the form that daemons are known to give."""
    try:
        return list(command.show(answer, query))
    except (LookupError, TypeError, ValueError, AttributeError):
        return list(show_any(answer, query))


def _explain(reply: Reply) -> str:
    """What an error reply means."""
    return _ERROR_WORDS[reply.answer] if reply.answer in list(_ERROR_WORDS) else str(reply.answer)
