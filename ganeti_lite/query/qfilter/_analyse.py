"""What can be said about a filter without evaluating it: the fields it needs, the names it asks for."""

from collections.abc import Iterator

from ._ast import Always, And, Compare, Filter, Leaf, Literal, Not, Or


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


def list_requested_keys(root: Filter, key_field: str) -> list[Literal]:
    """The names or ids that a filter asks for directly, in its order, duplicates kept.

    A filter does so if it consists of nothing but ``null``, ``|`` and equality of the field that objects are looked
    up by. The result is empty for any other filter (then all objects are scanned).
    """
    keys: list[Literal] = []
    pending = [root]
    while pending:
        node = pending.pop()
        match node:
            case Or(operands):
                pending.extend(reversed(operands))
            case Compare("==", field, value) if field == key_field:
                keys.append(value)
            case Always():
                pass
            case _:
                return []
    return keys
