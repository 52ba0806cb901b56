"""What has come of something, by now."""

from typing import Any

from twisted.internet.defer import Deferred


def outcome(deferred: Deferred[Any]) -> Any:
    """The result of what is done by now; raises what it failed with."""
    results: list[Any] = []
    failures: list[Any] = []
    deferred.addCallbacks(results.append, failures.append)
    if failures:
        failures[0].raiseException()
    (result,) = results
    return result
