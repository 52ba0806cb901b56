"""Commands that run a job: declarations against the opcodes, and how they submit, wait, ask and tell."""

from functools import partial
from typing import Any, Final

import pytest

from ganeti_lite.commands import gnt_cluster, gnt_debug, gnt_group, gnt_instance, gnt_network, gnt_node
from ganeti_lite.commands.definitions import Outcome, Program
from ganeti_lite.commands.instances.power import PowerCommand
from ganeti_lite.commands.program import run
from ganeti_lite.commands.submission.declarations import JobCommand
from ganeti_lite.opcodes import OPCODES, decode_opcode
from tests.clients.scripted_server import fail

from .conftest import MadeUpNode, RecordedConsole
from .job_server import JobServer
from .programs import PROGRAMS


def find_declarations() -> list[JobCommand | PowerCommand]:
    """Every command that is a declaration."""
    runs = [command.run for program in PROGRAMS for command in program.commands]
    firsts = [run.args[0] for run in runs if isinstance(run, partial) and run.args]
    return [first for first in firsts if isinstance(first, JobCommand | PowerCommand)]


DECLARATIONS: Final = find_declarations()


def test_there_are_many_declarations() -> None:
    """Most commands that change something are declared."""
    assert len(DECLARATIONS) >= 20


@pytest.mark.parametrize("declaration", DECLARATIONS, ids=lambda declaration: declaration.opcode)
def test_declared_parameters(declaration: JobCommand | PowerCommand) -> None:
    """A declaration names parameters that its opcode has, and none twice."""
    known = {parameter.name for parameter in OPCODES[declaration.opcode].parameters}
    arguments = declaration.arguments if isinstance(declaration, JobCommand) else ("instance_name",)
    named = [*(name.lstrip("*") for name in arguments), *(setting.parameter for setting in declaration.settings)]
    assert set(named) <= known
    assert len(named) == len(set(named))


def call(
    node: MadeUpNode, program: Program, *words: str, server: JobServer | None = None, answers: tuple[str, ...] = ()
) -> tuple[Outcome, RecordedConsole, list[Any]]:
    """How a command ends, what it has told before, and the jobs that it has submitted."""
    taking = server or JobServer()
    console = RecordedConsole(answers=list(answers))
    with node.serve_jobs(taking):
        outcome = run(program, words, node.environ, console)
    return outcome, console, taking.jobs


def test_job_and_log(node: MadeUpNode) -> None:
    """A job has its parameters, the common ones and a trace; its log is shown as it comes."""
    outcome, console, jobs = call(
        node,
        gnt_debug.PROGRAM,
        *("delay", "-d", "-n", "a", "-n", "b", "--no-master", "--priority=high", "--reason=why", "2"),
        server=JobServer(log=["one", "two\tand\u00e4"]),
    )
    assert outcome.exit_code == 0
    assert console.lines == ["Thu Jan  1 00:00:00 1970 one", r"Thu Jan  1 00:00:00 1970 two\tand\xe4"]
    (((opcode),),) = jobs
    reason = opcode.pop("reason")
    assert opcode == {
        "OP_ID": "OP_TEST_DELAY",
        "debug_level": 1,
        "priority": -10,
        "duration": 2.0,
        "on_nodes": ["a", "b"],
        "on_master": False,
        "repeat": 0,
        "interruptible": False,
        "no_locks": False,
    }
    assert [entry[:2] for entry in reason] == [["gnt:user", "why"], ["gnt:client:gnt-debug", "delay"]]
    assert all(isinstance(entry[2], int) and entry[2] > 10**18 for entry in reason)


def test_submit_only(node: MadeUpNode) -> None:
    """With --submit a command only tells the job's id, with --print-jobid to standard output as well."""
    outcome, _, _ = call(node, gnt_group.PROGRAM, "remove", "--submit", "a")
    assert outcome == Outcome([], ("JobID: 1",))
    outcome, _, _ = call(node, gnt_group.PROGRAM, "remove", "--submit", "--print-jobid", "a")
    assert outcome == Outcome(["1"], ("JobID: 1",))
    outcome, console, _ = call(node, gnt_group.PROGRAM, "remove", "--print-jobid", "a")
    assert (outcome, console.lines) == (Outcome([]), ["1"])


