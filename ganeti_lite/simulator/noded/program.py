"""``ganeti-lite simulate-nodes``: the node daemons of a cluster on disk, as a process of its own.

It ends in order on SIGTERM and SIGINT.
"""

import argparse
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import attrs
from twisted.internet import reactor as installed_reactor
from twisted.internet.defer import Deferred
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IReactorCore, IReactorUNIX

from ganeti_lite.constants import ExitCode
from ganeti_lite.simulator.root import ClusterPaths

from ._control_port import ControlFactory
from ._daemon import IReactor
from .cluster import load_daemons
from .daemons import NODED_PORT, NodeDaemons
from .faults import FaultOrder, FaultOrderError, describe_faults

_CONTROL_MODE: Final = 0o600


class IFullReactor(IReactor, IReactorCore, IReactorUNIX):
    """What the process needs of a reactor."""


@attrs.frozen
class NodesSettings:
    """What the command line says.

    :ivar port: of all node daemons; 0 for one that is free.
    :ivar control: path of the control socket.
    """

    paths: ClusterPaths
    port: int
    control: Path
    seed: int
    orders: Sequence[FaultOrder]


def main(argv: Sequence[str]) -> int:
    """Runs node daemons until a signal ends them; returns the exit code.

    :raises SystemExit: after ``--help`` with code 0, after wrong arguments with code 2.
    """
    settings = parse_arguments(argv)
    reactor: IFullReactor = installed_reactor  # type: ignore[assignment]  # the module is a reactor
    _raise_descriptor_limit()
    try:
        daemons = load_daemons(reactor, settings.paths, settings.seed, settings.port)
        serve(reactor, daemons, settings)
    except (CannotListenError, FaultOrderError, OSError, ValueError) as error:
        print(f"The node daemons cannot start: {error}", file=sys.stderr)
        return ExitCode.FAILURE
    count = len(daemons.machines)
    print(f"{count:,} node daemons listen at port {daemons.port}; control: {settings.control}", flush=True)
    reactor.run()
    return ExitCode.SUCCESS


def serve(reactor: IFullReactor, daemons: NodeDaemons, settings: NodesSettings) -> None:
    """Opens the daemons' ports, then the control socket: who can connect to that finds all of them listening.

    :raises FaultOrderError: an order names an unknown node or call.
    :raises CannotListenError: an address is in use or none of this machine.
    """
    daemons.start(settings.orders)
    settings.control.unlink(missing_ok=True)  # of daemons that were killed: others would have kept us from the ports
    reactor.listenUNIX(str(settings.control), ControlFactory(daemons), mode=_CONTROL_MODE)
    reactor.addSystemEventTrigger("before", "shutdown", lambda: Deferred.fromCoroutine(daemons.stop()))


def parse_arguments(argv: Sequence[str]) -> NodesSettings:
    """The settings that the arguments ask for.

    :raises SystemExit: they are wrong (code 2), or ``--help`` was among them (code 0).
    """
    parser = _make_parser()
    options = parser.parse_args(argv)
    try:
        orders = [FaultOrder.from_text(text) for text in options.fault]
    except FaultOrderError as error:
        parser.error(str(error))
    paths = ClusterPaths(options.root)
    return NodesSettings(paths, options.port, options.control or paths.node_control, options.seed, orders)


def _make_parser() -> argparse.ArgumentParser:
    kinds = (f"  {name}:{value.upper()}" if value else f"  {name}" for name, value in describe_faults().items())
    parser = argparse.ArgumentParser(
        prog="ganeti-lite simulate-nodes",
        description="Run a node daemon for each node of a cluster's configuration, with made-up machines behind them.",
        epilog="faults:\n" + "\n".join(kinds),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--root", type=Path, required=True, metavar="DIR", help="root of the cluster's files")
    parser.add_argument("--port", type=int, default=NODED_PORT, metavar="PORT", help="0: any free one (%(default)s)")
    parser.add_argument("--control", type=Path, metavar="PATH", help="control socket (node-control beside the others)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another seed, other machines (%(default)s)")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NODE[/CALL]=FAULT[:VALUE]",
        help="may be repeated; * as NODE: all of them",
    )
    return parser


def _raise_descriptor_limit() -> None:
    """As many open files as this user may have: each node needs one, and each connection."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
