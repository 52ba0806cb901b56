"""``ganeti-lite confd`` as a whole, against a scripted daemon."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ganeti_lite.commands.confd import main
from tests.doubles.confd import ScriptedConfd

KEY = b"key\n"


def respond(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A daemon that knows one node."""
    match message:
        case {"type": 0}:
            return [{"status": 0, "answer": 3000000, "serial": 0}]
        case {"type": 1, "query": "node1"}:
            return [{"status": 0, "answer": 0, "serial": 7}]
        case {"type": 1, "query": "odd"}:
            return [{"status": 0, "answer": {"of": "a later release"}, "serial": 7}]
        case {"type": 2}:
            return [{"status": 1, "answer": 0, "serial": 0}]
        case {"type": 5}:
            return []
        case _:
            return [{"status": 1, "answer": "there is no such thing", "serial": 0}]


@pytest.fixture
def daemon() -> Iterator[ScriptedConfd]:
    """The scripted daemon."""
    with ScriptedConfd(KEY, respond) as scripted:
        yield scripted


@pytest.fixture
def options(daemon: ScriptedConfd, tmp_path: Path) -> list[str]:
    """What makes the command ask the scripted daemon."""
    key = tmp_path / "key"
    key.write_bytes(KEY)
    host, port = daemon.address
    return ["--address", host, "--port", str(port), "--hmac-key", str(key)]


def test_the_answer_is_printed(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A good answer is printed, and the command succeeds."""
    assert main(["ping", *options]) == 0
    assert main(["1", "node1", *options]) == 0
    assert capsys.readouterr() == ("3000000\nmaster\n", "")


def test_the_whole_reply_is_printed_as_json(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """With ``--json`` errors are printed, too, and the exit code is theirs."""
    assert main(["node-role", "node1", "--json", *options]) == 0
    assert json.loads(capsys.readouterr().out) == {"status": 0, "answer": 0, "serial": 7}
    assert main(["node-role", "nosuch", "--json", *options]) == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out) == {"status": 1, "answer": "there is no such thing", "serial": 0}
    assert shown.err == ""


@pytest.mark.parametrize(
    ("arguments", "text"),
    [(["node-role", "nosuch"], "there is no such thing"), (["node-ip", "192.0.2.9"], "there is no such entry")],
)
def test_errors_are_told(
    options: list[str], arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error reply is told on standard error, numbers in words, and the command fails."""
    assert main([*arguments, *options]) == 1
    assert capsys.readouterr() == ("", f"ganeti-lite confd: {text}\n")


def test_an_answer_of_another_form_is_shown_as_it_is(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What a newer daemon may answer is not hidden."""
    assert main(["node-role", "odd", *options]) == 0
    assert json.loads(capsys.readouterr().out) == {"of": "a later release"}


def test_silence_is_told(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """If nothing comes in time the command fails, and says what to look at."""
    assert main(["candidate-ips", "--timeout", "0.2", *options]) == 1
    assert "no reply from 1 daemon in time" in capsys.readouterr().err


def test_the_candidates_are_asked_by_default(
    daemon: ScriptedConfd, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a node of a cluster the key and the candidates' addresses are at hand."""
    data = tmp_path / "var/lib/ganeti"
    data.mkdir(parents=True)
    (data / "hmac.key").write_bytes(KEY)
    host, port = daemon.address
    (data / "ssconf_master_candidates_ips").write_text(f"{host}\n", encoding="ascii")
    monkeypatch.setenv("GANETI_ROOTDIR", str(tmp_path))
    assert main(["ping", "--port", str(port), "--all"]) == 0
    assert capsys.readouterr().out == "3000000\n"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["ping", "--hmac-key", "/nosuch"], "cannot read the key /nosuch"),
        (["ping", "--address", "nosuch.invalid"], "nosuch.invalid"),
        (["ping", "--replies", "2"], "2 replies cannot come of 1 requests"),
        (["node-role", "x" * 5000], "at most 4096 bytes"),
    ],
)
def test_what_cannot_be_asked_is_told(
    options: list[str], arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a key, an address or a sensible request the command fails and says why."""
    given = {name: value for name, value in zip(options[::2], options[1::2], strict=True) if name not in arguments}
    assert main([*arguments, *(word for pair in given.items() for word in pair)]) == 1
    assert text in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["nosuch"], ["ping", "x"], ["ping", "--port", "x"], ["node-ips", "--link", "x"]]
)
def test_wrong_usage_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong arguments end with code 2 and a usage line."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: ganeti-lite confd")


def test_help_fits_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """No line of the help has more than 80 characters."""
    with pytest.raises(SystemExit):
        main(["--help"])
    assert all(len(line) <= 80 for line in capsys.readouterr().out.splitlines())


def test_contradictions_are_warned_of(
    daemon: ScriptedConfd, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """If daemons differ about the same serial number, that is told beside the answer."""
    port = daemon.address[1]
    other_role = [{"status": 0, "answer": 1, "serial": 7}]
    with ScriptedConfd(KEY, lambda _: other_role, ("127.0.0.2", port)):
        assert main(["node-role", "node1", "--address", "127.0.0.2", *options]) == 0
    shown = capsys.readouterr()
    assert shown.out in ("master\n", "candidate\n")
    assert "different answers of the same serial number" in shown.err


def test_a_reader_that_goes_away_is_no_error(options: list[str]) -> None:
    """Piped into a program that reads nothing, the command ends without a word."""
    program = f"import sys; from ganeti_lite.commands.confd import main; sys.exit(main({['ping', *options]!r}))"
    command = f'{sys.executable} -c "$0" | true'
    done = subprocess.run(["bash", "-c", command, program], check=False, capture_output=True, text=True)
    assert done.stderr == ""
