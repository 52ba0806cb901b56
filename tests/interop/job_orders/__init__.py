"""Opcodes that the job daemons are given: those that are carried out, and those that each check refuses."""

from collections.abc import Callable
from typing import Final

from attrs import frozen

from tests.interop.odd_configs import JsonObject

from . import changes, clusters, groups, instances, networks, nodes, power, questions, storage, tags, values
from ._chapter import Chapter, Correction, Opcode, op
from .additions import add_storage, add_unreal


@frozen
class Book:
    """Opcodes for the same cluster.

    :ivar prepare: changes the reference cluster's configuration to what it is to be.
    :ivar chapters: in the order in which they are given.
    """

    prepare: Callable[[JsonObject], None]
    chapters: tuple[Chapter, ...]


BOOKS: Final = (
    Book(
        add_unreal,
        (
            *tags.CHAPTERS,
            *questions.CHAPTERS,
            *groups.CHAPTERS,
            *networks.CHAPTERS,
            *clusters.CHAPTERS,
            *instances.CHAPTERS,
            *power.CHAPTERS,
            *changes.CHAPTERS,
            *nodes.CHAPTERS,
            *values.CHAPTERS,
        ),
    ),
    Book(add_storage, storage.CHAPTERS),
)
"""All of them."""

__all__ = ["BOOKS", "Book", "Chapter", "Correction", "Opcode", "op"]
