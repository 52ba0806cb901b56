"""The commands about the cluster as a whole, but for changes of its settings. Source: Ganeti 3.0's commands."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from ganeti_lite.clients.luxi import ClientError
from ganeti_lite.commands.connection import CONNECTION_OPTIONS, connect_for_jobs, connect_for_queries
from ganeti_lite.commands.definitions import NO_ARGUMENTS, ONE_ARGUMENT, Arity, Command, Invocation, Outcome, fail
from ganeti_lite.commands.formats import Record
from ganeti_lite.commands.info import Subject, info_command
from ganeti_lite.commands.instances.info import ROMAN
from ganeti_lite.commands.job_arguments import read_duration
from ganeti_lite.commands.output_format import FORMAT, render
from ganeti_lite.commands.report import lay_out_report
from ganeti_lite.commands.ssconf import read_ssconf
from ganeti_lite.commands.submission.running import PRIORITY, make_opcode, run_opcode
from ganeti_lite.constants import ErrorCode, ExitCode
from ganeti_lite.errors import GanetiError, OpPrereqError
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.wire.calls import MalformedAnswerError, RequestRefused

from .info import describe_cluster, describe_versions, keep_versions


def show_master(invocation: Invocation) -> Outcome:
    """The name of the master node, as this node knows it; no daemon is asked."""
    return Outcome([read_ssconf(GanetiPaths.from_environ(invocation.environ), "master_node")])


def fetch_cluster(invocation: Invocation) -> list[Record]:
    """What the server says of the cluster as a whole."""
    with connect_for_queries(invocation) as client:
        info = client.call("QueryClusterInfo", [])
    if not isinstance(info, dict):
        raise MalformedAnswerError("the answer does not describe a cluster")
    return [info]


def ping_master(invocation: Invocation) -> Outcome:
    """Whether the server answers."""
    try:
        fetch_cluster(invocation)
    except (GanetiError, ClientError, RequestRefused, MalformedAnswerError):
        return fail()
    return Outcome([])


def operate_queue(invocation: Invocation) -> Outcome:
    """Let the queue refuse new jobs, or take them again, or tell which it does.

    :raises OpPrereqError: something else was asked for.
    """
    match invocation.arguments:
        case ["drain" | "undrain" as word]:
            with connect_for_jobs(invocation) as client:
                client.set_drained(word == "drain")
            return Outcome([])
        case ["info"]:
            state = "set" if _ask_value(invocation, "drain_flag") else "unset"
            return Outcome([f"The drain flag is {state}"])
        case _:
            raise _invalid(invocation)


def operate_watcher(invocation: Invocation) -> Outcome:
    """Pause the watcher for some time, or let it go on, or tell which it does.

    :raises OpPrereqError: something else was asked for.
    """
    match invocation.arguments:
        case ["continue", *_]:
            with connect_for_jobs(invocation) as client:
                client.pause_watcher(None)
            return Outcome(["The watcher is no longer paused."])
        case ["pause"]:
            raise OpPrereqError("Missing pause duration", ErrorCode.WRONG_INPUT)
        case ["pause", duration]:
            until = invocation.clock() + read_duration(duration)
            with connect_for_jobs(invocation) as client:
                return _tell_pause(invocation, client.pause_watcher(until))
        case ["info", *_]:
            return _tell_pause(invocation, _ask_value(invocation, "watcher_pause"))
        case _:
            raise _invalid(invocation)


def _ask_value(invocation: Invocation, name: str) -> Any:
    with connect_for_queries(invocation) as client:
        answer = client.call("QueryConfigValues", [[name]])
    if not isinstance(answer, list) or len(answer) != 1:
        raise MalformedAnswerError("the answer is not the value that was asked for")
    return answer[0]


def _tell_pause(invocation: Invocation, until: float | None) -> Outcome:
    if until is None or until < invocation.clock():
        return Outcome(["The watcher is not paused."])
    return Outcome([f"The watcher is paused until {time.ctime(until)}."])


def _invalid(invocation: Invocation) -> OpPrereqError:
    return OpPrereqError(f"Command '{invocation.arguments[0]}' is not valid.", ErrorCode.WRONG_INPUT)


def search_tags(invocation: Invocation) -> Outcome:
    """The tags that a regular expression matches, and what bears them."""
    parameters = {"pattern": invocation.arguments[0]}
    with connect_for_jobs(invocation) as client:
        found = run_opcode(invocation, client, make_opcode(invocation, "OP_TAGS_SEARCH", parameters))
    try:
        rows = sorted((str(path), str(tag)) for path, tag in found or ())
    except (TypeError, ValueError) as error:
        raise MalformedAnswerError("the job's result is not a list of tags") from error
    code = ExitCode.SUCCESS if rows else ExitCode.FAILURE
    lines = render(
        invocation.options,
        lambda: [f"{path} {tag}" for path, tag in rows],
        lambda: [{"path": path, "tag": tag} for path, tag in rows],
        ["path", "tag"],
    )
    return Outcome(lines, (), code)


def _report(describe: Callable[[Record], object]) -> Callable[[Sequence[Record]], list[str]]:
    return lambda records: lay_out_report(describe(records[0]))


GETMASTER: Final = Command("getmaster", show_master, "", "Shows the name of the master node.")
INFO: Final = info_command(
    Subject(fetch_cluster, _report(describe_cluster)),
    "",
    "Shows the cluster's settings, and the parameters that nodes and instances have by default.",
    own_options=(ROMAN,),
    arity=NO_ARGUMENTS,
)
VERSION: Final = info_command(
    Subject(lambda invocation: keep_versions(fetch_cluster(invocation)), _report(describe_versions)),
    "",
    "Shows which versions of the software and its interfaces the cluster runs.",
    arity=NO_ARGUMENTS,
    name="version",
)
MASTER_PING: Final = Command(
    "master-ping",
    ping_master,
    "",
    "Ends with 0 if the daemon on the master node answers, else with 1; prints nothing.",
    CONNECTION_OPTIONS,
)
QUEUE: Final = Command(
    "queue",
    operate_queue,
    "drain|undrain|info",
    "Lets the job queue refuse new jobs, or take them again, or shows which it does.",
    CONNECTION_OPTIONS,
    arity=ONE_ARGUMENT,
)
WATCHER: Final = Command(
    "watcher",
    operate_watcher,
    "{pause <duration>|continue|info}",
    "Pauses the watcher, in seconds or with a unit (s, m, h, d, w), lets it go on, or shows which it does.",
    CONNECTION_OPTIONS,
    arity=Arity(1, 2),
)
SEARCH_TAGS: Final = Command(
    "search-tags",
    search_tags,
    "<pattern>",
    "Lists the tags that a regular expression matches, and what bears them.",
    (PRIORITY, FORMAT, *CONNECTION_OPTIONS),
    arity=ONE_ARGUMENT,
)
