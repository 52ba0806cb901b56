"""What was ever found goes through every target again; and the targets notice what they are to notice."""

from pathlib import Path
from typing import Final

import pytest

from .__main__ import CORPUS, TARGETS, WORDS
from .targets import TARGETS as FUNCTIONS
from .targets import run_target

FILES: Final = sorted(path for path in CORPUS.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_corpus_is_borne(path: Path) -> None:
    """No target fails by an input that was kept, whichever it was found for."""
    for name in TARGETS:
        run_target(name, path.read_bytes())


def test_every_target_has_a_function_and_a_corpus() -> None:
    """The names that can be fuzzed are those that there are, and each starts from something."""
    assert set(TARGETS) == set(FUNCTIONS) == {path.parent.name for path in FILES}


def test_the_corpus_is_small() -> None:
    """It is run with the quick tests, so it has what differs and nothing twice."""
    assert len(FILES) < 200
    assert sum(path.stat().st_size for path in FILES) < 500_000


def test_the_dictionary_is_one_for_libfuzzer() -> None:
    """Each line is a quoted word."""
    assert all(line.startswith('"') and line.endswith('"') for line in WORDS.read_text(encoding="utf-8").splitlines())
