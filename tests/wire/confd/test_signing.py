"""Signatures."""

import hmac

from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.wire.confd import SigningKey


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_signatures_are_hmac_sha1(secret: bytes, data: bytes) -> None:
    """Whatever the key's length, a signature is what the standard library makes; and the same the second time."""
    key = SigningKey(secret)
    expected = hmac.new(secret, data, "sha1").hexdigest()
    assert [key.sign(data), key.sign(data)] == [expected, expected]
