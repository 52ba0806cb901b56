"""Everything that describes the package stands in setup.cfg; here is how its source archive is packed.

setuptools' own archives bear the time and the user of their making. These are the same whoever packs them, and when:
times are that of SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/), or 1980.
"""

import gzip
import os
import tarfile
from pathlib import Path

from setuptools import setup
from setuptools.command.sdist import sdist

EARLIEST = 315532800
"""The first second of 1980, before which zip archives know no time."""


class ReproducibleSdist(sdist):
    """Packs the same bytes from the same files."""

    def make_archive(self, base_name, format, root_dir=None, base_dir=None, owner=None, group=None):  # noqa: A002
        """Pack *base_dir* into a gzipped tar archive, whatever the format that is asked for."""
        epoch = int(os.environ.get("SOURCE_DATE_EPOCH", EARLIEST))

        def anonymous(member):
            member.mtime, member.uid, member.gid, member.uname, member.gname = epoch, 0, 0, "", ""
            member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            return member

        path = Path(f"{base_name}.tar.gz")
        top = Path(root_dir or ".", base_dir)
        with (
            path.open("wb") as file,
            gzip.GzipFile("", "wb", fileobj=file, mtime=epoch) as stream,
            tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive,
        ):
            for each in sorted(each for each in top.rglob("*") if not each.is_dir()):
                archive.add(each, str(Path(base_dir, each.relative_to(top))), filter=anonymous)
        return str(path)


setup(cmdclass={"sdist": ReproducibleSdist})
