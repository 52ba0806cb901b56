"""JSON that is given up when it gets too long."""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confd.bounded_json import TooLargeError, encode_bounded

from .recorded import load_config_bytes, load_snapshot

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text('aä"\\\n🐧', max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abü", max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(JSON)
def test_it_is_json(value: object) -> None:
    """What comes out means what went in; read-only containers count as what they are."""
    encoded = encode_bounded(value, 1 << 20)
    assert json.loads(encoded) == value
    assert encode_bounded((MappingProxyType({"a": value}),), 1 << 20) == b'[{"a":' + encoded + b"}]"


@given(JSON)
def test_the_limit_is_exact(value: object) -> None:
    """As many bytes as there are fit; with one less it does not."""
    size = len(encode_bounded(value, 1 << 20))
    assert len(encode_bounded(value, size)) == size
    with pytest.raises(TooLargeError):
        encode_bounded(value, size - 1)


def test_objects_of_the_configuration_are_encoded_as_in_the_file() -> None:
    """A table of disks, with children, comes out as config.data has it."""
    expected = json.loads(load_config_bytes())["disks"]
    assert json.loads(encode_bounded(load_snapshot().disks, 1 << 20)) == expected


class CountingTable(Mapping[str, str]):
    """A table that knows how much of it was looked at."""

    looked_at = 0

    def __getitem__(self, key: str) -> str:
        self.looked_at += 1
        return "x" * 100

    def __iter__(self) -> Iterator[str]:
        return map(str, range(100_000))

    def __len__(self) -> int:
        return 100_000


def test_no_more_is_looked_at_than_fits() -> None:
    """Of a table that is far too large only the beginning is encoded."""
    table = CountingTable()
    with pytest.raises(TooLargeError):
        encode_bounded(table, 10_000)
    assert table.looked_at < 100


def test_what_is_not_of_a_configuration_is_refused() -> None:
    """A value that is neither JSON nor an object of the configuration is a bug, and says so."""
    with pytest.raises(TypeError):
        encode_bounded(object(), 100)
