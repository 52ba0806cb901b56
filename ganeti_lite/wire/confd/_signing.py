"""Signatures: HMAC-SHA1 as RFC 2104 has it, for many short messages and one key."""

import hashlib
from typing import Final

_BLOCK_SIZE: Final = 64
_INNER_PAD: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER_PAD: Final = bytes(byte ^ 0x5C for byte in range(256))


class SigningKey:
    """A key with the two blocks that HMAC makes of it hashed already, which is half of what a signature costs.

    :param secret: the content of the cluster's hmac.key, its line end included.
    """

    def __init__(self, secret: bytes) -> None:
        short = hashlib.sha1(secret).digest() if len(secret) > _BLOCK_SIZE else secret  # noqa: S324 - the protocol's
        block = short.ljust(_BLOCK_SIZE, b"\x00")
        self._inner: Final = hashlib.sha1(block.translate(_INNER_PAD))  # noqa: S324 - as above
        self._outer: Final = hashlib.sha1(block.translate(_OUTER_PAD))  # noqa: S324 - as above

    def sign(self, data: bytes) -> str:
        """The signature of *data*: 40 lower-case hexadecimal digits."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(data)
        outer.update(inner.digest())
        return outer.hexdigest()
