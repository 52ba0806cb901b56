"""Jobs that are only files: the same rows from both daemons, for every status, content and kind of damage."""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.simulator import encode_config

from .compare import Pair, Request, outcome
from .conftest import short_folder
from .fields import NORMAL, FieldSample, field_sets
from .filters import Filter, FilterSource
from .job_files import damaged, encode_job, every_status, every_value, make_job, make_opcode, write_jobs
from .luxi import Answer, Connection, encode
from .odd_configs import bare
from .side_by_side import SideBySide, both
from .tally import Tally

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("real_ganeti")]

FIELD_SETS: Final = 40
FILTERS: Final = 400
LOOKUPS: Final = 120
TIME_FIELDS: Final = ("received_ts", "start_ts", "end_ts")
NESTED_LISTS: Final = frozenset({"oplog", "opresult"})
"""Lists of lists, in which the real daemon takes lists of letters for texts."""

IN_BOTH: Final = 700
"""The number of a job that is in the queue and in the archive."""
NOT_AT_HOME: Final = 30_700
"""The number of a job in a folder of the archive where it does not belong."""
ODD_IDS: Final[Sequence[Any]] = (
    *(0, 1, 7, "7", "07", " 7", 7.0, IN_BOTH, NOT_AT_HOME, 801, 10_001, 424_242, 2**40, 605, 3, 3),
    *(-1, "-1", 1.5, "x", "", "1x", "1.0", 2**63),
)


@pytest.fixture(scope="module")
def jobs(real_ganeti: None) -> Iterator[SideBySide]:
    """Both daemons on a queue with an archive, in which no file is damaged."""
    with short_folder() as folder, both("jobs", encode_config(bare()), folder) as daemons:
        fill_queue(queue_of(daemons))
        yield daemons


@pytest.fixture(scope="module")
def damaged_jobs(real_ganeti: None) -> Iterator[SideBySide]:
    """Both daemons on a queue of damaged files."""
    with short_folder() as folder, both("damaged jobs", encode_config(bare()), folder) as daemons:
        write_jobs(queue_of(daemons), list(damaged().values()))
        yield daemons


def queue_of(daemons: SideBySide) -> Path:
    """The queue directory that both daemons read."""
    return daemons.real.root / "var/lib/ganeti/queue"


def fill_queue(queue: Path) -> None:
    """Jobs of every kind, some of them archived, and what looks like job files."""
    files = [encode_job(job) for job in (*every_status(), *every_value())]
    write_jobs(queue, files)
    write_jobs(queue, files[-60:], first=800, folder="archive/0")
    write_jobs(queue, files[10:20], first=9_996, folder="archive/0")
    write_jobs(queue, files[20:30], first=10_000, folder="archive/1")
    write_jobs(queue, files[5:6], first=IN_BOTH)
    write_jobs(queue, files[50:51], first=IN_BOTH, folder="archive/0")
    write_jobs(queue, files[50:51], first=NOT_AT_HOME, folder="archive/7")
    write_jobs(queue, files[50:51], first=40_000, folder="archive")
    write_jobs(queue, files[50:51], first=40_001, folder="archive/4/deeper")
    for name in ("job-", "job-1x", "Job-2", "job--3", "job-1.new", "xjob-4", "job-+5", "job-٣"):
        queue.joinpath(name).write_bytes(files[0])


@pytest.fixture
def jobs_pair(jobs: SideBySide) -> Iterator[Pair]:
    """A client of each."""
    with jobs.pair() as pair:
        yield pair


@pytest.fixture
def damaged_pair(damaged_jobs: SideBySide) -> Iterator[Pair]:
    """A client of each."""
    with damaged_jobs.pair() as pair:
        yield pair


def test_each_field_alone(jobs_pair: Pair, tally: Tally) -> None:
    """Every field of every job has the same cell, in lists without and with the archive."""
    names = sample_names(jobs_pair)
    requests: list[Request] = [("Query", ["job", [name], None]) for name in names]
    requests += [("Query", ["job", ["id", name, "archived"], None]) for name in names]
    tally.check("jobs: fields alone", jobs_pair.compare(requests))


def test_field_sets(jobs_pair: Pair, tally: Tally) -> None:
    """Any list of fields gives the same rows, with repeated and unknown fields in their places."""
    chosen = field_sets(sample_names(jobs_pair), random.Random("jobs"), FIELD_SETS)
    tally.check("jobs: sets of fields", jobs_pair.compare(("Query", ["job", names, None]) for names in chosen))


