"""Which format versions are read."""

import pytest

from ganeti_lite.config import ConfigFormatError, is_newer_than_known, load_config
from ganeti_lite.config._version import NEWEST_KNOWN
from ganeti_lite.config.upgrades import STEPS

from .test_golden import GOLDEN

ADVICE = """the versions that are known are not those with golden files in tests/config/golden.
If a version of Ganeti came out, find out what its config.data has that the one before has not:
 - if only keys are new, give them to the snapshot's classes (see tests/snapshot/test_values.py);
 - if a shape changed, the snapshot follows the new one, and ganeti_lite/config/upgrades gets a step for the older ones,
   whose keys have not been read as they are since;
 - add a golden file (tests/config/test_golden.py) and say in man/ganeti-confd.8.rst that the version is known.
Only then raise NEWEST_KNOWN (ganeti_lite/config/_version.py)."""

DATA = (GOLDEN / "config-3.1.json").read_bytes()


def of_version(version: int) -> bytes:
    """The same configuration in another format version."""
    return DATA.replace(b'"version":3010000', b'"version":%d' % version)


@pytest.mark.parametrize(
    ("version", "is_newer"),
    [(3000000, False), (3010000, False), (3010002, False), (3020000, True), (3990000, True)],
)
def test_formats_of_the_3_line_are_read(version: int, is_newer: bool) -> None:
    """Any 3.x is read; whether it is newer than this program can be told."""
    snapshot = load_config(of_version(version)).snapshot
    assert snapshot.version == version
    assert is_newer_than_known(snapshot.version) is is_newer


@pytest.mark.parametrize(("version", "shown"), [(2060000, "2.6"), (1020000, "1.2"), (0, "0.0")])
def test_formats_before_2_7_are_refused(version: int, shown: str) -> None:
    """What is too old is one fault, whatever else may be strange in such a file, and it says what to do."""
    (fault,) = faults_of(version)
    assert fault == (
        f"version: format {shown} is none of 2.7 to 2.16 and 3.x: upgrade the cluster with Ganeti's cfgupgrade"
    )


@pytest.mark.parametrize(("version", "shown"), [(2170000, "2.17"), (2990000, "2.99"), (4000000, "4.0")])
def test_formats_of_other_lines_are_refused(version: int, shown: str) -> None:
    """What this program has never heard of is one fault as well."""
    (fault,) = faults_of(version)
    assert fault == f"version: format {shown} is none of 2.7 to 2.16 and 3.x: it needs a newer program"


def faults_of(version: int) -> list[str]:
    """What is wrong with a file of that version that has a strange table, too."""
    with pytest.raises(ConfigFormatError) as caught:
        load_config(of_version(version).replace(b'"nodes":{', b'"nodes":5,"x":{'))
    return [str(fault) for fault in caught.value.faults]


def test_every_version_up_to_the_newest_is_decided_about() -> None:
    """Each known version is today's or has a step and golden files; a newer one makes this fail until it has, too."""
    known = {*STEPS, *((3, minor) for minor in range(NEWEST_KNOWN[1] + 1))}
    golden = {tuple(map(int, path.stem[7:].split("."))) for path in GOLDEN.glob("config-*.json")}
    assert known == golden, ADVICE