def test_failed_job(node: MadeUpNode) -> None:
    """A job's error is the command's."""
    failing = JobServer(failures={1: ["OpPrereqError", ["Not empty", "wrong_state"]]})
    outcome, _, _ = call(node, gnt_group.PROGRAM, "remove", "a", server=failing)
    assert outcome == Outcome(
        [],
        (
            "Failure: prerequisites not met for this operation:",
            "error type: wrong_state, error details:",
            "Not empty",
        ),
        1,
    )


def test_refused_job(node: MadeUpNode) -> None:
    """So is what the server says to a job that it does not take."""
    with node.serve_jobs(lambda _method, _args: fail(["GenericError", ["Queue drained"]])):
        outcome = run(gnt_group.PROGRAM, ["remove", "a"], node.environ, RecordedConsole())
    assert outcome == Outcome([], ("Unhandled Ganeti error: Queue drained",), 1)


@pytest.mark.parametrize(
    ("program", "words", "result", "lines"),
    [
        (
            gnt_node.PROGRAM,
            ["modify", "--drained=yes", "n1"],
            [["drained", True], ["x", None]],
            ["Modified node n1", " - drained -> True", " - x     -> None"],
        ),
        (gnt_node.PROGRAM, ["modify", "--drained=yes", "n1"], [], []),
        (gnt_instance.PROGRAM, ["activate-disks", "i"], [["n1", "disk/0", "/dev/x"]], ["n1:disk/0:/dev/x"]),
        (gnt_instance.PROGRAM, ["rename", "a", "b"], "b.example.com", ["Instance 'a' renamed to 'b.example.com'"]),
        (gnt_cluster.PROGRAM, ["search-tags", "."], [["/b", "x"], ["/a", "y"]], ["/a y", "/b x"]),
    ],
)
def test_results(node: MadeUpNode, program: Program, words: list[str], result: object, lines: list[str]) -> None:
    """What a job has found or changed is told."""
    outcome, _, _ = call(node, program, *words, server=JobServer(result=result))
    assert outcome == Outcome(lines)


EXISTING = {"QueryInstances": lambda _args: [["i"]]}


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (gnt_instance.PROGRAM, ["remove", "i"]),
        (gnt_instance.PROGRAM, ["rename", "--no-name-check", "a", "b"]),
        (gnt_instance.PROGRAM, ["modify", "--hotplug", "--net", "0:modify,name=x", "i"]),
        (gnt_node.PROGRAM, ["modify", "--offline=no", "n"]),
    ],
)
def test_questions(node: MadeUpNode, program: Program, words: list[str]) -> None:
    """What may do harm asks first, unless --force says that it need not."""
    server = JobServer(others=EXISTING)
    outcome, console, jobs = call(node, program, *words, server=server)
    assert (outcome, len(console.questions), jobs) == (Outcome([], (), 1), 1, [])
    outcome, console, jobs = call(node, program, *words, server=server, answers=("y",))
    assert (outcome.exit_code, len(console.questions), len(jobs)) == (0, 1, 1)
    outcome, console, jobs = call(node, program, words[0], "--force", *words[1:], server=JobServer())
    assert (outcome.exit_code, console.questions, len(jobs)) == (0, [], 1)


def test_removal_of_nothing(node: MadeUpNode) -> None:
    """Nobody is asked about an instance that is not there."""
    nothing = JobServer(others={"QueryInstances": lambda _args: []})
    outcome, console, _ = call(node, gnt_instance.PROGRAM, "remove", "i", server=nothing)
    assert outcome.complaints[-1] == "Instance 'i' does not exist"
    assert console.questions == []


