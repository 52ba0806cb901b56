"""``python -m tests.packaging``: builds both twice, in different places, and runs the quick tests of the archive.

Needs the package index, for the build has an environment of its own, and git, for the files that count.
"""

import hashlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.conftest import QUICK_LOOP
from tests.interop.isolated import PROJECT

EPOCH: Final = "1700000000"


def copy_sources(place: Path) -> None:
    """The files that git knows, as they are now."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, check=True, capture_output=True).stdout
    for name in filter(None, names.decode().split("\0")):
        copy = place / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((PROJECT / name).read_bytes())
        copy.chmod((PROJECT / name).stat().st_mode & 0o777)


def build(place: Path) -> dict[str, str]:
    """Name and SHA-256 of what is built from the files in *place*."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
    subprocess.run([sys.executable, "-m", "build", "--quiet", place], check=True, env=environment)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((place / "dist").iterdir())}


def run_tests_of(archive: Path, place: Path) -> None:
    """The quick tests, from what is in the archive and nothing else.

    :raises subprocess.CalledProcessError: they fail.
    """
    with tarfile.open(archive) as packed:
        packed.extractall(place, filter="data")
    (top,) = place.iterdir()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run([sys.executable, "-m", "pytest", "-q", "-m", QUICK_LOOP], cwd=top, check=True, env=environment)


def main() -> int:
    """Build, compare, test; returns 0 if all is well."""
    with TemporaryDirectory() as name:
        places = [Path(name) / "first", Path(name) / "second" / "deeper"]
        for place in places:
            copy_sources(place)
        first, second = map(build, places)
        for file, digest in first.items():
            print(digest, file, flush=True)
        if first != second:
            print(f"built again: {second}", file=sys.stderr)
            return 1
        (archive,) = (places[0] / "dist").glob("*.tar.gz")
        run_tests_of(archive, Path(name) / "unpacked")
    return 0


if __name__ == "__main__":
    sys.exit(main())
