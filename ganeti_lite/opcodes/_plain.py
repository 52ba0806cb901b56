"""JSON values of any shape, as Ganeti's query daemon writes them again."""

from typing import Any

from ._numbers import plain_number


def plain(value: object) -> Any:
    """A copy of a decoded JSON value, however deep, whose whole numbers have no fraction."""
    top: list[Any] = [value]
    unfinished: list[Any] = [top]
    while unfinished:
        container = unfinished.pop()
        for place in range(len(container)) if type(container) is list else list(container):
            item = container[place]
            if type(item) is float:
                container[place] = plain_number(item)
            elif type(item) in (dict, list):
                container[place] = item.copy()
                unfinished.append(container[place])
    return top[0]
