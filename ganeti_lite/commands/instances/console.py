"""``gnt-instance console``: how to reach an instance's console.

Ganeti's command opens the console itself; this one prints the command that does it, so that it can be run from
anywhere. Source of the form: what Ganeti 3.0's command prints with ``--show-cmd``.
"""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ganeti_lite.commands.connection import CONNECTION_OPTIONS, connect_for_queries
from ganeti_lite.commands.definitions import ONE_ARGUMENT, Command, Invocation, Outcome
from ganeti_lite.commands.info import read_rows
from ganeti_lite.commands.options import Option
from ganeti_lite.commands.ssconf import read_ssconf
from ganeti_lite.commands.submission.running import PRIORITY
from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpExecError, OpPrereqError
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.wire.calls import MalformedAnswerError

SHOW_COMMAND: Final = Option(("--show-cmd",), "print the command; it is printed without this, too")

_FIELDS: Final = ("console", "oper_state")
_IPV6: Final = "10"
"""The kernel's number of the address family, as the cluster's nodes know it."""


def show_console(invocation: Invocation) -> Outcome:
    """How to reach the console of an instance that runs."""
    (name,) = invocation.arguments
    with connect_for_queries(invocation) as client:
        (cluster_name,) = _as_list(client.call("QueryConfigValues", [["cluster_name"]]))
        rows = read_rows(client.call("QueryInstances", [[name], list(_FIELDS), False]), _FIELDS)
    if not rows:
        raise OpPrereqError(f"Instance '{name}' does not exist", ErrorCode.UNKNOWN_ENTITY)
    match rows[0]:
        case {"console": Mapping() as console}:
            return Outcome([_describe(console, str(cluster_name), invocation.environ)])
        case {"oper_state": state} if state:
            raise OpExecError(f"Console information for instance {name} is unavailable")
        case _:
            raise OpExecError(f"Instance {name} is not running, can't get console")


def _as_list(answer: object) -> Sequence[object]:
    if isinstance(answer, list) and len(answer) == 1:
        return answer
    raise MalformedAnswerError("the answer does not tell the cluster's name")


def _describe(console: Mapping[str, Any], cluster_name: str, environ: Mapping[str, str]) -> str:
    match console:
        case {"kind": "msg", "message": message}:
            return str(message)
        case {"kind": "vnc", "instance": instance, "host": host, "port": port, "display": display}:
            at = f"{host}:{port}"
            return f"Instance {instance} has VNC listening on {at} (display {display}), URL <vnc://{at}/>"
        case {"kind": "spice", "instance": instance, "host": host, "port": port}:
            return f"Instance {instance} has SPICE listening on {host}:{port}"
        case {"kind": "ssh"}:
            return shlex.join(_make_ssh_command(console, cluster_name, environ))
        case _:
            raise MalformedAnswerError(f"a console of an unknown kind: {console.get('kind')}")


def _make_ssh_command(console: Mapping[str, Any], cluster_name: str, environ: Mapping[str, str]) -> list[str]:
    paths = GanetiPaths.from_environ(environ)
    command = console["command"]
    return [
        "ssh",
        *("-oEscapeChar=none", "-oHashKnownHosts=no"),
        f"-oGlobalKnownHostsFile={paths.data_dir}/known_hosts",
        *("-oUserKnownHostsFile=/dev/null", "-oCheckHostIp=no", "-oConnectTimeout=10"),
        f"-oHostKeyAlias={cluster_name}",
        *([f"-oPort={console['port']}"] if console.get("port") else []),
        *("-oBatchMode=yes", "-oStrictHostKeyChecking=yes"),
        "-6" if read_ssconf(paths, "primary_ip_family") == _IPV6 else "-4",
        *("-t", "-t"),
        f"{console['user']}@{console['host']}",
        command if isinstance(command, str) else shlex.join(command),
    ]


CONSOLE: Final = Command(
    "console",
    show_console,
    "[--show-cmd] <instance-name>",
    "Prints the command that opens an instance's console, or where its screen can be seen.",
    (SHOW_COMMAND, PRIORITY, *CONNECTION_OPTIONS),
    arity=ONE_ARGUMENT,
)
