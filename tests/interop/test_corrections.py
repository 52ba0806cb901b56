"""Where the real daemon is plainly wrong for the person who asked, ours is right: both answers to each such question.

Conditions on missing values have a module of their own.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from ganeti_lite.simulator import encode_config, replace_config

from .compare import Pair, outcome
from .fields import NORMAL
from .isolated import lay_out, our_daemon
from .luxi import Connection, encode
from .odd_configs import JsonObject, add_instance, bare, identifier, make_nic
from .processes import wait_until
from .side_by_side import SideBySide, both

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("real_ganeti")]

NODATA: Final = 2
SILENT_SECONDS: Final = 2.0
"""The real daemon answers within milliseconds, or never."""

NAMES: Final = ("Query", ["instance", ["name", "tags"], None])
"""The question that the tests about files and texts ask."""


@pytest.fixture
def started(folder: Path) -> Iterator[SideBySide]:
    """Both daemons on a cluster of one node and one instance."""
    with both("small", encode_config(small()), folder) as daemons:
        yield daemons


def small(**changes: Any) -> JsonObject:
    """A cluster of one node and one instance, but for ``changes`` of the instance."""
    config = bare()
    add_instance(config, "web.example.com", **changes)
    return config


def unknown_key(config: JsonObject) -> bytes:
    """A configuration of a release that knows more than this one."""
    config["cluster"]["of_a_later_release"] = [1, 2]
    return encode_config(config)


BROKEN_FILES: Final[dict[str, Callable[[JsonObject], bytes]]] = {
    "empty": lambda _: b"",
    "truncated": lambda config: encode_config(config)[:-500],
    "binary": lambda _: bytes(range(256)) * 10,
    "not an object": lambda _: b"[]",
}


def test_an_unknown_key_takes_the_real_daemon_down_only(started: SideBySide) -> None:
    """Ours takes up a file with a key it does not know; the real one refuses all queries from then on."""
    with started.pair() as pair:
        started.real.config.write_bytes(unknown_key(small(tags=["new"])))
        assert pair.ours.ask(*NAMES).result["data"] == [[[NORMAL, "web.example.com"], [NORMAL, ["new"]]]]
        await_refusal(pair)


@pytest.mark.parametrize("make", BROKEN_FILES.values(), ids=BROKEN_FILES.keys())
def test_a_broken_file_takes_the_real_daemon_down_only(
    started: SideBySide, make: Callable[[JsonObject], bytes]
) -> None:
    """Ours goes on with what it had; the real one refuses even to define fields; both take up the repaired file."""
    with started.pair() as pair:
        before = pair.ours.ask(*NAMES)
        started.real.config.write_bytes(make(small()))
        await_refusal(pair)
        assert outcome(pair.real.ask("QueryFields", ["node", None])) == "ConfigurationError"
        assert outcome(pair.ours.ask("QueryFields", ["node", None])) == "data"
        assert pair.ours.ask(*NAMES) == before
        replace_config(started.real.config, small(tags=["repaired"]))
        assert pair.ours.ask(*NAMES).result["data"][0][1] == [NORMAL, ["repaired"]]
        await_data(pair)
        assert pair.real.ask(*NAMES).decoded["result"]["data"] == pair.ours.ask(*NAMES).decoded["result"]["data"]


def test_a_vanished_file_takes_the_real_daemon_down_only(started: SideBySide) -> None:
    """The same when the file is not there at all."""
    with started.pair() as pair:
        before = pair.ours.ask(*NAMES)
        started.real.config.unlink()
        await_refusal(pair)
        assert pair.ours.ask(*NAMES) == before
        replace_config(started.real.config, small(tags=["back"]))
        assert pair.ours.ask(*NAMES).result["data"][0][1] == [NORMAL, ["back"]]
        await_data(pair)


def await_refusal(pair: Pair) -> None:
    """Wait until the real daemon has noticed that it cannot read its file."""
    wait_until(lambda: outcome(pair.real.ask(*NAMES)) == "ConfigurationError", "the real daemon refuses queries")


def await_data(pair: Pair) -> None:
    """Wait until the real daemon answers again."""
    wait_until(lambda: outcome(pair.real.ask(*NAMES)) == "data", "the real daemon answers queries")


def test_fields_are_defined_before_there_is_a_configuration(folder: Path) -> None:
    """Started on a broken file, ours defines fields and refuses queries as the real daemon does."""
    paths = lay_out(folder / "real", b"{")
    with our_daemon(paths, folder / "ours"), Connection(folder / "ours") as ours:
        assert outcome(ours.ask("QueryFields", ["node", None])) == "data"
        assert outcome(ours.ask(*NAMES)) == "ConfigurationError"
        replace_config(paths.config, small())
        assert outcome(ours.ask(*NAMES)) == "data"


def test_text_beyond_ascii_arrives_whole(folder: Path) -> None:
    """Ours sends UTF-8; the real daemon one byte a character: no text, and perhaps what looks like a message's end."""
    name, tags = "brücke.example.com", ["größe", "ăb", "日本", "🐧"]
    config = small()
    add_instance(config, name, tags=tags)
    query = encode("Query", ["instance", ["name", "tags"], ["==", "name", name]])
    with both("text", encode_config(config), folder) as daemons, daemons.pair() as pair:
        real, ours = pair.real.send(query).raw, pair.ours.send(query).raw
    assert name.encode("latin-1") in real
    assert b'"\x03b"' in real
    with pytest.raises(UnicodeDecodeError):
        real.decode()
    assert json.loads(ours.decode())["result"]["data"] == [[[NORMAL, name], [NORMAL, sorted(tags)]]]


