"""Lines of the log are lines."""

from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.serving.printable import printable


def test_ordinary_text_stays() -> None:
    """Names of any script are left alone."""
    assert printable("größe 例 instance-1.example.com") == "größe 例 instance-1.example.com"


def test_control_characters_are_escaped() -> None:
    """As Python writes them."""
    assert printable("a\nb\x1b[0m\u2028\ud800") == "a\\nb\\x1b[0m\\u2028\\ud800"


@given(st.text(st.characters(categories=None)))
def test_any_text_is_printable_then(text: str) -> None:
    """Whatever it was, surrogates too."""
    assert printable(text).isprintable()
