"""Whatever bytes come, they are a configuration or a :class:`ConfigFormatError`, and nothing else is ever raised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.config import load_config
from ganeti_lite.config._containers import MAX_DEPTH

from .places import CONFIG, DISK, INSTANCE, NODE, Steps, encode, faults_in, replaced
from .test_golden import GOLDEN

SMALL = (GOLDEN / "config-3.1.json").read_bytes()
LARGE = (GOLDEN / "config-3.0.json").read_bytes()
MARK = "put it here"


def with_raw(steps: Steps, raw: bytes) -> bytes:
    """The golden file with raw bytes as the value of one place."""
    return encode(replaced(CONFIG, steps, MARK)).replace(f'"{MARK}"'.encode(), raw)


def with_nested_disks(depth: int, size: bytes) -> bytes:
    """The golden file with children of children, all of one size."""
    child = b'{"uuid":"c","dev_type":"plain","logical_id":[],"size":%b,"children":[' % size
    return with_raw(("disks", DISK, "children"), b"[" + child * depth + b"]}" * depth + b"]")


def test_cut_off_anywhere() -> None:
    """A file that ends too early is refused, wherever it ends."""
    assert [size for size in range(len(SMALL)) if not faults_in(SMALL[:size])] == []
    assert faults_in(SMALL) == ()


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "is empty"),
        (b" \n", "cannot be read as JSON (2 bytes): Input data was truncated"),
        (b"\x00\xff\x7fELF", "cannot be read as JSON (6 bytes): "),
        (b"\xef\xbb\xbf{}", "cannot be read as JSON (5 bytes): "),
        (b"[]", "expected an object, got a list"),
        (b"null", "expected an object, got null"),
        (b'"3.0"', "expected an object, got '3.0'"),
        (b"[1,", "cannot be read as JSON (3 bytes): Input data was truncated"),
        (b"1e400", "cannot be read as JSON (5 bytes): Number out of range"),
        (SMALL + b"x", f"cannot be read as JSON ({len(SMALL) + 1} bytes): "),
        (SMALL + SMALL, f"cannot be read as JSON ({2 * len(SMALL)} bytes): "),
        (SMALL.replace(b'"version"', b'"ver\xffsion"'), f"cannot be read as JSON ({len(SMALL) + 1} bytes): "),
        (b"[" * 100_000, "cannot be read as JSON (100000 bytes): "),
        (b'{"a":' * 100_000, "cannot be read as JSON (500000 bytes): "),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_not_a_json_object(data: bytes, fault: str) -> None:
    """A file that as a whole is no JSON object is one fault without a path."""
    (found,) = faults_in(data)
    assert str(found).startswith(fault)


def test_blanks_around_the_object() -> None:
    """Blanks and line ends around the object mean nothing."""
    assert faults_in(b" \n\t" + SMALL + b"\r\n ") == ()


@pytest.mark.parametrize(
    "raw",
    [
        *(
            b'"\xff"',
            b'"\xed\xa0\x80"',
            b'"\\ud800"',
            b'"\\udc00\\ud800"',
            b'{"\xff":1}',
            b'{"\\ud800":1}',
            b'"a\x00b"',
        ),
        *(b"NaN", b"-Infinity", b"1e400", b"01", b"9" * 4000, b"9" * 5000, b"1" + b"0" * 19),
        *(b"nul", b"{,}", b"[1", b'"a'),
    ],
    ids=lambda raw: repr(raw[:20]),
)
@pytest.mark.parametrize(
    "steps", [("nodes", NODE, "shelf"), ("instances", INSTANCE, "hvparams", "acpi"), ("cluster", "cluster_name")]
)
def test_values_that_are_no_json(steps: Steps, raw: bytes) -> None:
    """Bytes that are no JSON, no text or no number of 64 bits are refused with the path of their object or of all."""
    (fault,) = faults_in(with_raw(steps, raw))
    assert "/".join(map(str, steps)).startswith(fault.path)


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 400, 900, 100_000])
@pytest.mark.parametrize(
    "steps",
    [
        ("instances", INSTANCE, "osparams", "x"),
        ("nodes", NODE, "shelf"),
        ("disks", DISK, "logical_id", 0),
        ("disks", DISK, "params", "x"),
        ("instances", INSTANCE, "nics"),
        ("cluster", "hvparams", "kvm", "x"),
    ],
)
def test_deep_nesting(steps: Steps, depth: int, opening: bytes) -> None:
    """However deep a value nests, that is a fault and no crash."""
    closing = b"]" if opening == b"[" else b"1}"
    raw = opening * depth + (closing if opening != b"[" else b"") + closing[-1:] * (depth - (opening != b"["))
    assert faults_in(with_raw(steps, raw))


@pytest.mark.parametrize(("depth", "size", "is_refused"), [(50, b"1", False), (50, b'"1"', True), (900, b"1", True)])
def test_disks_in_disks(depth: int, size: bytes, is_refused: bool) -> None:
    """Children of children may nest deeper than anybody needs; too deep ones are a fault and no crash."""
    assert bool(faults_in(with_nested_disks(depth, size))) is is_refused


@pytest.mark.parametrize("depth", range(100, 900, 50))
@pytest.mark.parametrize("size", [b"1", b'"1"'])
def test_disks_in_disks_at_the_limit(depth: int, size: bytes) -> None:
    """Where the limit is does not matter: around it there is no crash either."""
    faults_in(with_nested_disks(depth, size))


def test_as_deep_as_allowed() -> None:
    """What nests just as deep as is allowed is taken."""
    depth = MAX_DEPTH - 1  # the object that holds the value is a level, too
    assert faults_in(with_raw(("instances", INSTANCE, "osparams", "x"), b"[" * depth + b"]" * depth)) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"serial_no":5}', b'"serial_no":4,"serial_no":5}'),
        (b'"cluster":{', b'"cluster":3,"cluster":{'),
        (b'"admin_state":"offline"', b'"admin_state":"gone","admin_state":"offline"'),
        (b'"instances":{', b'"instances":{"30000001-aaaa-4000-8000-000000000001":7,'),
    ],
)
def test_of_equal_keys_the_last_one_counts(before: bytes, after: bytes) -> None:
    """A key that occurs twice has the value that stands last, as for the Python tools of Ganeti."""
    assert before in SMALL
    snapshot = load_config(SMALL.replace(before, after)).snapshot
    assert snapshot.serial_no == 5
    assert [item.admin_state for item in snapshot.instances.values()] == ["offline"]


@given(data=st.sampled_from((SMALL, LARGE)), place=st.floats(0, 1), size=st.integers(0, 3), new=st.binary(max_size=3))
def test_any_damage(data: bytes, place: float, size: int, new: bytes) -> None:
    """Bytes lost, added or overwritten anywhere give a configuration or faults."""
    start = int(place * len(data))
    faults_in(data[:start] + new + data[start + size :])


@given(st.binary(max_size=50))
def test_any_bytes(data: bytes) -> None:
    """No bytes at random are a configuration."""
    assert faults_in(data)
