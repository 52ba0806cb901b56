"""Framing: any chunks in, the same messages out, at linear cost and in bounded memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.wire.framing import TERMINATOR, FrameDecoder, FrameTooLong

MESSAGES = st.lists(st.binary(max_size=20).map(lambda text: text.replace(TERMINATOR, b"")), max_size=6)

STREAMS = [
    (b"", [], True),
    (b"\x03", [b""], True),
    (b"{}\x03", [b"{}"], True),
    (b"{}\x03[]\x03", [b"{}", b"[]"], True),
    (b"\x03\x03", [b"", b""], True),
    (b"{}\x03tail", [b"{}"], False),
    (b"tail", [], False),
]
"""What comes in; what messages are in it; whether it ends between messages."""


def take_all(decoder: FrameDecoder) -> list[bytes]:
    """Every message that is complete."""
    return list(iter(decoder.next_frame, None))


@pytest.mark.parametrize(("stream", "messages", "is_complete"), STREAMS)
def test_whole(stream: bytes, messages: list[bytes], is_complete: bool) -> None:
    """A stream that comes at once gives its messages in order."""
    decoder = FrameDecoder()
    decoder.feed(stream)
    assert take_all(decoder) == messages
    assert (decoder.pending == 0) is is_complete


@pytest.mark.parametrize(("stream", "messages", "is_complete"), STREAMS)
def test_byte_by_byte(stream: bytes, messages: list[bytes], is_complete: bool) -> None:
    """A stream that comes byte by byte gives the same messages."""
    decoder = FrameDecoder()
    for byte in stream:
        decoder.feed(bytes([byte]))
    assert take_all(decoder) == messages
    assert (decoder.pending == 0) is is_complete


@given(messages=MESSAGES, tail=st.binary(max_size=20), sizes=st.lists(st.integers(1, 9), min_size=1))
def test_any_chunks(messages: list[bytes], tail: bytes, sizes: list[int]) -> None:
    """However the stream is cut, the messages are the same, and what is kept is counted."""
    tail = tail.replace(TERMINATOR, b"")
    stream = b"".join(message + TERMINATOR for message in messages) + tail
    decoder = FrameDecoder()
    position = turn = 0
    while position < len(stream):
        size = sizes[turn % len(sizes)]
        decoder.feed(stream[position : position + size])
        position, turn = position + size, turn + 1
    assert decoder.pending == sum(map(len, messages)) + len(tail)
    assert take_all(decoder) == messages
    assert decoder.pending == len(tail)


def test_longest_message() -> None:
    """A message of exactly the limit is taken, whether it comes whole or cut."""
    decoder = FrameDecoder(limit=4)
    decoder.feed(b"abcd\x03ab")
    decoder.feed(b"cd")
    decoder.feed(b"\x03")
    assert take_all(decoder) == [b"abcd", b"abcd"]


@pytest.mark.parametrize(
    ("start", "last"), [(b"", b"abcde"), (b"abcd", b"e"), (b"", b"abcde\x03"), (b"ab\x03abc", b"de\x03")]
)
def test_too_long(start: bytes, last: bytes) -> None:
    """One byte more than the limit is an error, terminated or not."""
    decoder = FrameDecoder(limit=4)
    decoder.feed(start)
    with pytest.raises(FrameTooLong, match="more than 4 bytes"):
        decoder.feed(last)


def test_after_a_message_that_is_too_long() -> None:
    """Messages before the long one can still be taken, nothing of it is kept, and nothing can follow it."""
    decoder = FrameDecoder(limit=4)
    with pytest.raises(FrameTooLong):
        decoder.feed(b"ok\x03abcdefgh")
    assert decoder.pending == 2
    assert take_all(decoder) == [b"ok"]
    with pytest.raises(FrameTooLong):
        decoder.feed(b"\x03")


def test_many_bytes_one_by_one() -> None:
    """A million single bytes are one message; the time they take is linear (a quadratic decoder would take hours)."""
    decoder = FrameDecoder()
    for _ in range(1_000_000):
        decoder.feed(b"x")
    decoder.feed(TERMINATOR)
    assert decoder.next_frame() == b"x" * 1_000_000
