"""Luxi's framing: a message is any bytes but 0x03, followed by one byte 0x03.

The rules obeyed here:

* bytes come in any chunks, and each of them is looked at once, so the cost is linear whatever the chunks;
* one message may have at most ``limit`` bytes; more are not kept, so memory is bounded by what the peer may send;
* what was complete before a message that is too long can still be taken.

No I/O, and no idea of what a message means.
"""

from collections import deque
from typing import Final

TERMINATOR: Final = b"\x03"

DEFAULT_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of one message. The largest sensible ones, a query that names 100,000 instances or a batch of as many jobs,
have 4 to 40 MB; Ganeti's own daemon sets no limit, and so can be made to eat all memory by anyone who may connect."""


class FrameTooLong(Exception):  # noqa: N818 - named by what the peer did
    """The peer sent more than ``limit`` bytes without a terminator."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"a message of more than {limit} bytes")
        self.limit = limit


class FrameDecoder:
    """Cuts what :meth:`feed` brings into messages, which :meth:`next_frame` gives out in order."""

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self._limit = limit
        self._frames: deque[bytes] = deque()
        self._frames_size = 0
        self._partial = bytearray()
        self._is_broken = False

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the stream.

        :raises FrameTooLong: a message exceeds the limit; so does every later call, for the stream is out of step.
        """
        if self._is_broken:
            raise FrameTooLong(self._limit)
        *ends, rest = data.split(TERMINATOR)
        for end in ends:
            self._extend(end)
            self._frames.append(bytes(self._partial))
            self._frames_size += len(self._partial)
            self._partial.clear()
        self._extend(rest)

    def next_frame(self) -> bytes | None:
        """The oldest complete message, without its terminator; ``None`` if there is none yet."""
        if not self._frames:
            return None
        frame = self._frames.popleft()
        self._frames_size -= len(frame)
        return frame

    @property
    def pending(self) -> int:
        """How many bytes are kept: of complete messages that nobody took yet, and of the one that is coming in."""
        return self._frames_size + len(self._partial)

    def _extend(self, part: bytes) -> None:
        if len(self._partial) + len(part) > self._limit:
            self._is_broken = True
            self._partial.clear()
            raise FrameTooLong(self._limit)
        self._partial += part