def comparable_as_numbers(sample: FieldSample) -> FieldSample:
    """A field as filters compare it: times by their seconds."""
    if sample.name not in TIME_FIELDS:
        return sample
    return evolve(sample, cells=[(status, time[0] if time else time) for status, time in sample.cells])


def test_filters(jobs_pair: Pair, tally: Tally) -> None:
    """Any filter on what all jobs have lets the same ones through, or fails the same way; times compare by seconds."""
    whole = ["&", ["<", "id", 400]]  # these have all of their times
    rows = jobs_pair.real.ask("Query", ["job", sample_names(jobs_pair), whole]).result
    columns = zip(*rows["data"], strict=True)
    samples = [
        FieldSample(field["name"], field["kind"], [(status, value) for status, value in column])
        for field, column in zip(rows["fields"], columns, strict=True)
    ]
    assert all(sample.is_complete for sample in samples if sample.name in TIME_FIELDS)
    usable = [sample for sample in samples if sample.is_complete and sample.name not in NESTED_LISTS]
    rng = random.Random("filters of jobs")
    sources = [FilterSource(usable, rng), FilterSource([comparable_as_numbers(sample) for sample in usable], rng)]
    wanted = ["id", "status", "received_ts"]
    requests: list[Request] = [
        ("Query", ["job", wanted, ["&", ["<", "id", 400], rng.choice(sources).filter()]]) for _ in range(FILTERS)
    ]
    tally.check("jobs: filters", jobs_pair.compare(requests))


def list_time_conditions() -> Iterator[Filter]:
    """Every operator on each time, with what fits and what does not; ctime and the like do not exist."""
    for name in (*TIME_FIELDS, "opstart", "ctime"):
        for operator in ("==", "=", "!=", "<", "<=", ">", ">="):
            yield from ([operator, name, it] for it in (1795375150, 1795375151, 1795375150.0, 0, "1795375150"))
        yield from (["=[]", name, 459961], ["=[]", name, "x"], ["=~", name, "1"], ["?", name])


def test_filters_on_times(jobs_pair: Pair, tally: Tally) -> None:
    """Filters compare a job's times by their whole seconds."""
    wanted = (["&", ["<", "id", 400], condition] for condition in list_time_conditions())
    tally.check("jobs: filters", jobs_pair.compare(("Query", ["job", ["id"], it]) for it in wanted))


def list_lookups(rng: random.Random) -> Iterator[Filter]:
    """Filters that ask for jobs by number, and some that only look so."""
    for number in ODD_IDS:
        yield ["==", "id", number]
        yield ["&", ["==", "id", number]]
        yield ["|", ["=", "id", 5], ["==", "id", number], None]
    yield from (["|"], ["|", None], ["!", ["==", "id", 3]], ["|", ["==", "id", 3], [">", "id", 10_003]])
    for _ in range(LOOKUPS):
        yield [
            "|",
            *(["==", "id", rng.choice((rng.randint(0, 900), 10_000, 424_242))] for _ in range(rng.randint(1, 9))),
        ]


def is_sendable(qfilter: Filter) -> bool:
    """Whether all numbers of a filter are whole; others are no filters."""
    return "1.5" not in repr(qfilter)


def test_lookups(jobs_pair: Pair, tally: Tally) -> None:
    """Asked for by number, jobs come once each in the order asked for, existing or not."""
    fields = ["id", "status", "archived"]
    filters = list(filter(is_sendable, list_lookups(random.Random("jobs by number"))))
    requests: list[Request] = [("Query", ["job", some, it]) for some in (fields, fields[:2]) for it in filters]
    tally.check("jobs: look-ups", jobs_pair.compare(requests))


WRONG_IDS: Final[Sequence[Any]] = ({}, 5, "5", [None], [[1]], [True], [1, "x"], ["1", 1, 1.0])


def list_classic(names: Sequence[str], rng: random.Random) -> Iterator[Request]:
    """The older call with every kind of ids and fields."""
    everything: Sequence[Any] = (None, [])
    yield from (("QueryJobs", [ids, fields]) for ids in everything for fields in (names, names[:3], []))
    yield from (("QueryJobs", [[number], ["id", "status"]]) for number in ODD_IDS)
    yield from (("QueryJobs", [ids, ["id"]]) for ids in WRONG_IDS)
    yield from (("QueryJobs", [[3], fields]) for fields in (["nosuch"], ["id", "nosuch", "Name", "nosuch"]))
    for _ in range(LOOKUPS):
        ids = [rng.choice((rng.randint(0, 900), str(rng.randint(0, 900)))) for _ in range(rng.randint(1, 9))]
        yield "QueryJobs", [ids, rng.choices(names, k=rng.randint(1, 5))]


