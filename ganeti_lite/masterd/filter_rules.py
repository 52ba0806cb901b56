"""Orders about the rules for jobs: a rule is put, replaced, removed, as a change of the configuration."""

from collections.abc import Callable, Generator
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred, inlineCallbacks

from ganeti_lite.errors import GenericError
from ganeti_lite.snapshot import ClusterSnapshot, FilterRule

from .changes import add, remove, update
from .config_writer import Configuration
from .submission import DeleteFilter, ReplaceFilter


class FilterRules:
    """The rules of the configuration, as clients change them.

    :param last_id: the highest id that was given to a job, which a new rule notes.
    :param now: seconds since 1970.
    :param new_uuid: makes one for a rule.
    """

    def __init__(
        self,
        config: Configuration,
        last_id: Callable[[], int],
        now: Callable[[], float],
        new_uuid: Callable[[], str],
    ) -> None:
        self._config = config
        self._last_id = last_id
        self._now = now
        self._new_uuid = new_uuid

    @inlineCallbacks
    def replace(self, order: ReplaceFilter) -> Generator[Deferred[Any], Any, str]:
        """Put a rule in the place of that of its UUID, or add it; its UUID."""
        rule = FilterRule(
            uuid=order.uuid or self._new_uuid(),
            watermark=self._last_id(),
            priority=order.priority,
            predicates=tuple(_freeze(predicate.to_json()) for predicate in order.predicates),
            action=_freeze(order.action.to_json()),
            reason_trail=(*order.reason_trail, ("luxid", "", int(self._now() * 1e6) * 1000)),
        )
        yield self._config.apply(partial(_put, rule))
        return rule.uuid

    @inlineCallbacks
    def delete(self, order: DeleteFilter) -> Generator[Deferred[Any], Any, None]:
        """Remove a rule.

        :raises GenericError: there is no such rule.
        """
        yield self._config.apply(partial(_drop, order.uuid))


def _put(rule: FilterRule, snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    return (update if rule.uuid in snapshot.filters else add)(snapshot, rule, now)


def _drop(uuid: str, snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    rule = snapshot.filters.get(uuid)
    if rule is None:
        raise GenericError(f"Filter rule with UUID {uuid} does not exist")
    return remove(snapshot, rule, now)


def _freeze(value: object) -> Any:
    """JSON as the configuration keeps it."""
    match value:
        case list():
            return tuple(map(_freeze, value))
        case _:
            return value
