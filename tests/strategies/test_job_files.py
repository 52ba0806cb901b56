"""Job files that are made up are what they promise, and odd enough."""

from collections.abc import Callable

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ganeti_lite.jobs import parse_job
from ganeti_lite.snapshot import Job

from . import JsonObject, encode_job_file, job_files

ODDITIES: dict[str, Callable[[Job], bool]] = {
    "no opcode": lambda job: not job.opcodes,
    "no time of submission": lambda job: job.received is None,
    "a log of several opcodes": lambda job: sum(bool(opcode.log) for opcode in job.opcodes) > 1,
    "opcodes of several statuses": lambda job: len({opcode.status for opcode in job.opcodes}) > 1,
    "an unreadable number": lambda job: any(len(opcode.result) > 20 for opcode in job.opcodes),
    "text beyond ASCII": lambda job: not all(bytes(opcode.result).isascii() for opcode in job.opcodes),
    "a process": lambda job: job.process_id is not None,
}


@given(job_files(), st.booleans())
def test_job_files_can_be_read(file: JsonObject, is_spaced: bool) -> None:
    """Every one is a job, whichever program has written it."""
    job = parse_job(7, encode_job_file(file, is_spaced=is_spaced), is_archived=False)
    assert [opcode.status for opcode in job.opcodes] == [opcode["status"] for opcode in file["ops"]]


def test_oddities_are_reached() -> None:
    """What makes a job file odd is among some hundred of them."""
    reached: set[str] = set()

    @settings(max_examples=200, phases=[Phase.generate], database=None, derandomize=True)
    @given(job_files())
    def look(file: JsonObject) -> None:
        job = parse_job(1, encode_job_file(file), is_archived=False)
        reached.update(oddity for oddity, is_odd in ODDITIES.items() if is_odd(job))

    look()
    assert reached == set(ODDITIES)
