"""Why a datagram is dropped: one reason each, in the order in which they are looked for."""

import enum


class Drop(enum.StrEnum):
    """A reason, as the log counts it."""

    MAGIC = "other magic number"
    """It does not begin with ``plj0``."""
    SIZE = "too long"
    """It has more bytes than a request may have, and what was cut off is missed."""
    JSON = "not JSON"
    ENVELOPE = "other envelope"
    """Not exactly the members ``msg``, ``salt`` and ``hmac``, each a string."""
    SIGNATURE = "wrong signature"
    """Signed with another key, or changed on its way."""
    SALT = "salt is no time"
    CLOCK = "too old or too new"
    """The sender's clock differs too much from ours, or the datagram was kept and sent again."""
    MESSAGE = "malformed message"
    """Rightly signed, but no request: members are missing, unknown or of another type, those of a query included."""
    TYPE = "unknown request type"


class DroppedDatagram(Exception):  # noqa: N818 - named by what becomes of it
    """A datagram that is not to be answered.

    :ivar reason: why.
    """

    def __init__(self, reason: Drop) -> None:
        super().__init__(reason.value)
        self.reason = reason
