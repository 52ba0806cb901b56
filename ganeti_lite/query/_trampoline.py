"""Recursion over trees of any depth without the interpreter's stack.

A walk of one node is a generator: it yields what it wants walked next and is sent that result; its return value is
its own result. :func:`bounce` keeps the walks that wait for an inner one in a list.
"""

from collections.abc import Callable, Generator
from typing import TypeVar

A = TypeVar("A")
R = TypeVar("R")

Walk = Generator[A, R, R]


def bounce(walk: Callable[[A], Walk[A, R]], root: A) -> R:
    """The result of walking *root*; exceptions of a walk come out as they are."""
    waiting = [walk(root)]
    results: list[R] = []
    while waiting:
        try:
            request = waiting[-1].send(results.pop()) if results else next(waiting[-1])
        except StopIteration as stop:
            waiting.pop()
            results.append(stop.value)
        else:
            waiting.append(walk(request))
    return results.pop()
