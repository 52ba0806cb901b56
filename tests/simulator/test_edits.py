"""Changes as wconfd makes them."""

import copy
import json
import os
import stat
from pathlib import Path

import pytest

from ganeti_lite.simulator import ClusterShape, build_config, change_one_instance, encode_config, replace_config
from ganeti_lite.simulator.edits import find_instance


def test_a_change_moves_serials_and_times() -> None:
    """The instance and the file are one serial and one second further, nothing else differs."""
    before = build_config(ClusterShape())
    name = next(iter(before["instances"].values()))["name"]
    after = change_one_instance(before, name, admin_state="offline")
    old, new = find_instance(before, name), find_instance(after, name)
    assert new == {**old, "admin_state": "offline", "serial_no": old["serial_no"] + 1, "mtime": new["mtime"]}
    assert new["mtime"] == pytest.approx(old["mtime"] + 1, abs=1e-6)
    assert after["serial_no"] == before["serial_no"] + 1
    assert {uuid for uuid, each in after["instances"].items() if each != before["instances"][uuid]} == {old["uuid"]}


def test_the_given_configuration_stays_as_it_is() -> None:
    """A change gives a new configuration and does not touch the old one."""
    before = build_config(ClusterShape())
    kept = copy.deepcopy(before)
    change_one_instance(before, next(iter(before["instances"].values()))["name"])
    assert before == kept


def test_a_change_without_keys_adds_a_cpu() -> None:
    """The default change is visible in the instance's parameters."""
    before = build_config(ClusterShape())
    name = next(iter(before["instances"].values()))["name"]
    vcpus = find_instance(before, name)["beparams"].get("vcpus", 1)
    assert find_instance(change_one_instance(before, name), name)["beparams"]["vcpus"] == vcpus + 1


def test_unknown_instances_are_refused() -> None:
    """A name that the configuration does not have is a KeyError."""
    with pytest.raises(KeyError, match="nosuch"):
        change_one_instance(build_config(ClusterShape()), "nosuch")


def test_replacing_is_by_rename(tmp_path: Path) -> None:
    """The new file is another one of Ganeti's mode, whole, with nothing left beside it; the old one is untouched."""
    path = tmp_path / "config.data"
    path.write_bytes(b"old")
    with path.open("rb") as old:
        config = build_config(ClusterShape())
        replace_config(path, config)
        assert old.read() == b"old"
    assert path.read_bytes() == encode_config(config)
    assert json.loads(path.read_bytes()) == config
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["config.data"]


def test_a_failed_replacement_leaves_nothing_behind(tmp_path: Path) -> None:
    """Where the rename fails, the temporary file is gone and what was there stays."""
    path = tmp_path / "config.data"
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        replace_config(path, build_config(ClusterShape(instances=0)))
    assert os.listdir(tmp_path) == ["config.data"]
