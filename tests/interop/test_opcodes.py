"""Opcodes in the job queue: what the real daemon's fields ``ops`` and ``summary`` say of them, and what ours would."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from ganeti_lite.opcodes import OPCODES, reencode_opcode, summarize_encoded
from ganeti_lite.simulator import encode_config
from tests.opcodes.inputs import ODD, common_parameters, delays, one_parameter_each, several_parameters

from .compare import Comparison
from .isolated import lay_out, real_daemon
from .luxi import Connection
from .odd_configs import bare
from .tally import Tally

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("real_ganeti")]

OPCODES_PER_JOB: Final = 100
JOBS_PER_QUESTION: Final = 100
RANDOM_OPCODES: Final = 5000
DELAYS: Final = 2000
GANETI_LIBRARY: Final = "/usr/share/ganeti/3.0"

LIST_PARAMETERS: Final = """
import json
from ganeti import opcodes
print(json.dumps({name: [item[0] for item in cls.OP_PARAMS] for name, cls in opcodes.OP_MAPPING.items()}))
"""


def write_jobs(queue: Path, inputs: Sequence[object]) -> list[int]:
    """Job files that hold these opcodes, all of which have ended; the jobs' numbers."""
    queue.mkdir(exist_ok=True)
    times = {key: [1, 2] for key in ("start_timestamp", "exec_timestamp", "end_timestamp")}
    numbers = []
    for number, batch in enumerate(chunks(inputs, OPCODES_PER_JOB), start=1):
        done = {"status": "success", "result": None, "log": [], "priority": 0, **times}
        job = {"id": number, "ops": [{"input": raw, **done} for raw in batch], "received_timestamp": [1, 2]}
        queue.joinpath(f"job-{number}").write_text(json.dumps(job))
        numbers.append(number)
    return numbers


def chunks(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """The items in portions."""
    return (items[start : start + size] for start in range(0, len(items), size))


def read_jobs(daemon: Connection, numbers: Sequence[int]) -> Iterator[tuple[Any, Any]]:
    """What the daemon says of each opcode: it as a whole, and its summary."""
    for portion in chunks(numbers, JOBS_PER_QUESTION):
        wanted = ["|", *(["=", "id", number] for number in portion)]
        for (_, ops), (_, summary) in daemon.ask("Query", ["job", ["ops", "summary"], wanted]).result["data"]:
            yield from zip(ops, summary, strict=True)


def test_opcodes_are_answered_as_by_ganeti(folder: Path, tally: Tally) -> None:
    """Every opcode, whatever its parameters are, is decoded, written again and summed up as the real daemon does it."""
    inputs = [*ODD, *one_parameter_each(), *common_parameters(), *several_parameters(RANDOM_OPCODES, seed=29)]
    inputs += delays(DELAYS, seed=31)
    paths = lay_out(folder, encode_config(bare()))
    numbers = write_jobs(paths.root / "var/lib/ganeti/queue", inputs)
    comparison = Comparison("opcodes")
    with real_daemon(paths) as socket, Connection(socket) as daemon:
        for raw, (real, real_summary) in zip(inputs, read_jobs(daemon, numbers), strict=True):
            ours = [reencode_opcode(raw), summarize_encoded(json.dumps(raw).encode())]
            comparison.note(raw, "decoded" if is_decoded(real) else "unchanged", [real, real_summary], ours)
    tally.check("opcodes of jobs", comparison)
    assert comparison.outcomes["decoded"] > RANDOM_OPCODES < comparison.outcomes["unchanged"]


def is_decoded(answered: object) -> bool:
    """Whether the daemon has understood an opcode: then these are there, given or not."""
    return isinstance(answered, dict) and {"comment", "depends", "priority"} <= answered.keys()


def test_all_opcodes_and_parameters_are_known() -> None:
    """The tables list the opcodes of the installed Ganeti, with the same parameters in the same order."""
    command = ["/usr/bin/python3", "-c", LIST_PARAMETERS]
    environment = {"PYTHONPATH": GANETI_LIBRARY}
    shown = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    ours = {name: [parameter.name for parameter in opcode.parameters] for name, opcode in OPCODES.items()}
    assert ours == json.loads(shown)
