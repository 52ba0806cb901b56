"""What the arguments of a listing select: everything, items by name, or what a textual filter says."""

from collections.abc import Callable, Sequence
from typing import Final

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError

from .globs import is_glob, translate_glob

_FILTER_CHARACTERS: Final = frozenset("!\"'()/<=>\\~ \t\n\v\f\r")
"""Characters that no name has, so that an argument with one of them is taken for a filter."""


def select_items(
    arguments: Sequence[str],
    has_filter: bool,
    name_field: str = "name",
    to_name: Callable[[str], object] = str,
) -> object:
    """The qfilter for the arguments of a listing: ``None`` for everything.

    :param has_filter: whether the user said that the argument is a filter. A single argument that cannot be a name
        is one anyway.
    :param to_name: makes the field's value of an argument; only what stays a text can be a glob.
    :raises OpPrereqError: a filter was promised, but there is not exactly one argument.
    :raises FilterSyntaxError: the filter is malformed.
    """
    if has_filter and len(arguments) != 1:
        raise OpPrereqError("Exactly one argument must be given as a filter", ErrorCode.WRONG_INPUT)
    if not arguments:
        return None
    if has_filter or (len(arguments) == 1 and not _FILTER_CHARACTERS.isdisjoint(arguments[0])):
        from .parser import parse_filter  # noqa: PLC0415 - most listings have no filter, and start faster without

        return parse_filter(arguments[0]).to_qfilter()
    return ["|", *(_select_name(to_name(argument), name_field) for argument in arguments)]


def _select_name(name: object, field: str) -> list[object]:
    if isinstance(name, str) and is_glob(name):
        return ["=~", field, translate_glob(name)]
    return ["==", field, name]
