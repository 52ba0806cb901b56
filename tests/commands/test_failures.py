"""What is said of failures, and with which exit code a command ends."""

import pytest

from ganeti_lite.clients.luxi import AnswerTimeoutError, ConnectionLostError, NoPermissionError, NoServerError
from ganeti_lite.commands.failures import EXPLAINED, explain_failure
from ganeti_lite.commands.filters.errors import FilterSyntaxError
from ganeti_lite.errors import (
    ConfigurationError,
    ForeignError,
    GenericError,
    JobLost,
    OpPrereqError,
    ParameterError,
    ProgrammerError,
)
from ganeti_lite.wire.calls import MalformedAnswerError, RequestRefused


@pytest.mark.parametrize(
    ("error", "lines", "exit_code"),
    [
        (
            OpPrereqError("Node name x not found", "unknown_entity"),
            [
                "Failure: prerequisites not met for this operation:",
                "error type: unknown_entity, error details:",
                "Node name x not found",
            ],
            1,
        ),
        (ParameterError("msg"), ["Failure: unknown/wrong parameter name 'msg'"], 1),
        (ConfigurationError("msg"), ["Corrupt configuration file: msg", "Aborting."], 2),
        (GenericError("msg"), ["Unhandled Ganeti error: msg"], 1),
        (GenericError(), ["Unhandled Ganeti error: "], 1),
        (GenericError("a", "b"), ["Unhandled Ganeti error: ('a', 'b')"], 1),
        (ProgrammerError("msg"), ["Unhandled Ganeti error: msg"], 1),
        (JobLost("msg"), ["Error checking job status: msg"], 1),
        (ForeignError("BlockDeviceError", ["msg"]), ["Unhandled Ganeti error: msg"], 1),
        (ForeignError("SignatureError", ["h", 1]), ["Unhandled Ganeti error: SignatureError ['h', 1]"], 1),
        (ForeignError("ResolverError", ["h", 1, "m"]), ["Failure: can't resolve hostname 'h'"], 1),
        (ForeignError("OpExecError", ["msg"]), ["Failure: command execution error:", "msg"], 1),
        (ForeignError("OpExecError", ["a", "b"]), ["Failure: command execution error:", "('a', 'b')"], 1),
        (ForeignError("OpPrereqError", ["msg"]), ["Failure: prerequisites not met for this operation:", "msg"], 1),
        (ForeignError("TagError", ["msg"]), ["Failure: invalid tag(s) given:", "msg"], 1),
        (ForeignError("TypeEnforcementError", ["msg"]), ["Parameter Error: msg"], 1),
        (ForeignError("HooksFailure", ["msg"]), ["Failure: hooks general failure: msg"], 1),
        (
            ForeignError("HooksAbort", [[["n1", "s1", "no"], ["n2", "s2", ""]]]),
            [
                "Failure: hooks execution failed:",
                "  node: n1, script: s1, output: no",
                "  node: n2, script: s2 (no output)",
            ],
            1,
        ),
        (ForeignError("HooksAbort", [[5]]), ["Unhandled Ganeti error: [5]"], 1),
        (
            ForeignError("JobQueueDrainError", ["msg"]),
            ["Failure: the job queue is marked for drain and doesn't accept new requests"],
            1,
        ),
        (
            ForeignError("JobQueueFull", []),
            ["Failure: the job queue is full and doesn't accept new job submissions until old jobs are archived"],
            1,
        ),
        (
            RequestRefused("Failed to parse request: x"),
            ["Unhandled protocol error while talking to the master daemon:", "Failed to parse request: x"],
            1,
        ),
        (
            MalformedAnswerError("no"),
            ["Unhandled protocol error while talking to the master daemon:", "no"],
            1,
        ),
        (
            FilterSyntaxError("a b", 2, "Expected this"),
            [
                "Error while parsing query filter: "
                "Failed to parse query filter 'a b': Expected this (line 1, column 3)",
                "a b",
                "  ^",
                "Expected this (line 1, column 3)",
            ],
            1,
        ),
        (
            NoServerError("/socket", "Connection refused"),
            [
                "Cannot communicate with the config daemon.",
                "Is the process running and listening for connections?",
                "/socket: Connection refused",
            ],
            1,
        ),
        (
            NoPermissionError("/socket", "permission denied"),
            [
                "It seems you don't have permissions to connect to the master daemon.",
                "Please retry as a different user.",
                "/socket: permission denied",
            ],
            1,
        ),
        (
            AnswerTimeoutError("/socket", "no answer"),
            ["Timeout while talking to the master daemon:", "/socket: no answer"],
            1,
        ),
        (
            ConnectionLostError("/socket", "closed"),
            ["The connection to the master daemon was lost:", "/socket: closed"],
            1,
        ),
    ],
)
def test_explanations(error: Exception, lines: list[str], exit_code: int) -> None:
    """The lines and exit codes that scripts know are those of Ganeti's commands."""
    assert isinstance(error, EXPLAINED)
    assert explain_failure(error) == (lines, exit_code)