def test_classic_queries(jobs_pair: Pair, tally: Tally) -> None:
    """Bare values of jobs by number, of all jobs, and of the archived ones, too, if it is asked whether they are."""
    requests = list_classic(sample_names(jobs_pair), random.Random("classic queries for jobs"))
    tally.check("jobs: classic queries", jobs_pair.compare(requests))


READ_BY_THE_REAL_ONE: Final = frozenset(
    {"priority of an opcode = 1.5", "priority of an opcode = 2.0", "log entry [1.0, [1, 2], 'message', 'x']"}
    | {"log entry [1.5, [1, 2], 'message', 'x']", "log entry [1, [1.0, 2.0], 'message', 'x']"}
    | {f"{what} {time}" for what in ("received", "end of an opcode") for time in ([1.0, 2.0], [1.5, 2], [1, 2.5])}
)
"""Fractions where there are whole numbers, which nobody writes."""

READ_BY_OURS: Final = frozenset({"priority of an opcode missing", "unknown key", "unknown key of an opcode"})
NUMBERS_CUT: Final = frozenset(
    f"{what} {time}" for what in ("received", "end of an opcode") for time in ([2**63, 0], [2**64, 5])
)
SILENT_SECONDS: Final = 2.0


def judged_alike() -> list[int]:
    """The numbers of the damaged jobs about which both daemons agree."""
    others = READ_BY_THE_REAL_ONE | READ_BY_OURS | NUMBERS_CUT | {"blank before"}
    assert others <= damaged().keys()
    return [number for number, name in enumerate(damaged(), start=1) if name not in others]


def number_of(name: str) -> int:
    """The number of the damaged job of which that is said."""
    return list(damaged()).index(name) + 1


def test_damaged_files(damaged_pair: Pair, tally: Tally) -> None:
    """What makes a file unreadable for the real daemon does so for ours, and leaves its row with the number alone."""
    names = sample_names(damaged_pair)
    requests: list[Request] = [("Query", ["job", names, ["==", "id", number]]) for number in judged_alike()]
    requests += [("QueryJobs", [[number], names]) for number in judged_alike()]
    requests.append(("Query", ["job", names, ["|", *(["==", "id", number] for number in judged_alike())]]))
    tally.check("jobs: damaged files", damaged_pair.compare(requests))


def sample_names(pair: Pair) -> list[str]:
    """The names of all fields of jobs."""
    return [field["name"] for field in pair.real.ask("QueryFields", ["job", None]).result["fields"]]


def is_read(answer: Answer) -> bool:
    """Whether the answer's only row has a status."""
    (((kind, _),),) = answer.result["data"]
    return bool(kind == NORMAL)


def ask_status(number: int) -> tuple[str, list[Any]]:
    """The question for one job's status."""
    return "Query", ["job", ["status"], ["==", "id", number]]


@pytest.mark.parametrize("name", sorted(READ_BY_OURS | {"blank before"}))
def test_job_files_of_other_releases_are_read(damaged_pair: Pair, name: str) -> None:
    """Keys that are not known, or a priority that is missing, make a job unreadable for the real daemon only."""
    question = ask_status(number_of(name))
    assert not is_read(damaged_pair.real.ask(*question))
    assert is_read(damaged_pair.ours.ask(*question))


@pytest.mark.parametrize("name", sorted(READ_BY_THE_REAL_ONE))
def test_fractions_make_a_job_unreadable(damaged_pair: Pair, name: str) -> None:
    """The real daemon rounds them."""
    question = ask_status(number_of(name))
    assert is_read(damaged_pair.real.ask(*question))
    assert not is_read(damaged_pair.ours.ask(*question))


def test_large_times_stay_as_they_are(damaged_pair: Pair) -> None:
    """The real daemon keeps 64 bits of them."""
    question = "Query", ["job", ["received_ts"], ["==", "id", number_of(f"received {[2**64, 5]}")]]
    assert damaged_pair.real.ask(*question).result["data"] == [[[NORMAL, [0, 5]]]]
    assert damaged_pair.ours.ask(*question).result["data"] == [[[NORMAL, [2**64, 5]]]]


def test_numbers_beyond_64_bits_are_no_jobs(jobs_pair: Pair) -> None:
    """For the real daemon they wrap around to jobs that were not asked for."""
    assert jobs_pair.real.ask("QueryJobs", [[2**64 + 1], ["id"]]).result == [[1]]
    assert outcome(jobs_pair.ours.ask("QueryJobs", [[2**64 + 1], ["id"]])) == "malformed"


