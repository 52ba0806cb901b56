"""Running a generator of effects: each one is performed, and the generator is sent what came of it."""

from collections.abc import Callable, Generator
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, inlineCallbacks

EffectT = TypeVar("EffectT")
ResultT = TypeVar("ResultT")


@inlineCallbacks
def drive(
    work: Generator[EffectT, Any, ResultT], perform: Callable[[EffectT], Deferred[Any]]
) -> Generator[Deferred[Any], Any, ResultT]:
    """The result of *work*, each effect of which *perform* brings about; an effect's failure is raised in it.

    Cancelling raises :class:`~twisted.internet.defer.CancelledError` in it, where it waits.
    """
    try:
        effect = next(work)
        while True:
            try:
                outcome = yield perform(effect)
            except Exception as error:
                effect = work.throw(error)
            else:
                effect = work.send(outcome)
    except StopIteration as end:
        result: ResultT = end.value
        return result