def parameters_of(node: MadeUpNode, program: Program, *words: str) -> dict[str, Any]:
    """The canonical form of the only opcode that a command submits."""
    outcome, _, jobs = call(node, program, *words)
    assert outcome.exit_code == 0, outcome.complaints
    (((opcode),),) = jobs
    return decode_opcode(opcode)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-t", "diskless", "i"], {"disks": [], "nics": [{}], "disk_template": "diskless", "mode": "create"}),
        (["-t", "diskless", "--no-nics", "i"], {"nics": []}),
        (["-t", "file", "-s", "1G", "i"], {"disks": [{"size": 1024}]}),
        (
            ["-t", "drbd", "--disk", "1:size=10,name=b", "--disk", "0:size=1g", "-n", "a:b", "i"],
            {"disks": [{"size": 1024}, {"size": 12, "name": "b"}], "pnode": "a", "snode": "b"},
        ),
        (["-t", "plain", "--disk", "0:adopt=x", "i"], {"disks": [{"adopt": "x", "size": 0}]}),
        (
            ["-t", "diskless", "--net", "1:ip=pool,network=n", "i"],
            {"nics": [{}, {"ip": "pool", "network": "n"}]},
        ),
        (
            ["-t", "diskless", "-H", "kvm:acpi=false,usb_devices=a b", "-B", "maxmem=1G,vcpus=2", "i"],
            {
                "hypervisor": "kvm",
                "hvparams": {"acpi": False, "usb_devices": "a,b"},
                "beparams": {"maxmem": 1024, "vcpus": 2},
            },
        ),
        (
            ["-t", "diskless", "--no-start", "--no-ip-check", "--no-name-check", "--tags=a,b", "-o", "noop", "i"],
            {"start": False, "ip_check": False, "name_check": False, "tags": ["a", "b"], "os_type": "noop"},
        ),
    ],
)
def test_new_instances(node: MadeUpNode, words: list[str], expected: dict[str, Any]) -> None:
    """Options become the parameters of a new instance."""
    parameters = parameters_of(node, gnt_instance.PROGRAM, "add", *words)
    assert {name: parameters[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-B", "maxmem=DEFAULT"], {"beparams": {"maxmem": "default"}}),
        (["--net", "add"], {"nics": [["add", -1, {}]]}),
        (["--net", "remove"], {"nics": [["remove", -1, {}]]}),
        (["--net", "2:add,ip=pool"], {"nics": [["add", "2", {"ip": "pool"}]]}),
        (["--net", "0:ip=none"], {"nics": [["modify", "0", {"ip": "none"}]]}),
        (["--net", "-1:remove"], {"nics": [["remove", "-1", {}]]}),
        (["--disk", "add:size=1g"], {"disks": [["add", -1, {"size": 1024}]]}),
        (["--offline"], {"offline": True}),
        (["--online"], {"offline": False}),
        (["-m", "1G"], {"runtime_mem": 1024}),
        (["-c", "no"], {"instance_communication": False}),
    ],
)
def test_changed_instances(node: MadeUpNode, words: list[str], expected: dict[str, Any]) -> None:
    """Options become changes of an instance."""
    parameters = parameters_of(node, gnt_instance.PROGRAM, "modify", *words, "i")
    shown = {
        name: [list(change) for change in value] if name in ("nics", "disks") else value
        for name, value in ((name, parameters[name]) for name in expected)
    }
    assert shown == expected


def test_policies(node: MadeUpNode) -> None:
    """Limits of instances are typed; a group's can be taken back."""
    sizes = "disk-size=1g,cpu-count=1,disk-count=0,memory-size=64,nic-count=0,spindle-use=1"
    typed = {"disk-size": 1024, "cpu-count": 1, "disk-count": 0, "memory-size": 64, "nic-count": 0, "spindle-use": 1}
    words = ("modify", f"--ipolicy-bounds-specs=min:{sizes}/max:{sizes}", "--ipolicy-spindle-ratio=2.5", "g")
    policy = parameters_of(node, gnt_group.PROGRAM, *words)["ipolicy"]
    assert policy == {"minmax": [{"min": typed, "max": typed}], "spindle-ratio": 2.5}
    words = ("modify", "--ipolicy-bounds-specs=default", "--ipolicy-disk-templates=default", "g")
    policy = parameters_of(node, gnt_group.PROGRAM, *words)["ipolicy"]
    assert policy == {"minmax": "default", "disk-templates": "default"}


def test_groups_of_a_network(node: MadeUpNode) -> None:
    """Without groups, all of them are connected, with a job each."""
    server = JobServer(others={"QueryGroups": lambda _args: [["u1"], ["u2"]]})
    outcome, _, jobs = call(node, gnt_network.PROGRAM, "connect", "-N", "link=br1", "net", server=server)
    assert outcome == Outcome([])
    assert [job[0]["group_name"] for job in jobs] == ["u1", "u2"]
    assert {(job[0]["network_mode"], job[0]["network_link"]) for job in jobs} == {("bridged", "br1")}
