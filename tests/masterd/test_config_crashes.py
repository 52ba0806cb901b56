"""``kill -9`` at any point, and a full disk: the file is always one whole version, and none older than was told."""

import multiprocessing
import random
from pathlib import Path

import pytest

from ganeti_lite.config import parse_config
from ganeti_lite.simulator import ClusterShape, build_config, encode_config

from .config_stream import fill, stream

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.masterd.config_stream"])


def write_until_killed(path: Path, draws: random.Random) -> int:
    """The serial number that was told last by a process that was killed while it was writing."""
    receiver, sender = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=stream, args=(str(path), sender))
    process.start()
    sender.close()
    told: list[int] = [receiver.recv() for _ in range(draws.randrange(1, 6))]
    receiver.poll(draws.random() / 100)  # a random part of a write goes by, unless it ends before
    process.kill()
    process.join()
    while receiver.poll():
        try:
            told.append(receiver.recv())
        except EOFError:
            break
    return told[-1]


@pytest.mark.parametrize("kills", [10, pytest.param(200, marks=pytest.mark.bench)])
def test_a_killed_writer_leaves_a_whole_version(tmp_path: Path, kills: int) -> None:
    """Whatever was told is in the file, at most one version more, and never a part of one."""
    path = tmp_path / "config.data"
    path.write_bytes(encode_config(build_config(ClusterShape(nodes=9, instances=150))))
    draws = random.Random(kills)
    for _ in range(kills):
        told = write_until_killed(path, draws)
        snapshot = parse_config(path.read_bytes())
        assert told <= snapshot.serial_no <= told + 1
        assert {item.tags for item in snapshot.instances.values()} == {(str(snapshot.serial_no),)}


def test_a_full_disk_leaves_the_old_version(tmp_path: Path) -> None:
    """The write fails with what the system says; the old file is there, and nothing besides."""
    path = tmp_path / "config.data"
    path.write_bytes(encode_config(build_config(ClusterShape())))
    content = path.read_bytes()
    receiver, sender = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=fill, args=(str(path), len(content) // 2, sender))
    process.start()
    name, (message,) = receiver.recv()
    process.join()
    assert (name, message) == ("GenericError", f"Cannot write {path}: File too large")
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]
