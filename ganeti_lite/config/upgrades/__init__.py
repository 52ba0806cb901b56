"""Configurations of Ganeti 2.7 to 2.16 in the form of 3.0: one step per version, each a pure function.

A step takes a decoded configuration of its version and returns it in the form of the next one. Decoded values may be
anything: what a step cannot make sense of it passes on, and the loader tells the fault. A step leaves alone what is
in the newer form already, so that all of them together change nothing in a configuration that has been upgraded.
Source: what ``cfgupgrade`` of Ganeti 3.0 does with such files, and its configuration at load.
"""

from collections.abc import Mapping
from typing import Final

from ._from_2_7 import upgrade_from_2_7
from ._from_2_8 import upgrade_from_2_8
from ._from_2_9 import upgrade_from_2_9
from ._from_2_11 import upgrade_from_2_11
from ._from_2_13 import upgrade_from_2_13
from ._from_2_15 import upgrade_from_2_15
from ._from_2_16 import upgrade_from_2_16
from ._tree import Change, Object

__all__ = ["STEPS", "upgrade"]


def _pass_on(config: Object) -> Object:
    """The next version only has more keys."""
    return config


STEPS: Final[Mapping[tuple[int, int], Change]] = {
    (2, 7): upgrade_from_2_7,
    (2, 8): upgrade_from_2_8,
    (2, 9): upgrade_from_2_9,
    (2, 10): _pass_on,
    (2, 11): upgrade_from_2_11,
    (2, 12): _pass_on,
    (2, 13): upgrade_from_2_13,
    (2, 14): _pass_on,
    (2, 15): upgrade_from_2_15,
    (2, 16): upgrade_from_2_16,
}
"""From each old version (major, minor) to the next one, in order; the last step leads to 3.0."""


def upgrade(config: Object, version: tuple[int, int]) -> Object:
    """*config*, of that version (major, minor), in the form of 3.0; its ``version`` stays, since clients ask for it."""
    for old, step in STEPS.items():
        if old >= version:
            config = step(config)
    return config
