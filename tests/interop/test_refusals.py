"""Our codec refuses requests that are none as the real daemon does, to the letter where clients may know it."""

import pytest

from ganeti_lite.errors import RequestParseError
from ganeti_lite.wire.luxi import decode_request
from tests.wire.test_luxi import MALFORMED, REFUSED
from tests.wire.test_requests import WRONG

from .compare import Comparison
from .luxi import Connection, encode
from .reference_cluster import ReferenceCluster
from .tally import Tally

pytestmark = pytest.mark.interop

SUBJECT = "texts of refusals"
MALFORMED_PREFIX = "Failed to parse request: parsing top-level JSON message: "


def refuse(frame: bytes) -> str:
    """What our codec says of a request."""
    with pytest.raises(RequestParseError) as raised:
        decode_request(frame).decode()
    return raised.value.wire_text


def test_texts(reference: ReferenceCluster, tally: Tally) -> None:
    """Requests without one of the parts that they need, and arguments of the wrong form, are refused alike."""
    comparison = Comparison("reference")
    frames = [frame for frame, _reason in REFUSED] + [encode(method, args) for method, args, _reason in WRONG]
    with Connection(reference.query_socket) as real:
        for frame in frames:
            comparison.note(frame, "malformed", real.send(frame).error, refuse(frame))
    tally.check(SUBJECT, comparison)


def test_malformed_json(reference: ReferenceCluster, tally: Tally) -> None:
    """What is no JSON is refused by both, each in the words of its parser."""
    comparison = Comparison("reference")
    with Connection(reference.query_socket) as real:
        for frame in MALFORMED:
            real_text, our_text = real.send(frame).error, refuse(frame)
            comparison.note(frame, "malformed", real_text[: len(MALFORMED_PREFIX)], our_text[: len(MALFORMED_PREFIX)])
    tally.check(SUBJECT, comparison)
