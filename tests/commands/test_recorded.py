"""Our commands ask what Ganeti's have asked, and make of the same answers what those have printed, to the letter."""

import importlib
import json
import shlex
from typing import Any, Final

import pytest

from ganeti_lite.commands.program import run

from .conftest import MadeUpNode, RecordedConsole
from .recorded import Recording, comparable, load_recordings

RECORDINGS: Final = load_recordings()


def test_there_are_many() -> None:
    """Most commands are among the recordings."""
    commands = {tuple(shlex.split(recording.line)[:2]) for recording in RECORDINGS}
    assert len(RECORDINGS) >= 250
    assert len(commands) >= 70


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.line)
def test_recording(node: MadeUpNode, recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests, both streams and the exit code are Ganeti's."""
    monkeypatch.setenv("TZ", "UTC")
    node.write_ssconf("master_node", node.name)
    answers = iter(recording.exchange)

    def respond(_method: str, _args: Any) -> list[bytes] | None:
        answer = next(answers, None)
        return None if answer is None else [json.dumps(answer[2]).encode() + b"\x03"]

    name, *words = shlex.split(recording.line)
    program = importlib.import_module(f"ganeti_lite.commands.{name.replace('-', '_')}").PROGRAM
    console = RecordedConsole()
    with node.serve(respond) as server:
        outcome = run(program, words, node.environ, console, lambda: 0.0)  # long before the recordings
    asked = [comparable(method, args) for method, args in server.requests]
    assert asked == [comparable(method, args) for method, args, _ in recording.exchange]
    assert [*console.lines, *outcome.lines] == recording.output
    assert [*console.complaints, *outcome.complaints] == recording.errors
    assert outcome.exit_code == recording.status
