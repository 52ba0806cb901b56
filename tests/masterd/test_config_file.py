"""config.data on the disk: versions follow each other whole, and nobody's change is overwritten."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve

from ganeti_lite.config import encode_config
from ganeti_lite.errors import ConfigurationError, OpPrereqError
from ganeti_lite.masterd import changes
from ganeti_lite.masterd.config_file import ConfigFile
from ganeti_lite.snapshot import ClusterSnapshot
from tests.config.upgrades.golden import CLUSTER

from .small_cluster import NOW, WEB


@pytest.fixture
def file(tmp_path: Path) -> ConfigFile:
    """A cluster's file."""
    (tmp_path / "config.data").write_bytes(CLUSTER.read_bytes())
    return ConfigFile(str(tmp_path / "config.data"))


def tag(snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    """A change of an instance."""
    return changes.update(snapshot, evolve(snapshot.instances[WEB], tags=("x",)), now)


def refuse(snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    """A change that cannot be."""
    del snapshot, now
    raise OpPrereqError("no")


def leave(snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    """A change that comes to nothing."""
    del now
    return snapshot


def test_a_version_follows(file: ConfigFile) -> None:
    """The file has the next serial number and the time of the write, and what has changed."""
    before = file.read()
    after = file.write(before, tag, NOW)
    written = json.loads(Path(file.path).read_bytes())
    assert (written["serial_no"], written["mtime"]) == (before.snapshot.serial_no + 1, NOW)
    assert written["instances"][WEB]["tags"] == ["x"]
    assert after.data == Path(file.path).read_bytes() == encode_config(after.snapshot)
    assert os.listdir(os.path.dirname(file.path)) == ["config.data"]
    assert stat.S_IMODE(os.stat(file.path).st_mode) == 0o640


def test_versions_follow_each_other(file: ConfigFile) -> None:
    """What was written last is what the next write follows; a reader finds it again."""
    version = file.read()
    for _ in range(3):
        version = file.write(version, tag, NOW)
    assert file.read().data == version.data
    assert version.snapshot.instances[WEB].serial_no == file.read().snapshot.instances[WEB].serial_no


@pytest.mark.parametrize("change", [refuse, leave])
def test_without_a_change_nothing_is_written(
    file: ConfigFile, change: Callable[[ClusterSnapshot, float], ClusterSnapshot]
) -> None:
    """Neither a refused change nor one that comes to nothing touches the file."""
    before, status = file.read(), os.stat(file.path)
    try:
        assert file.write(before, change, NOW) is before
    except OpPrereqError:
        assert change is refuse
    assert os.stat(file.path) == status


def replace(path: Path) -> None:
    """Another file in its place, of the same content."""
    path.with_name("other").write_bytes(path.read_bytes())
    path.with_name("other").rename(path)


def edit(path: Path) -> None:
    """The same file with another content."""
    with path.open("ab") as stream:
        stream.write(b" ")


def touch(path: Path) -> None:
    """The same file and content with another time."""
    os.utime(path, (1, 1))


@pytest.mark.parametrize("meddle", [replace, edit, touch])
@pytest.mark.parametrize("writes", [0, 1])
def test_what_somebody_else_has_written_is_not_overwritten(
    file: ConfigFile, meddle: Callable[[Path], None], writes: int
) -> None:
    """Before the first write and after others."""
    version = file.read()
    for _ in range(writes):
        version = file.write(version, tag, NOW)
    meddle(Path(file.path))
    content = Path(file.path).read_bytes()
    with pytest.raises(ConfigurationError, match="has been modified since the last write, cannot update"):
        file.write(version, tag, NOW)
    assert Path(file.path).read_bytes() == content


def test_a_file_that_is_gone_is_not_made_anew(file: ConfigFile) -> None:
    """Whoever has moved it away has a reason."""
    version = file.read()
    os.unlink(file.path)
    with pytest.raises(ConfigurationError, match="is gone, cannot update"):
        file.write(version, tag, NOW)
    assert not os.path.exists(file.path)


def test_other_people_may_read_the_file(file: ConfigFile) -> None:
    """Another mode or a read access is no modification."""
    version = file.read()
    os.chmod(file.path, 0o600)
    Path(file.path).read_bytes()
    assert file.write(version, tag, NOW).snapshot.serial_no == version.snapshot.serial_no + 1
    assert stat.S_IMODE(os.stat(file.path).st_mode) == 0o640


@pytest.mark.parametrize(("content", "message"), [(None, "No such file"), (b"{}", "version: is missing")])
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, message: str) -> None:
    """There is no configuration to start from."""
    path = tmp_path / "config.data"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=message):
        ConfigFile(str(path)).read()


@pytest.mark.parametrize(("version", "words"), [(2_160_000, "cfgupgrade"), (3_070_000, "newer than this program")])
def test_a_format_that_is_only_read_is_not_written(tmp_path: Path, version: int, words: str) -> None:
    """An older one would be upgraded behind its owner's back, of a newer one not everything is known."""
    path = tmp_path / "config.data"
    golden = CLUSTER.with_name("config-2.16.json") if version < 3_000_000 else CLUSTER
    path.write_text(json.dumps({**json.loads(golden.read_bytes()), "version": version}))
    with pytest.raises(ConfigurationError, match=words):
        ConfigFile(str(path)).read()
