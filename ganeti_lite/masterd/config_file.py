"""config.data on the disk: read once, then replaced version by version, whole. Blocks; meant for a worker thread.

Nobody else may write the file: before each write it is compared with what was last read or written. A file that
somebody has replaced or edited meanwhile is never overwritten; then the daemon must be started anew.
"""

import os
from os.path import dirname
from typing import Final, NamedTuple

from attrs import evolve, field, frozen

from ganeti_lite.config import ConfigFormatError, EncodedConfig, find_write_fault, load_config, read_version
from ganeti_lite.errors import ConfigurationError
from ganeti_lite.files import FileSignature, read_file, read_signature
from ganeti_lite.masterd.units import Change
from ganeti_lite.snapshot import ClusterSnapshot

from .atomic_write import Owner, replace_file, sync_folder

MODE: Final = 0o640
"""Of config.data: it holds passwords of instances."""


class ForeignChangeError(ConfigurationError):
    """Somebody else has written the file; nothing can be changed until this program has read it anew."""


class FileIdentity(NamedTuple):
    """What tells whether a file is still the one that was written; times in nanoseconds."""

    device: int
    inode: int
    size: int
    mtime: int

    @classmethod
    def of(cls, signature: FileSignature) -> "FileIdentity":
        return cls(signature.device, signature.inode, signature.size, signature.mtime)


@frozen(eq=False)
class ConfigVersion:
    """One version of the configuration, as it is on the disk.

    :ivar data: the bytes of the file as this daemon writes it; of a file that was only read yet, too.
    """

    encoded: EncodedConfig
    data: bytes
    identity: FileIdentity

    @property
    def snapshot(self) -> ClusterSnapshot:
        return self.encoded.snapshot


@frozen
class ConfigFile:
    """Where the configuration is kept.

    :ivar owner: whom new versions of the file belong to.
    """

    path: str
    owner: Owner = field(factory=Owner)

    def read(self) -> ConfigVersion:
        """The version that is there.

        :raises ConfigurationError: there is none that can be read, or it has a format that must not be written.
        """
        try:
            data, signature = read_file(self.path)
            encoded = EncodedConfig.of(load_config(data).snapshot)
            fault = find_write_fault(read_version(data) or 0)
        except OSError as error:
            raise ConfigurationError(f"Cannot read {self.path}: {error.strerror or error}") from error
        except ConfigFormatError as error:
            raise ConfigurationError(f"Cannot load configuration from {self.path}: {error}") from error
        if fault is not None:
            raise ConfigurationError(f"{self.path} cannot be changed: {fault}")
        return ConfigVersion(encoded, encoded.data, FileIdentity.of(signature))

    def write(self, before: ConfigVersion, change: Change, now: float) -> ConfigVersion:
        """The version after *change*, which is on the disk then; *before* itself if that changes nothing.

        The file's serial number is the next one, its time *now*.

        :raises GanetiError: *change* refuses; nothing is written.
        :raises ForeignChangeError: somebody else has changed the file.
        :raises FileWriteError: it cannot be written; what was there is still there, and nothing besides.
        """
        after = change(before.snapshot, now)
        if after is before.snapshot:
            return before
        encoded = before.encoded.follow(evolve(after, serial_no=after.serial_no + 1, mtime=now))
        data = encoded.data
        if self._identify() != before.identity:
            raise ForeignChangeError("The configuration file has been modified since the last write, cannot update")
        replace_file(self.path, data, self.owner, mode=MODE)
        identity = self._identify()
        sync_folder(dirname(self.path) or os.curdir)
        return ConfigVersion(encoded, data, identity)

    def _identify(self) -> FileIdentity:
        signature = read_signature(self.path)
        if signature is None:
            raise ForeignChangeError(f"The configuration file {self.path} is gone, cannot update")
        return FileIdentity.of(signature)