def test_an_unknown_name_beyond_ascii_is_repeated_whole(folder: Path) -> None:
    """So are errors that repeat what was asked for."""
    with both("text", encode_config(small()), folder) as daemons, daemons.pair() as pair:
        query = ["instance", ["name"], ["==", "name", "größe"]]
        assert "größe".encode("latin-1") in pair.real.ask("Query", query).raw
        assert pair.ours.ask("Query", query).error == [
            "OpPrereqError",
            ["Instance name größe not found", "unknown_entity"],
        ]


def test_a_network_that_is_gone_leaves_its_cell_without_data(folder: Path) -> None:
    """Ours answers all the rest; the real daemon never answers."""
    lost = make_nic("lost", {}, network=identifier("network", "gone"))
    config = small(nics=[make_nic("plain", {}), lost])
    add_instance(config, "other.example.com", nics=[make_nic("other", {})])
    query = ["instance", ["name", "nic.network/1", "nic.network.name/1", "nic.networks.names", "nic.count"], None]
    with both("dangling", encode_config(config), folder) as daemons:
        with Connection(daemons.real.query_socket, seconds=SILENT_SECONDS) as real:
            assert real.ask("Query", query).silent
        with Connection(daemons.ours.query_socket) as ours:
            other, web = ours.ask("Query", query).result["data"]
    assert web == [[NORMAL, "web.example.com"], [NORMAL, lost["network"]], [NODATA, None], [NODATA, None], [NORMAL, 2]]
    assert other[-2:] == [[NORMAL, [None]], [NORMAL, 1]]


def test_a_long_value_in_an_error_is_on_one_line(started: SideBySide) -> None:
    """The real daemon breaks the value that it quotes into lines; ours repeats it on one, as programs read it."""
    names = [f"instance-{number}.example.com" for number in range(12)]
    with started.pair() as pair:
        real, ours = (link.ask("QueryInstances", [names, ["name"]]).error for link in (pair.real, pair.ours))
    assert "\n" in real
    assert "\n" not in ours
    for text in (real, ours):
        assert text.startswith("Failed to parse request: Cannot convert value '")
        assert text.endswith("error: Unable to read Triple")
    assert real.split() == ours.split()
