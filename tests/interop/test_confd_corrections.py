"""Where the real confd is plainly wrong for the person who asked, ours is right: both answers to each such question."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from ganeti_lite.constants import ConfdRequest, NodeRole
from ganeti_lite.simulator import encode_config, replace_config
from ganeti_lite.simulator.edits import replace_file
from ganeti_lite.wire.confd import MAX_REPLY_SIZE

from .confd import ConfdConnection
from .confd_daemons import ConfdPair, confd_pair, find_udp_port, pick_port, real_command, started
from .isolated import lay_out, our_daemon
from .odd_configs import JsonObject, add_instance, bare, make_nic
from .processes import read_log, wait_until

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("real_ganeti")]

UDP_MOST: Final = 65_507
"""Bytes that fit into a datagram at all."""


def small(**changes: Any) -> JsonObject:
    """A cluster of one node and one instance, but for ``changes`` of the cluster object."""
    config = bare()
    config["cluster"] |= changes
    add_instance(config, "web.example.com", nics=[make_nic("web", {}, ip="192.0.2.9")])
    return config


@pytest.fixture
def pair(folder: Path) -> Iterator[ConfdPair]:
    """Both daemons on a cluster of one node and one instance."""
    with confd_pair("small", encode_config(small()), folder) as daemons:
        yield daemons


def statuses(pair: ConfdPair) -> tuple[int, int]:
    """With which status each answers a ping."""
    return pair.real.ask(0).message["status"], pair.ours.ask(0).message["status"]


BROKEN_FILES: Final[dict[str, Callable[[Path], object]]] = {
    "vanished": Path.unlink,
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-500]),
    "binary": lambda path: path.write_bytes(bytes(range(256)) * 10),
    "from a later release": lambda path: path.write_bytes(encode_config(small(of_a_later_release=1))),
}


@pytest.mark.parametrize("damage", BROKEN_FILES.values(), ids=BROKEN_FILES.keys())
def test_a_broken_file_takes_the_real_confd_down_only(pair: ConfdPair, damage: Callable[[Path], object]) -> None:
    """Ours goes on answering; the real one refuses everything, ping too, until the file is repaired."""
    damage(pair.paths.config)
    wait_until(lambda: pair.real.ask(0).message["status"] == 1, "the real confd refuses")
    assert statuses(pair) == (1, 0)
    assert pair.ours.ask(3).message["answer"] == pair.paths.master_name
    replace_config(pair.paths.config, small())
    wait_until(lambda: statuses(pair) == (0, 0), "both answer again")


def test_before_there_is_a_configuration_ours_refuses_as_the_real_one_does(folder: Path) -> None:
    """Every request, ping too, is answered with an error and serial number 0."""
    paths = lay_out(folder / "ours", b"{")
    with our_daemon(paths, folder / "o"):
        port = find_udp_port(folder / "o.log")
        with ConfdConnection(paths.hmac_key.read_bytes(), "127.0.0.1", port) as ours:
            for request_type in ConfdRequest:
                message = ours.ask(request_type.value).message
                assert (message["status"], message["serial"]) == (1, 0)
            replace_config(paths.config, small())
            wait_until(lambda: ours.ask(0).message["status"] == 0, "ours answers")


def test_the_masters_role(pair: ConfdPair) -> None:
    """By its short name or UUID, the real one takes the master for a mere candidate."""
    (uuid,) = json.loads(pair.paths.config.read_bytes())["nodes"]
    for name in (pair.paths.master_name.partition(".")[0], uuid):
        assert pair.real.ask(1, name).message["answer"] == NodeRole.CANDIDATE
        assert pair.ours.ask(1, name).message["answer"] == NodeRole.MASTER
    for client in (pair.real, pair.ours):
        assert client.ask(1, pair.paths.master_name).message["answer"] == NodeRole.MASTER


def test_field_numbers_as_digits(pair: ConfdPair) -> None:
    """Debian's confd-client sends them so: the real one keeps silent, ours answers."""
    assert pair.real.ask(3, {"3": ["0", "2"]}).raw is None
    assert pair.ours.ask(3, {"3": ["0", "2"]}).message == pair.real.ask(3, {"3": [0, 2]}).message


@pytest.mark.parametrize(("instances", "is_sent"), [(141, True), (400, False)])
def test_answers_that_are_too_large(folder: Path, instances: int, is_sent: bool) -> None:
    """The real one sends more than a client reads, or nothing; ours says that the answer is too large."""
    config = bare()
    for number in range(instances):
        add_instance(config, f"instance{number}.example.com")
    with confd_pair("large", encode_config(config), folder) as pair:
        real = pair.real.ask(8, pair.paths.master_name).raw
        ours = pair.ours.ask(8, pair.paths.master_name)
    assert (real is not None and MAX_REPLY_SIZE < len(real) <= UDP_MOST) is is_sent
    assert is_sent or real is None
    assert ours.message["status"] == 1
    assert str(MAX_REPLY_SIZE) in ours.message["answer"]


def test_text_beyond_ascii(folder: Path) -> None:
    """Ours escapes it; the real one sends the low byte of each character, under the signature of the whole text."""
    tags = ["größe", "日本"]
    with confd_pair("text", encode_config(small(tags=tags)), folder) as pair:
        real, ours = pair.real.ask(10, "/cluster/tags"), pair.ours.ask(10, "/cluster/tags")
    assert ours.raw is not None
    assert ours.raw.isascii()
    assert ours.is_signed_with(pair.ours.key)
    assert ours.message["answer"] == sorted(tags)
    assert not real.is_signed_with(pair.real.key)
    assert real.message["answer"] != sorted(tags)


def test_a_new_key(pair: ConfdPair) -> None:
    """Ours takes up a replaced key; the real one goes on with the old one until it is started again."""
    new_key = b"new key\n"
    replace_file(pair.paths.hmac_key, new_key, 0o440)
    wait_until(lambda: pair.ours.ask_with(new_key, 0).raw is not None, "ours takes up the new key")
    assert pair.real.ask_with(new_key, 0).raw is None


def test_a_key_that_comes_late(folder: Path) -> None:
    """Without a key the real one dies; ours waits for it and serves the query socket meanwhile."""
    paths = lay_out(folder / "real", encode_config(small()))
    key = paths.hmac_key.read_bytes()
    paths.hmac_key.unlink()
    command = real_command("127.0.0.1", pick_port("127.0.0.1"))
    with started(command, log=folder / "real.log", environment=paths.environment()) as real:
        assert real.wait(timeout=20) != 0
    with our_daemon(paths, folder / "o"):
        log = folder / "o.log"
        wait_until(lambda: "no key in" in read_log(log), "ours says that there is no key")
        assert read_log(log).count("no key in") == 1
        assert "answering confd requests" not in read_log(log)
        replace_file(paths.hmac_key, key, 0o440)
        with ConfdConnection(key, "127.0.0.1", find_udp_port(log)) as ours:
            wait_until(ours.is_answering, "ours answers")
