"""Changes to a made-up configuration as wconfd would make them, for tests and measurements of reloading."""

import os
import tempfile
from pathlib import Path
from typing import Final

from ._draws import as_written
from ._objects import JsonObject
from .cluster import encode_config

_CONFIG_MODE: Final = 0o640


def find_instance(config: JsonObject, name: str) -> JsonObject:
    """The instance object of that full name.

    :raises KeyError: there is no such instance.
    """
    for instance in config["instances"].values():
        if instance.get("name") == name:
            return dict(instance)
    raise KeyError(name)


def change_one_instance(config: JsonObject, name: str, **changes: object) -> JsonObject:
    """The configuration after one change of one instance; the given one stays as it is.

    The instance's and the file's serial numbers rise by one, their modification times by a second.

    :param changes: keys of the instance object and their new values; without any, one more virtual CPU.
    :raises KeyError: there is no such instance.
    """
    instance = find_instance(config, name)
    instance |= changes or {"beparams": _with_one_more_vcpu(instance["beparams"])}
    instance |= {"serial_no": instance["serial_no"] + 1, "mtime": as_written(instance["mtime"] + 1)}
    return {
        **config,
        "instances": {**config["instances"], instance["uuid"]: instance},
        "mtime": as_written(config["mtime"] + 1),
        "serial_no": config["serial_no"] + 1,
    }


def _with_one_more_vcpu(beparams: JsonObject) -> JsonObject:
    return {**beparams, "vcpus": beparams.get("vcpus", 1) + 1}


def replace_config(path: Path, config: JsonObject) -> None:
    """Writes config.data as wconfd does: a temporary file beside it, fsync, rename."""
    replace_file(path, encode_config(config), _CONFIG_MODE)


def replace_file(path: Path, content: bytes, mode: int) -> None:
    """Writes a file of the given mode at once or not at all: readers see the old content or the new one.

    :raises OSError: the file cannot be written; what was there stays.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.tmp")
    try:
        with open(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        os.rename(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
