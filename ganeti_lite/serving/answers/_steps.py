"""What all answers share: what is known, how an answer is wrapped, what becomes of an error."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from attrs import frozen

from ganeti_lite.errors import ConfigurationError, GanetiError, RequestParseError
from ganeti_lite.query import View
from ganeti_lite.serving.needs import Answer, Gathering, JobDaemonNeeded, LongWork, Need, Step
from ganeti_lite.wire.luxi import REFUSAL, encode_error, wrap_success
from ganeti_lite.wire.requests import JobRequest

SHORT_CELLS: Final = 1000
"""Cells (rows judged or answered, times fields) up to which evaluating a query takes about a millisecond."""


@frozen
class Knowledge:
    """What answers are made from.

    :ivar view: the newest good configuration, None if there was none yet; ``fault`` then says why.
    :ivar master_socket: where job requests are to be sent.
    :ivar has_job_daemon: whether they are taken here, too.
    :ivar relays_locks: whether it is the job daemon, and nobody else, that can answer about locks now.
    """

    view: View | None
    fault: str
    master_socket: str
    has_job_daemon: bool = False
    relays_locks: Callable[[], bool] = lambda: False

    def require_view(self) -> View:
        """The view; raises :class:`ConfigurationError` if there is none."""
        if self.view is None:
            reason = "I do not have access to a valid configuration, cannot process queries: "
            raise ConfigurationError(reason + self.fault)
        return self.view


def guard(step: Callable[[], Step]) -> Step:
    """What *step* gives, or the answer that tells why it gives nothing."""
    try:
        return step()
    except RequestParseError as error:
        return Answer(encode_error(error), closes=True)
    except GanetiError as error:
        return Answer(encode_error(error))


def succeed(result: bytes) -> Answer:
    """The answer that brings *result*, which is JSON."""
    return Answer(wrap_success(result))


def gather(need: Need, resume: Callable[[Any], Step]) -> Gathering:
    """Have *need* brought, and go on with what *resume* makes of it."""
    return Gathering(need, lambda found: guard(partial(resume, found)))


def relay(request: JobRequest, frame: bytes) -> Gathering:
    """Have the job daemon answer a request, which came as *frame*, and hand on what it says."""
    return gather(JobDaemonNeeded(request, frame), _pass_on)


def _pass_on(message: bytes) -> Answer:
    """The job daemon's answer as it is; behind one that says that it did not understand, the connection is closed."""
    return Answer(message, closes=message.startswith(REFUSAL))


def by_size(cells: int, step: Callable[[], Step]) -> Step:
    """What *step* gives; work for a thread if it is about more than a few *cells*."""
    return step() if cells <= SHORT_CELLS else LongWork(partial(guard, step))
