"""The form of the orders: opcodes by the state of the cluster that they need."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from attrs import frozen

Opcode: TypeAlias = Mapping[str, Any]


def op(name: str, /, **parameters: object) -> Opcode:
    """The opcode ``OP_NAME`` with these parameters; those that are left out have their defaults, but for the trail."""
    return {"OP_ID": f"OP_{name}", "reason": [], **parameters}


@frozen
class Correction:
    """An opcode that ends otherwise with us than with Ganeti, which is plainly wrong there; see the differences.

    :ivar ganeti: how it ends there: ``success``, ``refused`` when it is submitted, or the class of the error; ``ours``
        how it ends with us.
    """

    opcode: Opcode
    ganeti: str
    ours: str


@frozen
class Chapter:
    """Opcodes that belong together; each is a job of its own.

    :ivar before: what is changed, one after the other.
    :ivar tried: what is only checked, as dry runs: all of these at once.
    :ivar asked: what changes nothing, be it that it only asks or that it fails when it is executed: all at once.
    :ivar corrected: what ends otherwise, also all at once, and changes nothing, either.
    :ivar after: what is changed in the end, one after the other, so that the cluster is as it was found.
    """

    before: tuple[Opcode, ...] = ()
    tried: tuple[Opcode, ...] = ()
    asked: tuple[Opcode, ...] = ()
    corrected: tuple[Correction, ...] = ()
    after: tuple[Opcode, ...] = ()
