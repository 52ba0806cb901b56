"""Amounts of MiB."""

import pytest

from ganeti_lite.commands.units import UNIT_FORMATS


@pytest.mark.parametrize(
    ("mebibytes", "texts"),
    [
        (0, ["0M", "0", "0.0", "0.0"]),
        (1023, ["1023M", "1023", "1.0", "0.0"]),
        (1024, ["1.0G", "1024", "1.0", "0.0"]),
        (1535, ["1.5G", "1535", "1.5", "0.0"]),
        (1048575, ["1024.0G", "1048575", "1024.0", "1.0"]),
        (1048576, ["1.0T", "1048576", "1024.0", "1.0"]),
        (99999999, ["95.4T", "99999999", "97656.2", "95.4"]),
        (-5, ["-5M", "-5", "-0.0", "-0.0"]),
        (1.5, ["2M", "2", "0.0", "0.0"]),
    ],
)
def test_formats(mebibytes: float, texts: list[str]) -> None:
    """Each unit shows an amount as Ganeti's commands do."""
    assert [UNIT_FORMATS[unit](mebibytes) for unit in "hmgt"] == texts