def test_a_file_that_is_no_text_costs_its_row_only(folder: Path) -> None:
    """The real daemon never answers a question about such a file, nor one about all jobs."""
    files = [encode_job(make_job(make_opcode())), encode_job(make_job(make_opcode(result="@"))).replace(b"@", b"\xff")]
    with both("no text", encode_config(bare()), folder) as daemons:
        write_jobs(queue_of(daemons), files)
        for question in (ask_status(2), ("Query", ["job", ["status"], None])):
            with Connection(daemons.real.query_socket, seconds=SILENT_SECONDS) as real:
                assert real.ask(*question).silent
        with Connection(daemons.ours.query_socket) as ours:
            assert not is_read(ours.ask(*ask_status(2)))
            assert ours.ask("QueryJobs", [None, ["id", "status"]]).result == [[1, "success"], [2, None]]


def test_conditions_on_jobs_without_a_value(damaged_pair: Pair) -> None:
    """A job that cannot be read is running and has ended, for the real daemon; for ours it is neither."""
    number = number_of("status of an opcode missing")
    for condition in (["==", "status", "running"], [">", "end_ts", 5], ["?", "archived"]):
        is_met = ["job", ["id"], ["&", condition, ["==", "id", number]]]
        is_not_met = ["job", ["id"], ["&", ["!", condition], ["==", "id", number]]]
        with_others = list(map(len, (rows(damaged_pair.real, is_met), rows(damaged_pair.real, is_not_met))))
        assert with_others == [1, 0]
        assert rows(damaged_pair.ours, is_met) == []
        assert rows(damaged_pair.ours, is_not_met) == [number]


def rows(client: Connection, query: list[Any]) -> list[int]:
    """The numbers of the jobs that a query finds."""
    return [number for [[_, number]] in client.ask("Query", query).result["data"]]


def test_text_beyond_ascii_in_jobs_stays_whole(folder: Path) -> None:
    """The real daemon sends one byte a character, and some that look like a message's end."""
    text = "größe ăb 日本 🐧"
    with both("text in jobs", encode_config(bare()), folder) as daemons, daemons.pair() as pair:
        entry = [1, [1, 2], "message", text]
        write_jobs(queue_of(daemons), [encode_job(make_job(make_opcode(result=text, log=[entry])))])
        request = encode("QueryJobs", [[1], ["opresult", "oplog"]])
        real, ours = pair.real.send(request).raw, pair.ours.send(request).raw
    assert "größe".encode("latin-1") in real
    assert json.loads(ours.decode())["result"] == [[[text], [[entry]]]]


def test_an_unreadable_queue_is_an_error(folder: Path, tally: Tally) -> None:
    """Without the directory no job can be listed; single ones are only missing."""
    with both("no queue", encode_config(bare()), folder) as daemons, daemons.pair() as pair:
        write_jobs(queue_of(daemons), [encode_job(make_job(make_opcode()))])
        questions: list[Request] = [("Query", ["job", ["id", "status"], it]) for it in (None, ["==", "id", 1])]
        questions += [("QueryJobs", [ids, ["id", "status"]]) for ids in (None, [1])]
        questions.append(("QueryJobs", [None, ["id", "archived"]]))
        before = pair.compare(questions)
        queue_of(daemons).rename(folder / "away")
        after = pair.compare(questions)
    tally.check("jobs: unreadable queues", before)
    tally.check("jobs: unreadable queues", after)
    assert after.outcomes["BlockDeviceError"]


def test_unknown_fields_come_before_an_unreadable_queue(folder: Path) -> None:
    """The real daemon looks at the directory first."""
    question = "Query", ["job", ["id"], ["==", "nosuch", 1]]
    with both("no queue", encode_config(bare()), folder) as daemons, daemons.pair() as pair:
        queue_of(daemons).rename(folder / "away")
        assert outcome(pair.real.ask(*question)) == "BlockDeviceError"
        assert outcome(pair.ours.ask(*question)) == "ParameterError"


def test_lists_of_lists_hold_no_texts(jobs_pair: Pair) -> None:
    """The real daemon takes an empty list for an empty text; for ours no list is a text."""
    question = "Query", ["job", ["id"], ["&", ["<", "id", 400], ["=[]", "oplog", "x"]]]
    assert jobs_pair.real.ask(*question).result["data"] == []
    assert outcome(jobs_pair.ours.ask(*question)) == "GenericError"
