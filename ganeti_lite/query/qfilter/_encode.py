"""Filters → decoded JSON, in the one form that Ganeti's daemons write."""

from ganeti_lite.query._trampoline import Walk, bounce

from ._ast import Always, And, Compare, Contains, Filter, IsTrue, Leaf, Matches, Not, Or


def encode_filter(root: Filter) -> object:
    """The JSON of a filter: ``==`` for equality, negated for its opposite."""
    return bounce(_encode, root)


def _encode(node: Filter) -> Walk[Filter, object]:
    match node:
        case Always():
            return None
        case And(operands) | Or(operands):
            encoded: list[object] = ["&" if isinstance(node, And) else "|"]
            for operand in operands:
                encoded.append((yield operand))  # noqa: PERF401 - a comprehension cannot yield
            return encoded
        case Not(operand):
            return ["!", (yield operand)]
    return _encode_leaf(node)


def _encode_leaf(leaf: Leaf) -> list[object]:
    match leaf:
        case IsTrue(field):
            return ["?", field]
        case Compare(operator, field, value):
            return [operator, field, value]
        case Matches(field, regex):
            return ["=~", field, regex.pattern]
        case Contains(field, value):
            return ["=[]", field, value]
