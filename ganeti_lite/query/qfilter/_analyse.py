"""What can be said about a filter without evaluating it: the fields it needs, the names it asks for."""

from collections.abc import Iterator

from ._ast import Always, And, Compare, Filter, Leaf, Not, Or


def iterate_leaves(root: Filter) -> Iterator[Leaf]:
    """The leaves of a filter, from left to right."""
    pending = [root]
    while pending:
        node = pending.pop()
        match node:
            case And(operands) | Or(operands):
                pending.extend(reversed(operands))
            case Not(operand):
                pending.append(operand)
            case Always():
                pass
            case _:
                yield node


def list_requested_names(root: Filter, name_field: str) -> list[str]:
    """The names that a filter asks for directly, in its order, duplicates kept.

    A filter does so if it consists of nothing but ``null``, ``|`` and equality of the name field. The result is
    empty for any other filter (then all objects are scanned), and for one that names no string.
    """
    names = []
    pending = [root]
    while pending:
        node = pending.pop()
        match node:
            case Or(operands):
                pending.extend(reversed(operands))
            case Compare("==", field, value) if field == name_field:
                names.extend([value] if isinstance(value, str) else [])
            case Always():
                pass
            case _:
                return []
    return names
