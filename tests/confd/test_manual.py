"""The manual page and the options are about the same program."""

import re
from pathlib import Path

from confd.settings import ConfdOptions

PAGE = Path(__file__).parent.parent.parent / "man" / "ganeti-confd.8.rst"


def test_every_option_is_in_the_page_and_none_is_in_the_page_only() -> None:
    """The options that the page explains are those that the daemon has; twistd adds help and version."""
    explained = set(re.findall(r"^(?:-\w, )?--(\w[\w-]*)", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    rows = [*ConfdOptions.optParameters, *ConfdOptions.optFlags]
    assert explained == {str(row[0]) for row in rows} | {"help", "version"}
